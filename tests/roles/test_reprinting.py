"""Every paper of a case is printed again from its list, also after the case was delivered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.locales import set_language
from clerk_app.paper.printers.spool import OUT_OF_PAPER
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.paper.escpos_reader import read_escpos
from tests.roles.workflows import accept_birth, approve_all

OFFICERS = ("2001", "2003", "2004", "2005", "2006")


def _states(counter: CounterService) -> list[tuple[str, str, str]]:
    return [(paper.key, paper.title, paper.state) for paper in counter.list_papers()]


def _last_printed_rows(office: Office) -> list[str]:
    newest = max(office.printers.spool.list_papers(), key=lambda path: path.stat().st_mtime_ns)
    printed = read_escpos(newest.read_bytes())
    return [*printed.wide_rows, *printed.rows]


@pytest.mark.wide
def test_a_hand_over_list_that_jammed_is_printed_again_with_the_full_name_of_the_receiver(
    counter: CounterService, workstation: Workstation, code: Callable[[str], str], office: Office
) -> None:
    number = accept_birth(counter, code("mother"))
    approve_all(workstation, OFFICERS)
    counter.open_case(number)
    empty = office.printers.spool.folder / OUT_OF_PAPER
    empty.touch()
    counter.hand_over_results("mother", "code")
    assert _states(counter) == [
        ("2", "Hand-over list", "not printed"),
        ("1", "Receipt", "in the folder spool"),
    ]

    empty.unlink()
    counter.process_scan(number)  # the delivered case, opened again
    hand_over = counter.list_papers()[0]
    paper = counter.reprint_paper(hand_over.id).receipt
    assert paper is not None
    assert (paper.printed, paper.names_in_full) == (True, True)
    with office.store.read() as tx:
        mother = tx.select("parties", case_number=number, role="mother")[0]
    assert any("林**, Mother" in line for line in paper.lines)
    on_paper = "\n".join(_last_printed_rows(office))
    assert f"{mother['name']}, Mother" in on_paper
    assert mother["number"] not in on_paper
    assert _states(counter)[0][2] == "in the folder spool"

    paper = counter.reprint_paper(hand_over.id).receipt
    assert paper is not None
    assert _last_printed_rows(office)[0] == paper.lines[0].strip() == "重打 REPRINT 1"

    empty.touch()
    paper = counter.reprint_paper(hand_over.id).receipt
    assert paper is not None
    assert (paper.printed, paper.delivery) == (False, "")
    assert counter.read_view().status.papers == 1
    assert paper.error.startswith("The printer is out of paper.")
    set_language("zh_CN")
    translated = counter.read_view().receipt
    assert translated is not None
    assert (translated.title, translated.error) == ("送达回证", "打印机缺纸。请装入新纸卷后重新打印。")
    assert translated.lines == paper.lines  # as it would have been printed
