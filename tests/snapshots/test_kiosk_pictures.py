"""Snapshots of the pages of the kiosk, in its sizes, languages and themes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from clerk_app.locales import set_language
from screens.kiosk.app import KioskApp
from tests.screens.sample_kiosk import Clock, SampleKioskWorkstation
from tests.screens.stage import press, wait_until_idle
from tests.screens.test_kiosk import CASE_KEYS

PAGES = {
    "case": CASE_KEYS,
    "ticket": ("1",),
    "number": ("4", "2600"),
    "home": ("tab",),
    "green-lane": ("4",),
    "class": ("4", "4"),
    "appointment": ("5", "8374"),
    "estimate": ("4", "1", "1"),
}
WITH_OTHER_TICKETS = ("green-lane", "class", "appointment", "estimate")
SIZES, LANGUAGES = ((80, 24), (140, 40)), ("zh_CN", "en")
PICTURES = [
    pytest.param("case", (80, 24), "zh_CN", "citizen-dark", id="case-80x24-zh_CN"),
    pytest.param("case", (140, 40), "en", "citizen-light", id="case-140x40-en", marks=pytest.mark.wide),
    pytest.param("ticket", (140, 40), "zh_CN", "high-contrast", id="ticket-140x40-zh_CN", marks=pytest.mark.wide),
    pytest.param("number", (140, 40), "en", "citizen-dark", id="number-140x40-en", marks=pytest.mark.wide),
    pytest.param("home", (80, 24), "zh_CN", "no-colour", id="home-80x24-zh_CN", marks=pytest.mark.wide),
    pytest.param("home", (200, 60), "en", "citizen-light", id="home-200x60-en", marks=pytest.mark.wide),
    *(
        pytest.param(
            page,
            size,
            language,
            "citizen-light" if language == "en" else "citizen-dark",
            id=f"{page}-{size[0]}x{size[1]}-{language}",
            marks=() if (page, size, language) == ("estimate", (80, 24), "zh_CN") else pytest.mark.wide,
        )
        for page in WITH_OTHER_TICKETS
        for size in SIZES
        for language in LANGUAGES
    ),
]


@pytest.mark.many_cases
@pytest.mark.parametrize(("page", "size", "language", "theme"), PICTURES)
def test_a_page_of_the_kiosk_looks_as_it_did(
    snap_compare: Callable[..., bool], page: str, size: tuple[int, int], language: str, theme: str
) -> None:
    set_language(language)
    workstation = SampleKioskWorkstation()
    workstation.service.gives_other_tickets = page in WITH_OTHER_TICKETS
    workstation.service.wait = (25, 40) if page == "estimate" else (0, 0)
    app = KioskApp(lambda: workstation, clock=Clock())
    app.animation_level = "none"

    async def lead_there(pilot: Pilot[Any]) -> None:
        await wait_until_idle(pilot)
        app.theme = theme
        await press(pilot, *PAGES[page])
        await wait_until_idle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=lead_there)
