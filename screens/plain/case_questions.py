"""How the dialogs that belong to a citizen or a case are asked line by line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

from clerk_app.locales import _, format_list
from clerk_app.text.search_terms import parse_search_terms
from clerk_app.views.case_list import CaseRow
from clerk_app.views.connection import RejectedWork
from clerk_app.views.shared import CameraView
from screens.connection_page import ConnectionPage, state_lines
from screens.counter.case_rows import CaseListDialog
from screens.counter.face_check import FaceAnswer, FaceCheckDialog
from screens.counter.find_dialog import FindDialog, FindRequest
from screens.counter.own_cases import FIND, OwnCasesDialog
from screens.counter.person import confirmation_hint
from screens.counter.scan_dialog import ScanDialog
from screens.counter.second_person import NumberAndPin, SecondPersonDialog
from screens.plain.host import LineHost
from screens.plain.picking import pick_row
from screens.plain.reading import describe_photo, person_sentences, plain_line, with_level
from screens.widgets.pick import PickRow

_WIDE = 1000  # cells: no line of a painted text is broken


async def check_face(host: LineHost, dialog: FaceCheckDialog) -> FaceAnswer | None:
    """Ask whether it is the same person, by the identity document; after a doubt the second person answers."""
    person = dialog.person
    rows = [
        PickRow("same", confirmation_hint(person), "y"),
        PickRow("other", _("not this person: the identification ends"), "n"),
        PickRow("unsure", _("not sure: a second person decides"), "u"),
    ]
    question = (*person_sentences(person), describe_photo(person))
    answer = await pick_row(host, question, rows[:2] if person.doubted else rows)
    return cast("FaceAnswer | None", answer)


async def ask_second_person(host: LineHost, dialog: SecondPersonDialog) -> NumberAndPin | None:
    """Ask for number and PIN of the second person."""
    host.write(dialog.heading, dialog.sentence, *([dialog.error_text] if dialog.error_text else []))
    number = await host.read_text(_("Staff number:"))
    pin = await host.read_text(_("PIN:"), how=_("What you type is not shown."), hidden=True) if number else None
    return NumberAndPin(number, pin) if number and pin else None


async def scan(host: LineHost, dialog: ScanDialog) -> str | None:
    """Read a code from the camera or the terminal, whichever comes first."""
    loop = asyncio.get_running_loop()
    read: asyncio.Future[str] = loop.create_future()

    def take(text: str) -> None:
        if not read.done() and not host.terminal.typed:
            read.set_result(text)

    def receive(view: CameraView) -> None:
        texts = {code.text for code in view.codes}
        if len(texts) == 1:
            loop.call_soon_threadsafe(take, texts.pop())

    sentence = _("The camera searches for a code. You can also scan it by hand, or type it.")
    how = _("Hold the code before the camera, or type it and press Enter.")
    typing = asyncio.ensure_future(host.read_text(_("Code:"), question=(dialog.heading, sentence), how=how))
    await host.ask(lambda: dialog.camera.start(dialog.want, receive))
    try:
        either: set[asyncio.Future[Any]] = {typing, read}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await host.ask(dialog.camera.stop)
    if typing.done():
        return typing.result() or None
    typing.cancel()
    await asyncio.wait({typing})
    dialog.by_camera = True
    host.write(_("The camera has read a code."))
    return read.result()


async def choose_case(host: LineHost, dialog: OwnCasesDialog) -> str | None:
    """Pick one of today's cases, or the search at the center."""
    rows = [*_case_rows(dialog.cases), PickRow(FIND, _("Find a person or another case at the center"))]
    return await pick_row(host, (dialog.heading,), rows)


async def choose_found_case(host: LineHost, dialog: CaseListDialog) -> str | None:
    """Pick one of the listed cases, as those that the center found."""
    return await pick_row(host, (dialog.heading,), _case_rows(dialog.cases))


def _case_rows(cases: Iterable[CaseRow]) -> list[PickRow]:
    return [
        PickRow(
            case.number,
            format_list((case.number, case.one_thing)),
            "",
            format_list(filter(None, (case.applicant, case.state, case.act, case.at, case.due, case.place))),
        )
        for case in cases
    ]


async def ask_search(host: LineHost, dialog: FindDialog) -> FindRequest | None:
    """Ask what to search for, then the purpose; none is chosen beforehand."""
    forms = _(
        "Identity number; or name and birth date (Wang Fang 1994-03-12); or name and the last four digits of the "
        "telephone; or the number of a case, receipt or ticket."
    )
    question = [dialog.heading, forms]
    if dialog.first_error:
        question = [with_level("bad", dialog.first_error)]
    while True:
        text = await host.read_text(_("Search for:"), question=question, how=forms)
        if text is None:
            return None
        if text and parse_search_terms(text).kind != "incomplete":
            break
        question = [_("Give an identity number, a name with a birth date, or the number of a paper.")]
    rows = [PickRow(purpose.id, purpose.name, purpose.key) for purpose in dialog.purposes]
    sentence = _("What for? The search is recorded, and the citizen can read it.")
    purpose = await pick_row(host, (sentence,), rows)
    return FindRequest(text, purpose) if purpose is not None else None


async def read_connection(host: LineHost, dialog: ConnectionPage) -> RejectedWork | None:
    """Read the state of the connection; pick an item of rejected work to settle, if there is any."""
    view = dialog.view
    host.write(dialog.heading, with_level(view.level, view.headline))
    host.write(*filter(None, (plain_line(line) for line in state_lines(view, _WIDE))))
    rows = [
        PickRow(str(index), format_list((work.at, work.action)), "", format_list((work.case_number, work.sentence)))
        for index, work in enumerate(view.rejected)
    ]
    chosen = await pick_row(host, (_("Rejected, to be settled"),), rows) if rows else None
    return view.rejected[int(chosen)] if chosen is not None else None


CASE_FORMS: tuple[tuple[type[Any], Callable[[LineHost, Any], Awaitable[object]]], ...] = (
    (FaceCheckDialog, check_face),
    (SecondPersonDialog, ask_second_person),
    (ScanDialog, scan),
    (OwnCasesDialog, choose_case),
    (FindDialog, ask_search),
    (CaseListDialog, choose_found_case),
    (ConnectionPage, read_connection),
)
