"""What commands print: lines that a terminal can be trusted with, and JSON."""

from __future__ import annotations

import json
import sys


def one_line(text: str) -> str:
    """`text` without what a terminal obeys: what came from a code, a file or a name may hold anything."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def say(text: str) -> None:
    """Prints one line for people."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    print(one_line(text), flush=True)


def progress(what: str, count: int | str) -> None:
    """How far a long command is, on a terminal's last line; nothing where nobody looks."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{one_line(what)} {count}", end="", file=sys.stderr, flush=True)


def say_json(value: object) -> None:
    """Prints one line for programs. Only where the output is UTF-8 does Chinese stay readable."""
    wide = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not wide), flush=True)
