"""Ends the browser of the kiosk when it shows the kiosk no more: `python -m clerk_app.cli.web_kiosk.watch ADDRESS PID`.

A page that has crashed stays in the browser as a grey page, and a reload by hand needs a keyboard. The server reports
whether a page is connected; after GONE_SECONDS without one the browser gets SIGTERM, and its unit starts it again.
While the server is away the page waits for it by itself.
"""

from __future__ import annotations

import os
import signal
import sys
import urllib.error
import urllib.request
from time import monotonic, sleep

GONE_SECONDS = 60.0
CHECK_SECONDS = 5.0
_NOT_SHOWN = 503  # status of the server without a page


def is_shown(address: str) -> bool:
    """Return whether a page is connected; True while the server does not answer."""
    try:
        with urllib.request.urlopen(f"{address}shown", timeout=CHECK_SECONDS):  # noqa: S310 - http on loopback
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return error.code != _NOT_SHOWN
    except OSError:
        return True


def main(address: str, pid: str, gone_seconds: str = str(GONE_SECONDS)) -> int:
    """Watch until the browser has ended or is ended."""
    shown_at = monotonic()
    limit = float(gone_seconds)
    while True:
        if is_shown(address):
            shown_at = monotonic()
        try:
            os.kill(int(pid), signal.SIGTERM if monotonic() - shown_at > limit else 0)
        except ProcessLookupError:
            return 0
        sleep(min(CHECK_SECONDS, limit))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
