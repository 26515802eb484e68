"""Contrast of two colours, as defined by WCAG 2.1."""

from __future__ import annotations

from textual.color import Color


def contrast_of(ink: str, ground: str) -> float:
    """Return the contrast of WCAG 2.1, from 1 to 21."""
    lights = sorted((_luminance(Color.parse(ink)), _luminance(Color.parse(ground))), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _luminance(color: Color) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
