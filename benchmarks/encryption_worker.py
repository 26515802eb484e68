"""One side of the benchmark `encryption`: a process over a plain or an encrypted store, because a process has one key.

Reads requests as JSON lines from stdin, and answers each with a JSON line.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.queue_store import QueueStore
from clerk_app.composition.store_key import generate_store_key, use_key
from db.engines import Store

PLAIN, ENCRYPTED = "plain", "encrypted"
STORE_FILE = "store.db"


def main(folder: Path, rows: int, form: str) -> None:
    """Make a store with `rows` open tasks in the new folder, and measure it until stdin ends."""
    if form == ENCRYPTED:
        use_key(generate_store_key())
    queue = QueueStore.create_in_folder(folder, rows, workers=1)
    try:
        _answer({"ready": True})
        for line in sys.stdin:
            request = json.loads(line)
            if request["measure"] == "open":
                _answer({"seconds": measure_opening(folder / STORE_FILE)})
            else:
                queue.flush.seconds = request["flush_ms"] / 1000
                queue.top_up()
                _answer({"seconds": queue.run_claims(1, request["seconds"]).latencies})
    finally:
        queue.close()


def measure_opening(path: Path) -> list[float]:
    """Return the seconds until the store is open and one row is read."""
    started = time.perf_counter()
    store = Store(path)
    try:
        with store.read() as tx:
            tx.query_one("ledger.last_position")
        return [time.perf_counter() - started]
    finally:
        store.close()


def _answer(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
