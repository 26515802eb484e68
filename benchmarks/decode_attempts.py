"""What each further attempt of the decoder reads of pictures that the first attempt cannot read, and its time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from time import perf_counter

from benchmarks.decode_tasks import DecodeTask, is_same_text
from scanners import available_decoders
from scanners.qr.decoder import read_with_variant
from scanners.qr.variants import FRAME_VARIANTS, STILL_VARIANTS, PictureVariant


@dataclass
class AttemptResult:
    """Result of one attempt.

    `read` counts pictures read rightly, `alone` those of them that no other attempt read, `wrong` wrong texts; `ms` is
    the total milliseconds.
    """

    variant: str
    read: int = 0
    alone: int = 0
    wrong: int = 0
    ms: float = 0.0


def report_attempts(tasks: Iterable[DecodeTask], *, as_json: bool) -> list[str]:
    """Return a line for each attempt, counted over the pictures that the first attempt cannot read."""
    variants = [
        variant
        for variant in dict.fromkeys((*STILL_VARIANTS, *FRAME_VARIANTS))
        if variant.reader == "zxing" or _has_zbar()
    ]
    results = {variant.name: AttemptResult(variant.name) for variant in variants}
    missed = 0
    for task in tasks:
        if not read_with_variant(task.picture, None):
            missed += 1
            _measure_attempts(task, variants, results)
    if as_json:
        return [json.dumps(asdict(result) | {"pictures": missed}) for result in results.values()]
    head = "{count} pictures that the first attempt does not read; read rightly, by no other variant, wrongly, mean ms"
    width = max(map(len, results))
    lines = [head.format(count=missed)]
    for result in results.values():
        ms = result.ms / max(missed, 1)
        lines.append(f"{result.variant:<{width}} {result.read:5d} {result.alone:5d} {result.wrong:3d} {ms:7.2f}")
    return lines


def _measure_attempts(task: DecodeTask, variants: Iterable[PictureVariant], results: dict[str, AttemptResult]) -> None:
    right = []
    for variant in variants:
        result, began = results[variant.name], perf_counter()
        codes = read_with_variant(task.picture, variant)
        result.ms += (perf_counter() - began) * 1000
        if any(is_same_text(code.text, wanted) for code in codes for wanted in task.wanted):
            right.append(result)
            result.read += 1
        else:
            result.wrong += bool(codes)
    if len(right) == 1:
        right[0].alone += 1


def _has_zbar() -> bool:
    return "zbar" in available_decoders()
