"""What people change about themselves."""

from callcenter.accounts.models import User

PREFERENCES = ("language", "scheme", "large_text")


def change_preferences(user: User, **chosen: str | bool) -> None:
    """Keep the look and language a person chose; only what was chosen is written."""
    unknown = set(chosen) - set(PREFERENCES)
    if unknown:
        raise TypeError(f"Not a preference: {sorted(unknown)}")
    for name, value in chosen.items():
        setattr(user, name, value)
    user.save(update_fields=sorted(chosen))
