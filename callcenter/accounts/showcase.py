"""What the living page of components shows."""

import re

from django.template.loader import get_template
from django.utils.translation import pgettext_lazy

STATES = (
    ("ready", pgettext_lazy("example", "Ready")),
    ("offered", pgettext_lazy("example", "Ringing")),
    ("talking", pgettext_lazy("example", "Talking")),
    ("on_hold", pgettext_lazy("example", "On hold")),
    ("wrap_up", pgettext_lazy("example", "Wrap-up")),
    ("not_ready", pgettext_lazy("example", "Not ready")),
    ("offline", pgettext_lazy("example", "Offline")),
)


def icon_names() -> list[str]:
    """Return the names of all icons in the sprite."""
    sprite = get_template("components/icons.svg").render()
    return re.findall(r'<symbol id="i-([a-z-]+)"', sprite)
