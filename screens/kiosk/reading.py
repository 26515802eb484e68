"""Reading a page of the kiosk aloud, sentence by sentence, with a caption of the sentence that is spoken."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from clerk_app.locales import _
from screens.kiosk.buttons import BigButton
from screens.kiosk.key_pad import KeyPad
from screens.widgets.paint import TextBlock

if TYPE_CHECKING:
    from clerk_app.views.kiosk_speech import SpeechService
    from screens.host import ScreenHost
    from screens.kiosk.idle import IdleTime
    from screens.kiosk.pages import KioskPage

POLL_SECONDS = 0.1
_END = re.compile(r"(?<=[.?!。？！；])\s*")
_UNSPOKEN = re.compile(r"[^\w\s,.:;?!，。：；？！、()（）'-]|_")  # symbols, bars and drawn characters


class Reading:
    """Reads a page in the background until it ends, or `stop` is called. No time-out ends meanwhile."""

    def __init__(self, speech: SpeechService, idle: IdleTime) -> None:
        self._speech = speech
        self._idle = idle
        self._task: asyncio.Task[None] | None = None

    @property
    def is_active(self) -> bool:
        """Whether a page is being read."""
        return self._task is not None and not self._task.done()

    def start(self, host: ScreenHost, page: KioskPage, focused: BigButton | None) -> None:
        """Read the control with the focus, or the page."""
        self.stop()
        sentences = (
            list(button_sentences([focused])) if focused is not None else list(page_sentences(page, self._speech))
        )
        self._task = asyncio.create_task(self._read(host, sentences))

    def stop(self) -> None:
        """End at once."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._speech.stop()

    async def _read(self, host: ScreenHost, sentences: list[str]) -> None:
        for sentence in sentences:
            if not self._speech.is_available:
                host.notify(_("This page cannot be read aloud now."), severity="warning")
                return
            host.notify(sentence)  # the caption
            self._speech.speak(sentence)
            while self._speech.is_speaking:
                self._idle.restart()
                await asyncio.sleep(POLL_SECONDS)


def page_sentences(page: KioskPage, speech: SpeechService) -> Iterable[str]:
    """Yield the sentences of a page that are spoken; those that may be personal only through headphones."""
    if page.is_personal and not speech.reads_personal:
        yield _("This page may show personal data, so only its buttons are read aloud.")
    else:
        for block in page.query(TextBlock):
            if not isinstance(block, BigButton) and block.display:
                text = "".join(text for line in block.lines(1000) for text, _style in (*line, (" ", "")))
                yield from split_sentences(text)
    yield from button_sentences(button for button in page.query(BigButton) if not isinstance(button.parent, KeyPad))


def button_sentences(buttons: Iterable[BigButton]) -> Iterable[str]:
    """Yield the key and the name of each button."""
    for button in buttons:
        yield " ".join(part for part in (button.key, button.name_text) if part)


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text, without characters that are drawn and not read."""
    cleaned = re.sub(r"\s+", " ", _UNSPOKEN.sub(" ", text)).strip()
    return [sentence.strip() for sentence in _END.split(cleaned) if re.search(r"\w", sentence)]
