"""The parent of a kiosk with a small screen: `n` ends the citizen, `u` unlocks it, any other key is shown."""

from __future__ import annotations

import os
import sys

from clerk_app.cli.kiosk_parent import NEXT_CITIZEN, READY, RELEASED, UNLOCKED, KioskParent, ScreenPipes


def run_screen(pipes: ScreenPipes, is_standby: bool) -> int:
    """Show the process and what is typed."""
    pipes.report(READY)
    if not pipes.await_turn():
        return 0
    kind = "stand-by" if is_standby else "first"
    os.write(2, f"\x1b[?1049h\x1b[2J\x1b[H{kind} process {os.getpid()} core {_core_limit()} typed ".encode())
    while (key := os.read(0, 1)) not in (b"n", b"u", b""):
        os.write(2, key)
    if key == b"n":
        pipes.report(RELEASED)
    return {b"n": NEXT_CITIZEN, b"u": UNLOCKED}.get(key, 0)


def _core_limit() -> int:
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE)[0]


if __name__ == "__main__":
    sys.exit(KioskParent(run_screen, lambda event, number: None).run())
