"""A screen process that writes what it is sent, for tests of the server."""

from __future__ import annotations

import json
import sys
import time


def main() -> int:
    source, out = sys.stdin.buffer, sys.stdout.buffer

    def show(text: str) -> None:
        data = f"{text}\n".encode()
        out.write(b"D" + len(data).to_bytes(4, "big") + data)
        out.flush()

    source.readline()
    turn = source.readline()
    if not turn:
        return 0
    size = json.loads(turn)
    out.write(b"__GANGLION__\n")
    show(f"size {size['columns']}x{size['rows']}")
    while kind := source.read(1):
        text = source.read(int.from_bytes(source.read(4), "big")).decode()
        if text.startswith("exit "):
            return int(text.removeprefix("exit "))
        if text == "hang":
            time.sleep(600)
        show(f"{kind.decode()} {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
