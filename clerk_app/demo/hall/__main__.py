"""Entry point of the process that runs a hall's day. Only `background_day` runs it."""

from __future__ import annotations

import sys
from pathlib import Path

from clerk_app.demo.hall.program import serve_day

if __name__ == "__main__":
    serve_day(Path(sys.argv[1]), int(sys.argv[2]))
