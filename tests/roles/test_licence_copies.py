"""A licence is copied only after the citizen agreed, for one purpose, with an expiry; each copy is recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.paper.page import TextLine, Watermark, decode_page
from clerk_app.views.counter import CounterService
from tests.paper.escpos_reader import read_escpos
from tests.roles.workflows import accept_birth, prepare_birth


def _last_printed(office: Office) -> str:
    newest = max(office.printers.spool.list_papers(), key=lambda path: path.stat().st_mtime_ns)
    return "\n".join(read_escpos(newest.read_bytes()).rows)


def test_before_the_citizen_agrees_there_is_nothing_to_copy(
    counter: CounterService, code: Callable[[str], str], office: Office
) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    assert counter.begin_draft("birth").copyable == ()
    with office.store.read() as tx:
        offered = tx.select("consents")[0]["licence"]
    with pytest.raises(Refused):
        counter.print_licence_copy(offered, "bank")
    assert not [path for path in office.printers.spool.list_papers() if "licence_copy" in path.name]


def test_a_copy_without_a_case_names_purpose_and_expiry_and_masks_the_number(
    counter: CounterService, code: Callable[[str], str], office: Office
) -> None:
    view = prepare_birth(counter, code("mother"))
    card = next(option for option in view.copyable if "identity card" in option.name.lower())
    message = counter.print_licence_copy(card.id, "bank").message
    assert message.startswith(f"Copy of {card.name} for a bank, valid until ")
    printed = " ".join(_last_printed(office).split())
    with office.store.read() as tx:
        mother = tx.get("persons", id=tx.select("visits")[-1]["person"])
        assert tx.select("prints") == []
    assert mother is not None
    assert mother["id_number"] not in printed.replace(" ", "")
    assert "Only for a bank, valid until" in printed
    assert any("printed a copy of a licence" in line and "a bank" in line for line in counter.list_accesses())


@pytest.mark.wide
def test_a_copy_for_an_accepted_case_is_a_paper_of_the_case_and_is_not_printed_again(
    counter: CounterService, code: Callable[[str], str], office: Office
) -> None:
    number = accept_birth(counter, code("mother"))
    card = counter.read_view().copyable[0]
    counter.print_licence_copy(card.id, "own")
    newest = counter.list_papers()[0]
    assert (newest.case_number, newest.title, newest.can_renew) == (number, "Copy of a licence", False)
    with office.store.read() as tx:
        (row,) = tx.select("prints", kind="licence_copy")
    page = decode_page(row["content"])
    watermark = next(block for block in page if isinstance(block, Watermark))
    assert watermark.text.startswith("Only for the holder's own file, valid until ")
    assert any(isinstance(block, TextLine) and block.text == card.name for block in page)
    with pytest.raises(Refused) as refused:
        counter.reprint_paper(newest.id)
    assert refused.value.reason == "copy"


@pytest.mark.wide
def test_a_copy_ends_with_the_visit(counter: CounterService, code: Callable[[str], str], office: Office) -> None:
    card = prepare_birth(counter, code("mother")).copyable[0]
    counter.finish_visit("finish")
    assert counter.read_view().copyable == ()
    with pytest.raises(Refused):
        counter.print_licence_copy(card.id, "bank")
    assert not [path for path in office.printers.spool.list_papers() if "licence_copy" in path.name]
