"""A screen process of the kiosk: one citizen, then it ends. Started by `KioskParent`, or alone by `clerk kiosk --once`.

`--once` is the entry for a program that starts a process for each connection, such as textual-serve: the same screen
without a parent. It ends with 0 after a citizen, and after the unlock of staff.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from clerk_app.cli.kiosk_parent import ALIVE, NEXT_CITIZEN, READY, RELEASED, UNLOCKED, ScreenPipes
from clerk_app.views.workstation import Workstation

END_SECONDS = 3.0  # for the screen to end after the parent is gone


def run_screen(folder: Path, window: str | None, pipes: ScreenPipes, *, is_standby: bool) -> int:
    """Run the screen when it is its turn; return the exit code."""
    from clerk_app.app import prepare_kiosk, run_kiosk

    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    connect: Callable[[], Workstation] | None = None
    if is_standby:
        connect = prepare_kiosk(folder, window)
    pipes.report(READY)
    if not pipes.await_turn():
        return 0
    threading.Thread(target=_end_with_parent, args=(pipes.turn,), name="parent", daemon=True).start()
    end = run_kiosk(
        folder,
        window,
        connect=connect,
        on_alive=lambda: pipes.report(ALIVE),
        on_released=lambda: pipes.report(RELEASED),
    )
    return {"staff": UNLOCKED, "citizen": NEXT_CITIZEN}.get(end, 0)


def run_once(folder: Path, window: str | None) -> int:
    """Run the screen for one citizen, without a parent."""
    from clerk_app.app import run_kiosk

    run_kiosk(folder, window)
    return 0


def _end_with_parent(turn: int) -> None:
    """End the process when the parent is gone; stop it if the screen does not end."""
    if os.read(turn, 1):
        return
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(END_SECONDS)
    os._exit(1)
