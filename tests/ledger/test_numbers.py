"""Case numbers: told apart by a check digit, lent in blocks, never given twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.errors import Refused
from clerk_app.ledger.commands import Actor, Moment
from clerk_app.ledger.numbers import BLOCK, LendNumbers, case_number, is_case_number, next_serial, use_serial
from tests.conftest import Blank
from tests.ledger.notebook import Notebook

SERIALS = st.integers(1, 999_999_999)
YEARS = st.integers(2026, 2099)


@given(year=YEARS, serial=SERIALS)
def test_a_case_number_is_twelve_digits_that_check(year: int, serial: int) -> None:
    number = case_number(year, serial)
    assert len(number) == 12
    assert is_case_number(number)
    assert number.startswith(f"{year % 100:02d}")
    assert int(number[2:11]) == serial


@given(year=YEARS, serial=SERIALS, place=st.integers(0, 11), digit=st.integers(0, 9))
def test_every_single_wrong_digit_is_detected(year: int, serial: int, place: int, digit: int) -> None:
    number = case_number(year, serial)
    wrong = f"{number[:place]}{digit}{number[place + 1 :]}"
    assert is_case_number(wrong) == (wrong == number)


def test_of_neighbours_that_changed_places_nearly_all_are_detected() -> None:
    """ISO 7064's hybrid systems promise every single error, and of transpositions all but a few."""
    missed = total = 0
    for serial in range(1, 60_000, 7):
        number = case_number(2026, serial)
        for place in range(11):
            swapped = f"{number[:place]}{number[place + 1]}{number[place]}{number[place + 2 :]}"
            if swapped != number:
                total += 1
                missed += is_case_number(swapped)
    assert missed / total < 0.03


@pytest.mark.parametrize(
    "text",
    ["", "26000000001", "2600000000100", "26000000001x", "２６００００００００１０", "26000000001 ", "-60000000010"],
)
def test_other_texts_are_no_case_numbers(text: str) -> None:
    assert not is_case_number(text)


@pytest.fixture
def book(blank: Blank) -> Iterator[Notebook]:
    with Notebook.opened(blank()) as opened:
        yield opened


def moment(node: str = "n1", incarnation: int = 1) -> Moment:
    return Moment(node, incarnation, 1, Actor("clerk"), 1, 1, 1)


def give(book: Notebook, many: int, who: Moment) -> list[int]:
    """So many serials, one after the other."""
    given = []
    with book.store.write() as tx:
        for _ in range(many):
            serial = next_serial(tx, who)
            use_serial(tx, who, serial)
            given.append(serial)
    return given


def lend(book: Notebook, node: str = "n1", incarnation: int = 1) -> tuple[int, int]:
    block = book.door.perform(LendNumbers(node=node, incarnation=incarnation), "center")
    return block.first, block.last


def test_a_node_uses_its_block_and_then_its_reserve(book: Notebook) -> None:
    assert [lend(book), lend(book)] == [(1, BLOCK), (BLOCK + 1, 2 * BLOCK)]
    assert give(book, 2 * BLOCK, moment()) == list(range(1, 2 * BLOCK + 1))
    with pytest.raises(Refused) as refused:
        give(book, 1, moment())
    assert refused.value.reason == "no_numbers"
    lend(book)
    assert give(book, 1, moment()) == [2 * BLOCK + 1]


def test_a_node_without_a_block_says_so(book: Notebook) -> None:
    lend(book)
    for stranger in (moment(node="n2"), moment(incarnation=2)):
        with pytest.raises(Refused) as refused:
            give(book, 1, stranger)
        assert "Connect to the center to borrow more" in refused.value.sentence


def test_blocks_of_nodes_and_incarnations_never_overlap(book: Notebook) -> None:
    lent = [lend(book, node, incarnation) for node in ("n1", "n2") for incarnation in (1, 2)]
    for node in ("n2", "n1"):
        for incarnation in (2, 1):
            first = give(book, 3, moment(node, incarnation))
            assert (first[0], first[0] + BLOCK - 1) in lent
    assert sorted(lent) == [(n * BLOCK + 1, (n + 1) * BLOCK) for n in range(4)]
