"""The design tokens keep text readable and states apart, in both schemes (WCAG 2.2, CIE94)."""

import math
import re
from itertools import combinations
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "frontend/src/styles/tokens.css"
PAIR = re.compile(r"--([\w-]+):\s*light-dark\(\s*(#[0-9A-Fa-f]{6}),\s*(#[0-9A-Fa-f]{6})\s*\)")
COLOURS = {name: {"light": light, "dark": dark} for name, light, dark in PAIR.findall(TOKENS.read_text())}

SCHEMES = ["light", "dark"]
SURFACES = ["bg-canvas", "bg-surface", "bg-sunken", "bg-raised", "bg-hover", "bg-selected"]
TEXTS = ["ink", "ink-2", "ink-3", "ink-link"]
STATES = ["ready", "offered", "talking", "on-hold", "wrap-up", "not-ready", "offline"]
LEVELS = ["good", "watch", "bad"]
# Offline is drawn hollow, so its hue stands for nothing.
FILLED_STATES = STATES[:-1]
# What each kind of eye makes of linear red, green and blue (Machado, Oliveira, Fernandes 2009, severity 1).
SIGHTS = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> list[float]:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def seen_by(colour: str, sight: str) -> tuple[float, float, float]:
    """The colour in CIELAB as this kind of eye has it."""
    rgb = [max(0.0, sum(m * c for m, c in zip(row, linear(colour), strict=True))) for row in SIGHTS[sight]]
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.95047, 1.0, 1.08883)
    xyz = [
        sum(m * c for m, c in zip(row, rgb, strict=True)) / w for row, w in zip(to_xyz, white, strict=True)
    ]
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: str, other: str, sight: str) -> float:
    """CIE94, graphic arts."""
    (l1, a1, b1), (l2, a2, b2) = seen_by(one, sight), seen_by(other, sight)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    hue = max(0.0, (a1 - a2) ** 2 + (b1 - b2) ** 2 - (c1 - c2) ** 2)
    return math.sqrt((l1 - l2) ** 2 + ((c1 - c2) / (1 + 0.045 * c1)) ** 2 + hue / (1 + 0.015 * c1) ** 2)


def too_pale(pairs: list[tuple[str, str]], scheme: str, least: float) -> list[str]:
    return [
        f"{text} on {surface}: {contrast(COLOURS[text][scheme], COLOURS[surface][scheme]):.2f}"
        for text, surface in pairs
        if contrast(COLOURS[text][scheme], COLOURS[surface][scheme]) < least
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_is_readable_on_every_surface(scheme):
    assert too_pale([(text, surface) for text in TEXTS for surface in SURFACES], scheme, 4.5) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_on_states_and_levels_is_readable(scheme):
    fills = [(f"state-{s}-on", f"state-{s}") for s in FILLED_STATES]
    fills += [(f"level-{name}-on", f"level-{name}") for name in ("watch", "bad")] + [("accent-on", "accent")]
    tints = [(f"state-{s}-ink", f"state-{s}-soft") for s in STATES]
    tints += [(f"level-{name}-ink", f"level-{name}-soft") for name in LEVELS]
    assert too_pale(fills + tints, scheme, 4.5) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_level_words_are_readable_on_panels(scheme):
    surfaces = ["bg-surface", "bg-canvas", "bg-sunken", "bg-raised"]
    pairs = [(f"level-{name}-ink", surface) for name in LEVELS for surface in surfaces]
    assert too_pale(pairs, scheme, 4.5) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_fields_fills_and_glyphs_stand_out(scheme):
    shapes = ["line-control", *(f"state-{s}" for s in FILLED_STATES), *(f"level-{name}" for name in LEVELS)]
    assert too_pale([(shape, "bg-surface") for shape in shapes], scheme, 3.0) == []


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_states_stay_apart_for_every_kind_of_eye(scheme, sight):
    close = {
        (one, other): round(apart, 1)
        for one, other in combinations(FILLED_STATES, 2)
        if (apart := difference(COLOURS[f"state-{one}"][scheme], COLOURS[f"state-{other}"][scheme], sight))
        < 9
    }
    assert close == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_shifts_can_be_read(scheme):
    both = re.findall(r"--(shift-\d(?:-on)?):\s*light-dark\((#\w{6}),\s*(#\w{6})\)", TOKENS.read_text())
    shades = {name: {"light": light, "dark": dark}[scheme] for name, light, dark in both}
    assert [n for n in range(1, 6) if contrast(shades[f"shift-{n}"], shades[f"shift-{n}-on"]) < 4.5] == []
