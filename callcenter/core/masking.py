"""Personal numbers as they may be shown to people who do not need them whole."""


def mask_number(number: str) -> str:
    """Hide the middle of a phone number: `13812342046` → `138****2046`. Short ones keep two digits."""
    if len(number) < 7:
        return number[:2] + "*" * max(0, len(number) - 2)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]
