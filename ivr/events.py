"""What happens to menus, announced upward."""

from dataclasses import dataclass

from callcenter.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MenuPublished(Event):
    """Another version is what callers hear from now on, by publication or by going back."""

    menu_id: int
    version_id: int
    retired_version_id: int | None
