"""Measure how kinds and fields of papers are read: drawn papers of all kinds and conditions that are in no file.

Right are the kind, and each key field whose value equals what was drawn (width, blanks and punctuation do not count).
A wrong value above the threshold is a value that is shown as sure and differs from what was drawn. The time of a page
is processor time, against bare recognition with the same settings, of the same pages in turns.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from random import Random

import cv2
import numpy as np

from benchmarks.papers.conditions import CONDITIONS, PAPERS, to_jpeg
from benchmarks.papers.drawn_contracts import draw_lease
from benchmarks.papers.drawn_papers import PaperScore, draw_paper, score_reading
from clerk_app.errors import BadData
from clerk_app.pre_review.kinds import load_kinds
from clerk_app.pre_review.paper_reader import read_paper
from scanners.text.client import TextClient

KIND_BAR, CLEAN_BAR, PHOTOGRAPHED_BAR = 0.97, 0.97, 0.9
TIME_BAR = 1.3  # times bare recognition
MEMORY_BAR = 800.0  # MB
_TIMED_PAGES = 6
_IDLE_SECONDS = 1.0
_END_SECONDS = 10.0  # until an idle child has to be gone
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figure:
    """A measured figure. `bar` is the least, with `is_limit` the largest allowed value; None without a bar."""

    name: str
    value: float
    bar: float | None = None
    is_limit: bool = False
    detail: str = ""

    @property
    def held(self) -> bool:
        """Whether the bar is held."""
        return self.bar is None or (self.value <= self.bar if self.is_limit else self.value >= self.bar)


def main(papers: int, seed: int, children: int, *, as_json: bool) -> int:
    """Measure and print each figure; return 0 when every bar is held, else 1."""
    if not TextClient.is_installed():
        raise BadData("The extra text is needed for this benchmark.")
    figures = measure(papers, seed, children)
    for figure in figures:
        bar = "" if figure.bar is None else f"  bar {figure.bar:g}{'' if figure.held else '  MISSED'}"
        line = f"{figure.name:<46}{figure.value:9.3f}{bar}{'  ' + figure.detail if figure.detail else ''}"
        print(json.dumps(asdict(figure) | {"held": figure.held}, ensure_ascii=False) if as_json else line, flush=True)
    return 0 if all(figure.held for figure in figures) else 1


def measure(papers: int, seed: int, children: int) -> list[Figure]:
    """Read drawn papers in some child processes, and return all figures. Time and memory are those of one alone."""
    clients = [
        TextClient(niceness=0, read_seconds=120, wait_seconds=600, limit_seconds=3600, idle_seconds=3600)
        for _ in range(children)
    ]
    try:
        scores = read_papers(clients, papers, seed)
        figures = [*_summarise(scores), *_measure_time(clients[0], seed)]
        return [*figures, *_measure_memory(clients[0])]
    finally:
        for client in clients:
            client.close()
        PAPERS.close()


def read_papers(clients: Sequence[TextClient], papers: int, seed: int) -> list[PaperScore]:
    """Draw papers and read them, as many at once as there are clients."""
    kinds = load_kinds()
    kinds_by_id = {kind.id: kind for kind in kinds}
    free = SimpleQueue[TextClient]()
    for client in clients:
        free.put(client)

    def read(number: int) -> PaperScore:
        paper, condition, dice = draw_paper(seed, number)
        picture = to_jpeg(CONDITIONS[condition](paper.image, dice))
        client = free.get()
        try:
            page = client.read(picture)
        finally:
            free.put(client)
        return score_reading(paper, condition, read_paper([page], kinds), kinds_by_id[paper.kind])

    scores = []
    with ThreadPoolExecutor(len(clients)) as threads:
        for score in threads.map(read, range(papers)):
            scores.append(score)
            if sys.stderr.isatty():
                print(f"\r{len(scores)} of {papers} papers", end="", file=sys.stderr, flush=True)
    return scores


def _summarise(scores: Sequence[PaperScore]) -> list[Figure]:
    wrong_sure = [f"{score.kind} {score.condition}: {value}" for score in scores for value in score.wrong_sure]
    bars = {"clean": CLEAN_BAR, "photographed": PHOTOGRAPHED_BAR}
    by_condition = [
        Figure(f"key fields right, {condition}", _key_share(group), bars.get(condition), detail=_mistakes(group))
        for condition in CONDITIONS
        if (group := [score for score in scores if score.condition == condition])
    ]
    by_kind = [
        Figure(f"key fields right, {kind}", _key_share(group))
        for kind in sorted({score.kind for score in scores})
        if (group := [score for score in scores if score.kind == kind])
    ]
    keys = sum(score.key_fields for score in scores)
    return [
        Figure("papers", len(scores)),
        Figure("kind right", statistics.mean(score.is_kind_right for score in scores), KIND_BAR),
        *by_condition,
        *by_kind,
        Figure("key fields that are sure", sum(score.sure for score in scores) / keys),
        Figure(
            "papers with a wrong value above the threshold",
            sum(bool(score.wrong_sure) for score in scores),
            0,
            is_limit=True,
            detail="; ".join(wrong_sure),
        ),
    ]


def _key_share(scores: Iterable[PaperScore]) -> float:
    found = list(scores)
    keys = sum(score.key_fields for score in found)
    return 1 - sum(len(score.wrong) for score in found) / keys


def _mistakes(scores: Iterable[PaperScore]) -> str:
    return ", ".join(f"{score.kind} {'+'.join(score.wrong)}" for score in scores if score.wrong)


def _measure_time(client: TextClient, seed: int) -> list[Figure]:
    """Compare reading A4 pages in the child, kind and fields included, with bare recognition of the same pages."""
    bare = _load_bare_recognition()
    kinds = load_kinds()
    dice = Random(f"{seed} time")  # noqa: S311
    pages = [to_jpeg(draw_lease(dice).image) for _ in range(_TIMED_PAGES)]
    client.read(pages[0])
    bare(pages[0])
    ours, floor = [], []
    for page in pages:
        assert client.process_id is not None
        before, own = _processor_seconds(client.process_id), time.process_time()
        read_paper([client.read(page)], kinds)
        ours.append(_processor_seconds(client.process_id) - before + time.process_time() - own)
        own = time.process_time()
        bare(page)
        floor.append(time.process_time() - own)
    ratio = statistics.median(mine / other for mine, other in zip(ours, floor, strict=True))
    return [
        Figure("seconds of an A4 page", statistics.median(ours)),
        Figure("seconds of bare recognition", statistics.median(floor)),
        Figure("time of a page over bare recognition", ratio, TIME_BAR, is_limit=True),
    ]


def _load_bare_recognition() -> Callable[[bytes], object]:
    from rapidocr import RapidOCR

    from scanners.text.page_reader import engine_settings

    spec = importlib.util.find_spec("rapidocr")
    assert spec is not None
    assert spec.origin is not None
    engine = RapidOCR(params=engine_settings(Path(spec.origin).parent / "models"))

    def recognise(page: bytes) -> object:
        picture = cv2.imdecode(np.frombuffer(page, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        return engine(picture)

    return recognise


def _measure_memory(client: TextClient) -> list[Figure]:
    child = client.process_id
    assert child is not None
    status = Path(f"/proc/{child}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    client.idle_seconds = _IDLE_SECONDS
    client.read(to_jpeg(draw_paper(0, 0)[0].image))
    started = time.monotonic()
    while Path(f"/proc/{child}").exists() and time.monotonic() - started < _END_SECONDS:
        time.sleep(0.1)
    is_gone = not Path(f"/proc/{child}").exists()
    return [
        Figure("peak memory of the child, MB", peak, MEMORY_BAR, is_limit=True),
        Figure("child ended when idle", float(is_gone), 1.0),
    ]


def _processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
