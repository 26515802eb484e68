"""Snapshots belong to one version of Textual, since another version may render the same screen as a different SVG."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import textual

from clerk_app.locales import current_language, set_language

TEXTUAL_VERSION = "8.2.8"  # as in requirements.lock; change it with the pictures


@pytest.fixture(autouse=True)
def require_textual_version(request: pytest.FixtureRequest) -> None:
    """Neither compare nor update snapshots with another version of Textual."""
    if textual.__version__ == TEXTUAL_VERSION:
        return
    if request.config.getoption("update_snapshots"):
        pytest.exit(
            f"The pictures are those of Textual {TEXTUAL_VERSION}, this is {textual.__version__}: nothing is written."
        )
    pytest.skip(f"the pictures are those of Textual {TEXTUAL_VERSION}")


@pytest.fixture(autouse=True)
def fixed_clock_and_language(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stop the clock of the top line, switch colours on, and restore the language."""
    monkeypatch.setattr("screens.widgets.top_line.monotonic", lambda: 0.0)
    monkeypatch.delenv("NO_COLOR", raising=False)
    before = current_language()
    yield
    set_language(before)
