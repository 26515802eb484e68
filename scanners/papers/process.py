"""The paper process: reads requests from its input until that ends, and answers each.

The address space is limited, so that a file cannot take the memory of the machine. The parent ends the process at a
time-out.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import BinaryIO

from scanners.papers.messages import Message, error_message, pack_message, read_message
from scanners.papers.pages import PaperError, damaged_file, out_of_memory

MAX_ADDRESS_BYTES = 2 * 1024 * 1024 * 1024
"""Address space of the process: 0.5 GB of libraries, and the largest picture in three copies."""


def main(pipe: BinaryIO) -> None:
    """Read requests from standard input and write the replies to `pipe`."""
    _limit_memory()
    from scanners.papers.actions import ACTIONS  # loads OpenCV, Pillow and pdfium

    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        _write(pipe, Message({"ready": True}))
        while (request := read_message(sys.stdin.buffer)) is not None:
            for reply in _answer(ACTIONS, request):
                _write(pipe, reply)


def _answer(actions: dict[str, Callable[[Message], Iterator[Message]]], request: Message) -> Iterator[Message]:
    try:
        yield from actions[request.head["action"]](request)
    except PaperError as error:
        yield error_message(error)
    except MemoryError:
        yield error_message(out_of_memory())
    except Exception as error:  # a fault of a library in a damaged file
        print(type(error).__name__, file=sys.stderr)  # noqa: T201  stderr is the log file; the text may be personal
        yield error_message(damaged_file())
    else:
        yield Message({"last": True})


def _write(pipe: BinaryIO, message: Message) -> None:
    pipe.write(pack_message(message))
    pipe.flush()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESS_BYTES, MAX_ADDRESS_BYTES))
