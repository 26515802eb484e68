"""Case numbers: verified by a check digit, lent in blocks, never used twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.errors import Refused
from clerk_app.ledger.commands import Actor, Moment
from clerk_app.ledger.numbers import (
    BLOCK_SIZE,
    LendNumbers,
    format_case_number,
    is_case_number,
    mark_serial_used,
    next_serial,
)
from tests.conftest import StoreFactory
from tests.ledger.notebook import Notebook

SERIALS = st.integers(1, 999_999_999)
YEARS = st.integers(2026, 2099)


@given(year=YEARS, serial=SERIALS)
def test_a_case_number_is_twelve_digits_with_a_check_digit(year: int, serial: int) -> None:
    number = format_case_number(year, serial)
    assert len(number) == 12
    assert is_case_number(number)
    assert number.startswith(f"{year % 100:02d}")
    assert int(number[2:11]) == serial


@given(year=YEARS, serial=SERIALS, place=st.integers(0, 11), digit=st.integers(0, 9))
def test_every_single_wrong_digit_is_detected(year: int, serial: int, place: int, digit: int) -> None:
    number = format_case_number(year, serial)
    wrong = f"{number[:place]}{digit}{number[place + 1 :]}"
    assert is_case_number(wrong) == (wrong == number)


def test_nearly_all_transpositions_of_neighbouring_digits_are_detected() -> None:
    """The hybrid systems of ISO 7064 detect every single error and nearly all transpositions."""
    missed = total = 0
    for serial in range(1, 60_000, 7):
        number = format_case_number(2026, serial)
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
def book(make_store: StoreFactory) -> Iterator[Notebook]:
    with Notebook.open_in(make_store()) as opened:
        yield opened


def make_moment(node: str = "n1", incarnation: int = 1) -> Moment:
    return Moment(node, incarnation, 1, Actor("clerk"), 1, 1, 1)


def take_serials(book: Notebook, count: int, who: Moment) -> list[int]:
    """Use so many serials, one after the other; return them."""
    serials = []
    with book.store.write() as tx:
        for _ in range(count):
            serial = next_serial(tx, who)
            mark_serial_used(tx, who, serial)
            serials.append(serial)
    return serials


def lend_block(book: Notebook, node: str = "n1", incarnation: int = 1) -> tuple[int, int]:
    block = book.door.perform(LendNumbers(node=node, incarnation=incarnation), "center")
    return block.first, block.last


def test_a_node_uses_its_block_and_then_its_reserve(book: Notebook) -> None:
    assert [lend_block(book), lend_block(book)] == [(1, BLOCK_SIZE), (BLOCK_SIZE + 1, 2 * BLOCK_SIZE)]
    assert take_serials(book, 2 * BLOCK_SIZE, make_moment()) == list(range(1, 2 * BLOCK_SIZE + 1))
    with pytest.raises(Refused) as refused:
        take_serials(book, 1, make_moment())
    assert refused.value.reason == "no_numbers"
    lend_block(book)
    assert take_serials(book, 1, make_moment()) == [2 * BLOCK_SIZE + 1]


def test_a_node_without_a_block_is_refused(book: Notebook) -> None:
    lend_block(book)
    for stranger in (make_moment(node="n2"), make_moment(incarnation=2)):
        with pytest.raises(Refused) as refused:
            take_serials(book, 1, stranger)
        assert "Connect to the center to borrow more" in refused.value.sentence


def test_blocks_of_nodes_and_incarnations_never_overlap(book: Notebook) -> None:
    lent = [lend_block(book, node, incarnation) for node in ("n1", "n2") for incarnation in (1, 2)]
    for node in ("n2", "n1"):
        for incarnation in (2, 1):
            first = take_serials(book, 3, make_moment(node, incarnation))
            assert (first[0], first[0] + BLOCK_SIZE - 1) in lent
    assert sorted(lent) == [(n * BLOCK_SIZE + 1, (n + 1) * BLOCK_SIZE) for n in range(4)]
