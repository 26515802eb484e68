"""Contract of the tour: its steps in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from clerk_app.locales import current_language


@dataclass(frozen=True)
class TourText:
    """A text of a step in both languages."""

    zh: str
    en: str

    def localized(self) -> str:
        """Return the text in the current language."""
        return self.en if current_language() == "en" else self.zh


@dataclass(frozen=True)
class TourStep:
    """A step: what to do, why, and a hint. `id` is stored as the progress, `check` is the name of a function."""

    id: str
    check: str
    task: TourText
    reason: TourText
    hint: TourText
