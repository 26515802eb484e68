"""Drawn papers: the same from one seed, and read without a wrong value that is shown as sure."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from benchmarks.papers.conditions import CONDITIONS, PAPERS, to_jpeg
from benchmarks.papers.drawn_papers import DRAWN, draw_paper, score_reading
from benchmarks.papers.reading_quality import read_papers
from clerk_app.pre_review.kinds import load_kinds
from clerk_app.pre_review.paper_reader import read_paper
from clerk_app.pre_review.readings import Reading
from scanners import TextClient


@pytest.fixture
def client() -> Iterator[TextClient]:
    client = TextClient(niceness=0, read_seconds=120, wait_seconds=120)
    yield client
    client.close()
    PAPERS.close()


@pytest.mark.wide
def test_each_kind_is_drawn_with_its_key_fields_and_the_same_from_one_seed() -> None:
    kinds = {kind.id: kind for kind in load_kinds()}
    drawn = [draw(Random("7")) for draw in DRAWN]
    assert len({paper.kind for paper in drawn}) >= 8
    assert len({paper.image.tobytes() for paper in drawn}) == len(drawn)
    for paper, draw in zip(drawn, DRAWN, strict=True):
        keys = {field.id for field in kinds[paper.kind].fields if field.key}
        assert keys <= paper.values.keys(), paper.kind
        assert draw(Random("7")).image.tobytes() == paper.image.tobytes()


def test_a_missing_field_and_a_wrong_sure_value_count_as_wrong() -> None:
    kinds = {kind.id: kind for kind in load_kinds()}
    paper, condition, _ = draw_paper(1, 0)
    nothing = score_reading(paper, condition, Reading("id-card", 1.0, True, ()), kinds["id-card"])
    assert set(nothing.wrong) == {"name", "birth_date", "address", "id_number"}
    assert nothing.wrong_sure == ()


@pytest.mark.wide
def test_a_drawn_paper_is_read_right(client: TextClient) -> None:
    (score,) = read_papers([client], 1, 3)
    assert (score.kind, score.is_kind_right, score.wrong, score.wrong_sure) == ("id-card", True, (), ())


@pytest.mark.wide
@pytest.mark.parametrize("condition", CONDITIONS)
def test_no_condition_gives_a_wrong_value_that_is_sure(client: TextClient, condition: str) -> None:
    kinds = load_kinds()
    for number, draw in enumerate(DRAWN[:4]):
        dice = Random(f"{condition} {number}")
        paper = draw(dice)
        page = client.read(to_jpeg(CONDITIONS[condition](paper.image, dice)))
        reading = read_paper([page], kinds)
        kind = next(kind for kind in kinds if kind.id == paper.kind)
        assert score_reading(paper, condition, reading, kind).wrong_sure == ()
