"""What each further look alone reads of pictures that the first look cannot read, and what it costs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from time import perf_counter

from clerk_app.bench.decode import Task, same
from clerk_app.locales import _
from scanners import decoders
from scanners.decode import read_by
from scanners.looks import FRAME_LOOKS, STILL_LOOKS, Look


@dataclass
class Worth:
    """One look: how many pictures it `read` rightly, of these `alone` (no other look did), read `wrong`, and its ms."""

    look: str
    read: int = 0
    alone: int = 0
    wrong: int = 0
    ms: float = 0.0


def report_looks(tasks: Iterable[Task], *, as_json: bool) -> list[str]:
    """A line a look, over those pictures that the first look does not read."""
    looks = [look for look in dict.fromkeys((*STILL_LOOKS, *FRAME_LOOKS)) if look.reader == "zxing" or _zbar()]
    worth = {look.name: Worth(look.name) for look in looks}
    missed = 0
    for task in tasks:
        if not read_by(task.picture, None):
            missed += 1
            _try(task, looks, worth)
    if as_json:
        return [json.dumps(asdict(one) | {"pictures": missed}) for one in worth.values()]
    head = _("{count} pictures that the first look does not read; read rightly, by no other look, wrongly, mean ms")
    wide = max(map(len, worth))
    lines = [head.format(count=missed)]
    for one in worth.values():
        ms = one.ms / max(missed, 1)
        lines.append(f"{one.look:<{wide}} {one.read:5d} {one.alone:5d} {one.wrong:3d} {ms:7.2f}")
    return lines


def _try(task: Task, looks: Iterable[Look], worth: dict[str, Worth]) -> None:
    right = []
    for look in looks:
        one, began = worth[look.name], perf_counter()
        codes = read_by(task.picture, look)
        one.ms += (perf_counter() - began) * 1000
        if any(same(code.text, wanted) for code in codes for wanted in task.wanted):
            right.append(one)
            one.read += 1
        else:
            one.wrong += bool(codes)
    if len(right) == 1:
        right[0].alone += 1


def _zbar() -> bool:
    return "zbar" in decoders()
