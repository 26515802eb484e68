"""The symbols of levels, each one cell wide in every terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerk_app.views.shared import Level

LEVEL_SYMBOLS: dict[Level, str] = {"good": "+", "warn": "!", "bad": "x", "plain": " "}
