"""Taking in a paper line by line: its pages with what they lack, and what is done with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.views.papers import PageCameraView, TakenPaper
from screens.papers.arrived import ArrivedDialog
from screens.papers.taking import ADD, DONE, TakingDialog, describe_taken
from screens.papers.taking_camera import PageCameraDialog
from screens.papers.taking_sources import ScannedFilesDialog
from screens.plain.host import LineHost
from screens.plain.picking import pick_row
from screens.plain.reading import with_level
from screens.widgets.pick import PickRow

_TURN, _REMOVE, _FIRST = "turn", "remove", "first"


async def change_pages(host: LineHost, dialog: TakingDialog) -> str | None:
    """Write the pages; return what is chosen: more pages, or that the paper is complete."""
    while True:
        host.write(dialog.heading, *describe_taken(dialog.paper))
        acts = [(DONE, _("Make the paper of these pages")), (ADD, _("Add pages"))]
        if dialog.paper.pages:
            acts += [(_TURN, _("Turn a page")), (_REMOVE, _("Remove a page")), (_FIRST, _("Move a page to the front"))]
        rows = [PickRow(act, name, str(number)) for number, (act, name) in enumerate(acts, 1)]
        chosen = await pick_row(host, (), rows)
        if chosen in (None, ADD) or (chosen == DONE and dialog.paper.pages):
            return chosen
        if chosen == DONE:
            host.write(_("No page was taken in yet: F5 adds pages."))
            continue
        pages = [PickRow(str(page.number), "", str(page.number)) for page in dialog.paper.pages]
        page = await pick_row(host, (_("Which page?"),), pages)
        if page is not None and chosen is not None:
            await _change(host, dialog, chosen, int(page))


async def _change(host: LineHost, dialog: TakingDialog, act: str, number: int) -> None:
    taking, target = dialog.taking, dialog.paper.target
    calls: dict[str, Callable[[], TakenPaper]] = {
        _TURN: partial(taking.turn_page, target, number),
        _REMOVE: partial(taking.remove_page, target, number),
        _FIRST: partial(taking.move_page, target, number, 1),
    }
    try:
        dialog.paper = await host.ask(calls[act])
    except ClerkError as error:
        host.write(with_level("bad", str(error)))


async def choose_scanned(host: LineHost, dialog: ScannedFilesDialog) -> str | None:
    """Pick a file of the scanner's folder; an empty list is read again."""
    while True:
        files = await host.ask(dialog.taking.list_scanned_files)
        rows = [PickRow(file.path, file.name, str(number), file.changed) for number, file in enumerate(files, 1)]
        again = PickRow("", _("Look again"), str(len(rows) + 1))
        chosen = await pick_row(host, (dialog.heading,), [*rows, again])
        if chosen != "":
            return chosen


async def choose_arrived(host: LineHost, dialog: ArrivedDialog) -> str | None:
    """Write the code of the link, and pick a file that has arrived; an empty list is read again."""
    host.write(dialog.heading, *(dialog.link.code if dialog.link is not None else ()), dialog.sentence())
    while True:
        files = await host.ask(partial(dialog.taking.list_arrived, dialog.kind))
        rows = [PickRow(file.path, file.name, str(number), file.size) for number, file in enumerate(files, 1)]
        again = PickRow("", _("Look again"), str(len(rows) + 1))
        chosen = await pick_row(host, (), [*rows, again])
        if chosen != "":
            return chosen


async def take_by_camera(host: LineHost, dialog: PageCameraDialog) -> bool:
    """Take pages with the document camera: by themselves, or with an empty line what is in view."""
    how = _("A page is taken by itself when it lies still. An empty line takes what is in view, w all of it, e ends.")
    taking, target = dialog.taking, dialog.paper.target
    await host.ask(partial(taking.start_page_camera, _ignore_view))
    try:
        question = [dialog.heading, how]
        while True:
            text = await host.read_text(_("Page:"), question=question, how=how)
            try:
                dialog.paper = await host.ask(partial(taking.add_camera_pages, target))
                if text in ("", "w"):
                    dialog.paper = await host.ask(partial(taking.take_photograph, target, is_whole=text == "w"))
                question = list(describe_taken(dialog.paper))
            except ClerkError as error:
                question = [with_level("bad", str(error))]
            if text is None or text == "e":
                return True
    finally:
        await host.ask(taking.stop_page_camera)


def _ignore_view(_view: PageCameraView) -> None:
    """A picture cannot be read out."""


TAKING_FORMS: tuple[tuple[type[Any], Callable[[LineHost, Any], Awaitable[object]]], ...] = (
    (TakingDialog, change_pages),
    (ScannedFilesDialog, choose_scanned),
    (ArrivedDialog, choose_arrived),
    (PageCameraDialog, take_by_camera),
)
