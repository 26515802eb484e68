"""Bytes from a receipt printer, separated into its answers."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.paper.printers.answers import Answers

STATUS, AUTOMATIC, PROCESS_ID, PAPER = b"\x12", b"\x14\x00\x00\x0f", b"\x37\x22ABCD\x00", b"\x00"
ANSWERS = st.lists(st.sampled_from([STATUS, AUTOMATIC, PROCESS_ID, PAPER]), max_size=12)


def read(pieces: list[bytes]) -> Answers:
    answers = Answers()
    for piece in pieces:
        answers.feed(piece)
    return answers


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(ends)]


@given(ANSWERS, st.lists(st.integers(0, 100)))
def test_answers_are_found_however_they_arrive(sent: list[bytes], places: list[int]) -> None:
    answers = read(cut(b"".join(sent), places))
    assert len(answers.statuses) == sent.count(STATUS)
    assert answers.process_ids == [b"ABCD"] * sent.count(PROCESS_ID)
    assert len(answers.paper_statuses) == sent.count(PAPER)
    assert (answers.garbage, answers.is_complete) == (b"", True)


@given(st.binary(max_size=60), st.lists(st.integers(0, 100)))
def test_any_bytes_have_the_same_answers_however_they_arrive(sent: bytes, places: list[int]) -> None:
    assert read(cut(sent, places)) == read([sent])


@given(st.binary(max_size=60))
def test_a_paper_status_among_garbage_confirms_nothing(sent: bytes) -> None:
    assert not read([b"\xff", sent, PAPER]).has_paper_status_only
