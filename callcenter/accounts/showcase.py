"""What the living page of components shows."""

import re

from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _

STATES = (
    ("ready", _("Ready")),
    ("offered", _("Ringing")),
    ("talking", _("Talking")),
    ("on_hold", _("On hold")),
    ("wrap_up", _("Wrap-up")),
    ("not_ready", _("Not ready")),
    ("offline", _("Offline")),
)


def icon_names() -> list[str]:
    """Return the names of all icons in the sprite."""
    sprite = get_template("components/icons.svg").render()
    return re.findall(r'<symbol id="i-([a-z-]+)"', sprite)
