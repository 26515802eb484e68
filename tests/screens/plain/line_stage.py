"""Runs the linear mode on a pseudo terminal in this process, and answers its questions."""

from __future__ import annotations

import asyncio
import os
import pty
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from clerk_app.views.workstation import StaffSession, Workstation
from screens.plain.program import LineProgram
from screens.plain.screens import make_line_screen
from screens.plain.terminal import LineTerminal
from tests.screens.sample_department import SampleDepartmentService
from tests.screens.sample_workstation import SampleWorkstation

SECONDS = 15.0  # for a busy machine; a test that passes does not wait for it
F_KEYS = {"F1": "\x1bOP", "F2": "\x1bOQ", "F4": "\x1bOS", "F5": "\x1b[15~", "F8": "\x1b[19~", "F9": "\x1b[20~"}


class TwoPersons(SampleWorkstation):
    """A workstation with the clerk 1001 and the officer 2001; both have the PIN 2468."""

    def __init__(self) -> None:
        super().__init__()
        self.department = SampleDepartmentService()

    def sign_in(self, number: str, pin: str) -> StaffSession:
        if (number, pin) == ("2001", "2468"):
            return StaffSession("Officer", department=self.department)
        return super().sign_in(number, pin)


class Reader:
    """A screen reader: gets all that is written, and types when a line is a question."""

    def __init__(self, master: int) -> None:
        self._master = master
        self._arrived = asyncio.Event()
        self._read_to = 0  # output before this was answered
        self.output = b""
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        self.output += os.read(self._master, 65536)
        self._arrived.set()

    @property
    def text(self) -> str:
        """Everything that was written."""
        return self.output.decode("utf-8", "replace").replace("\r\n", "\n")

    async def wait_for(self, holds: Callable[[str], bool]) -> None:
        """Wait until what was written since the last answer holds."""
        async with asyncio.timeout(SECONDS):
            while not holds(self.text[self._read_to :]):
                self._arrived.clear()
                await self._arrived.wait()

    async def answer(self, prompt: str, keys: str = "", *, end: str = "\r") -> str:
        """Wait for the prompt as the last line, type an answer; return what was written before the prompt."""
        try:
            await self.wait_for(lambda text: text.endswith(f"{prompt} ") and f"\n{prompt} " in f"\n{text}")
        except TimeoutError:
            raise AssertionError(f"never asked {prompt!r}\n{self.text}") from None
        before, self._read_to = self.text[self._read_to :], len(self.text)
        os.write(self._master, (F_KEYS[keys] if keys in F_KEYS else keys + end).encode())
        return before

    def check_output(self) -> None:
        """Check that only text and line ends were written: no cursor movement, no frames, no symbols for levels."""
        assert set(re.findall(rb"[\x00-\x1f\x7f]", self.output)) <= {b"\r", b"\n", b"\b"}
        assert not [character for character in self.text if "\u2500" <= character <= "\u28ff"]
        assert not re.search(r"^[x+!] ", self.text, re.MULTILINE)


@asynccontextmanager
async def linear_mode(workstation: Workstation, number: str = "") -> AsyncIterator[Reader]:
    """Run the linear mode; with a staff number, sign this person in with the PIN 2468."""
    master, slave = pty.openpty()
    loop = asyncio.get_running_loop()
    program = LineProgram(LineTerminal(slave, slave), lambda: workstation, partial(make_line_screen, None))
    reader = Reader(master)
    running = loop.create_task(program.run())
    try:
        if number:
            await sign_in(reader, number)
        yield reader
        os.write(master, b"\x1b")
        program.terminal.close()
        await asyncio.wait_for(running, SECONDS)
    finally:
        running.cancel()
        loop.remove_reader(master)
        os.close(master)
        os.close(slave)


async def sign_in(reader: Reader, number: str) -> None:
    """Answer the first two questions, in the language of the program."""
    prompts = (
        ("工号：", "PIN：") if "逐行模式" in reader.text or await _is_chinese(reader) else ("Staff number:", "PIN:")
    )
    for prompt, answer in zip(prompts, (number, "2468"), strict=True):
        await reader.answer(prompt, answer)


async def _is_chinese(reader: Reader) -> bool:
    await reader.wait_for(lambda text: "\n" in text)
    return "逐行模式" in reader.text
