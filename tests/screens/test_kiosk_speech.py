"""Pages of the kiosk are read aloud on request, with captions; personal data only into headphones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from screens.kiosk.reading import split_sentences
from tests.screens.stage import press, wait_until_idle
from tests.screens.test_kiosk import CASE_KEYS, KioskTester, running_kiosk


@asynccontextmanager
async def speaking_kiosk(*, headphones: bool = False) -> AsyncIterator[KioskTester]:
    async with running_kiosk() as corner:
        speech = corner.workstation.service.sample_speech
        speech.is_available, speech.reads_personal = True, headphones
        yield corner


async def test_the_front_page_is_read_sentence_by_sentence() -> None:
    async with speaking_kiosk() as corner:
        await press(corner.pilot, "#")
        await wait_until_idle(corner.pilot)
        spoken = corner.workstation.service.sample_speech.spoken
        assert spoken[:2] == ["What do you need?", "Touch it, or press its number."]
        assert "1 Family matters" in spoken


async def test_a_caption_shows_the_sentence_and_the_next_key_ends_the_speech() -> None:
    async with speaking_kiosk() as corner:
        speech = corner.workstation.service.sample_speech
        speech.holds = True
        await press(corner.pilot, "#")
        await wait_until_idle(corner.pilot)
        assert speech.is_speaking
        assert corner.text.count("What do you need?") == 2
        await press(corner.pilot, "tab")
        assert not speech.is_speaking
        speech.holds = False
        await press(corner.pilot, "#")
        await wait_until_idle(corner.pilot)
        assert speech.spoken[-1] == "1 Family matters"  # the button with the focus


async def test_a_loudspeaker_reads_no_personal_page_and_headphones_do() -> None:
    for headphones in (False, True):
        async with speaking_kiosk(headphones=headphones) as corner:
            await press(corner.pilot, *CASE_KEYS, "#")
            await wait_until_idle(corner.pilot)
            spoken = " ".join(corner.workstation.service.sample_speech.spoken)
            assert ("A child is born" in spoken) is headphones
            assert ("only its buttons are read aloud" in spoken) is not headphones


async def test_without_a_synthesiser_there_is_no_button() -> None:
    async with running_kiosk() as corner:
        assert not corner.app.screen.query_one("#read-aloud").display
        await press(corner.pilot, "#")
        assert corner.workstation.service.sample_speech.spoken == []


def test_bars_and_symbols_are_not_read() -> None:
    assert split_sentences("\u2588\u2588\u2591 4 of 8 decided. + Birth:  approved!") == [
        "4 of 8 decided.",
        "Birth: approved!",
    ]
