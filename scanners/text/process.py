"""The process that reads the text of pages, until its input ends. It never uses the network."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import resource
import sys
from pathlib import Path
from typing import Any, BinaryIO

from scanners.text.client import pack_reply, read_request
from scanners.text.models import ModelMissing, check_models

ADDRESS_SPACE = (
    2_500_000_000  # bytes; a page of the largest size needs 1.6 GB of address space, of which 0.7 GB are used
)


def main(pipe: BinaryIO, niceness: int, read_seconds: int) -> None:
    """Load the models, then read pictures from standard input and write the replies to `pipe`."""
    _lower_priority(niceness)
    sys.addaudithook(refuse_network)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        try:
            read_page = _load_reader()
        except ModelMissing as error:
            _send(pipe, {"problem": "model", "file": str(error)})
            return
        _send(pipe, {})
        while (picture := read_request(sys.stdin.buffer)) is not None:
            _limit_time(read_seconds)
            _send(pipe, _read(read_page, picture))


def _load_reader() -> Any:
    spec = importlib.util.find_spec("rapidocr")
    folder = Path(spec.origin).parent / "models" if spec is not None and spec.origin else Path("rapidocr")
    check_models(folder)
    from scanners.text.page_reader import PageReader

    return PageReader(folder).read


def _read(read_page: Any, picture: bytes) -> dict[str, Any]:
    from scanners.text.page_reader import NotAPicture

    try:
        page: dict[str, Any] = read_page(picture)
    except NotAPicture:
        return {"problem": "no_picture"}
    except MemoryError:
        return {"problem": "memory"}
    except Exception as error:  # whatever the libraries raise for an unusual picture
        return {"problem": "memory" if "alloc" in str(error) else "failed"}
    return page


def _send(pipe: BinaryIO, reply: dict[str, Any]) -> None:
    pipe.write(pack_reply(reply))
    pipe.flush()


def _lower_priority(niceness: int) -> None:
    os.nice(niceness)
    with contextlib.suppress(OSError):
        # Linux weighs each session as one group, in which the niceness of its only process changes nothing
        Path("/proc/self/autogroup").write_text(str(niceness))


def _limit_time(seconds: int) -> None:
    """End this process after so many further seconds of processor time."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + seconds + 1, hard))


def refuse_network(event: str, _arguments: tuple[Any, ...]) -> None:
    """Raise PermissionError for each event of an audit that begins a connection."""
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise PermissionError("reading papers uses no network")
