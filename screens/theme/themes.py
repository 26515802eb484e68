"""Themes: dark, light, one with a contrast of at least 7:1 throughout, and one without colours.

Colour only repeats what words and symbols show, so the program works without colours.
"""

from __future__ import annotations

from textual.theme import Theme


def _theme(name: str, *, dark: bool, ink: str, dim: str, page: str, panel: str, bar: str, **roles: str) -> Theme:
    """Return a theme: `ink` colours text; `page`, `panel` and `bar` (top and key line) are backgrounds."""
    return Theme(
        name=name,
        primary=roles["accent"],
        secondary=dim,
        accent=roles["accent"],
        warning=roles["warn"],
        error=roles["bad"],
        success=roles["good"],
        foreground=ink,
        background=page,
        surface=page,
        panel=panel,
        dark=dark,
        text_alpha=1.0,
        variables={
            "ink": ink,
            "dim": dim,
            "page": page,
            "sheet": panel,
            "bar": bar,
            "field": roles["field"],
            "lit": roles["lit"],
            "on-lit": roles["on_lit"],
            "good": roles["good"],
            "warn": roles["warn"],
            "bad": roles["bad"],
            "mark": roles["accent"],
            "frame": roles["frame"],
            "input-cursor-background": ink,
            "input-cursor-foreground": page,
            "input-selection-background": roles["lit"],
            "scrollbar": dim,
            "scrollbar-background": panel,
            "scrollbar-hover": dim,
            "scrollbar-active": roles["accent"],
        },
    )


DARK = _theme(
    "gov-dark", dark=True, ink="#dde3ea", dim="#93a1b0", page="#12181f", panel="#1a222c", bar="#223041",
    field="#26323f", lit="#2f6db5", on_lit="#ffffff", good="#6fcf97", warn="#f2c14e", bad="#ff8a80", accent="#7ab8f5",
    frame="#65788e",
)  # fmt: skip
LIGHT = _theme(
    "gov-light", dark=False, ink="#1c2430", dim="#56616e", page="#f3f5f7", panel="#e8ecf0", bar="#d5dde6",
    field="#dae4ef", lit="#1d5fa8", on_lit="#ffffff", good="#14663a", warn="#7a4d00", bad="#a8201a", accent="#1a5596",
    frame="#76828f",
)  # fmt: skip
CONTRAST = _theme(
    "high-contrast", dark=True, ink="#ffffff", dim="#d8d8d8", page="#000000", panel="#0c0c0c", bar="#1c1c1c",
    field="#262626", lit="#ffff66", on_lit="#000000", good="#7dff9b", warn="#ffd84d", bad="#ffa6a0", accent="#8fd3ff",
    frame="#9a9a9a",
)  # fmt: skip

NO_COLOUR = _theme(
    "no-colour", dark=True, ink="#ffffff", dim="#ffffff", page="#000000", panel="#000000", bar="#000000",
    field="#000000", lit="#ffffff", on_lit="#000000", good="#ffffff", warn="#ffffff", bad="#ffffff", accent="#ffffff",
    frame="#ffffff",
)  # fmt: skip
"""For terminals whose colours cannot be read: no colour is sent, the terminal's own two are used."""

CITIZEN_DARK = _theme(
    "citizen-dark", dark=True, ink="#eef3f8", dim="#bccad8", page="#0c1218", panel="#141d27", bar="#16212d",
    field="#1f2d3c", lit="#a3d3ff", on_lit="#06131f", good="#86e6ae", warn="#ffd166", bad="#ffb8b0", accent="#a3d3ff",
    frame="#7d92a8",
)  # fmt: skip
CITIZEN_LIGHT = _theme(
    "citizen-light", dark=False, ink="#111820", dim="#36414d", page="#ffffff", panel="#f1f5f9", bar="#dfe8f2",
    field="#d7e3f0", lit="#0b3a70", on_lit="#ffffff", good="#0a4426", warn="#523300", bad="#75110d", accent="#0b3a70",
    frame="#5d6b7a",
)  # fmt: skip

THEMES = (DARK, LIGHT, CONTRAST, NO_COLOUR)
CITIZEN_THEMES = (CITIZEN_DARK, CITIZEN_LIGHT, CONTRAST, NO_COLOUR)
"""For machines of citizens: a contrast of at least 7:1 of every text on every ground, and of `lit` on the page."""

CONTRAST_PAIRS = (("ink", "dim", "good", "warn", "bad", "mark"), ("page", "sheet", "bar", "field"))
