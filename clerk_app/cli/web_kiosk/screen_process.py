"""A screen process of the kiosk in a browser, with the arguments OFFICE LANGUAGE [WINDOW].

It opens the store, waits for its turn, and runs the screen for one citizen. Two lines of JSON on its input come before
the packets of textual-serve: the setup with the store key, and the turn with the size of the terminal.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path

from clerk_app.app import prepare_kiosk, run_kiosk
from clerk_app.cli.kiosk_parent import NEXT_CITIZEN, UNLOCKED
from clerk_app.locales import set_language

SIGN_OF_LIFE = b"A\0\0\0\0"  # a packet of a kind of its own, without content
_PR_SET_PDEATHSIG = 1  # prctl(2)
_OOM_SCORE = "500"  # the kernel stops a screen process before the server when memory is full


def main(office: str, language: str, window: str = "") -> int:
    """Run the screen when it is its turn; return the exit code."""
    _end_with_server()
    setup = _read_line()
    if setup is None:
        return 0
    if setup.get("key"):
        from clerk_app.composition.store_key import use_key

        use_key(str(setup["key"]))
    set_language(language)
    connect = prepare_kiosk(Path(office), window or None)
    turn = _read_line()
    if turn is None:
        return 0
    os.environ["COLUMNS"], os.environ["ROWS"] = str(turn["columns"]), str(turn["rows"])
    end = run_kiosk(Path(office), window or None, connect=connect, on_alive=report_alive)
    return {"staff": UNLOCKED, "citizen": NEXT_CITIZEN}.get(end, 0)


def report_alive() -> None:
    """Write a sign of life: a packet that the server does not pass on."""
    os.write(1, SIGN_OF_LIFE)


def _end_with_server() -> None:
    """End when the server is killed; write no memory to a file; be the first to go when memory is full."""
    # not SIGTERM, which a stopped process does not take
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, "ascii")
    except OSError:
        return


def _read_line() -> dict[str, object] | None:
    """Read one line byte by byte, because the driver reads what follows; None at the end of the input."""
    line = bytearray()
    while byte := os.read(0, 1):
        if byte == b"\n":
            fields: dict[str, object] = json.loads(line)
            return fields
        line += byte
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
