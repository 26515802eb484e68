"""Sources of the pages of a paper: a file by its path, and the folder of a scanner.

A part of the product that adds a source appends its flow to FLOWS and its name to the sources of the service.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.views.papers import FileRow, PaperTakingService, TakenPaper
from screens.host import ScreenHost
from screens.papers.arrived import add_from_phone, add_from_reception
from screens.papers.flows import Flow, page_counter
from screens.papers.taking_camera import add_from_camera
from screens.widgets.columns import Column, ListRow
from screens.widgets.dialogs import Dialog
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.row_list import RowList

_POLL_SECONDS = 1.0


class FileDialog(PickDialog):
    """A path is typed and completed from the list; Enter opens a folder, and takes a file."""

    about = mark("The path of a file is typed, or chosen from the list; Enter opens a folder, and takes a file.")

    def __init__(self, taking: PaperTakingService, *, start: str = "", error: str = "") -> None:
        super().__init__(_("File or PDF"), [], search=self._list_files, hint=_("opens the folder, takes the file"))
        self.taking, self.start, self._first_error = taking, start, error

    def on_mount(self) -> None:
        super().on_mount()
        line = self.query_one("#query", FormInput)
        line.value = self.start
        line.cursor_position = len(self.start)
        if not self.start:
            self.host.run_in_background(self._show_start())
        if self._first_error:
            self.show_error(self._first_error)

    async def _show_start(self) -> None:
        self._show(await self._list_files(""))

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        row = self.current_row
        typed = message.input.value
        if row is not None and row.id.endswith("/") and row.id != typed:
            message.stop()
            message.input.value = row.id
            message.input.cursor_position = len(row.id)
        elif row is None and typed.strip():  # a file of another ending: the service names what is wrong with it
            message.stop()
            self.close(typed.strip())
        else:
            super().on_form_input_completed(message)

    async def _list_files(self, typed: str) -> Sequence[PickRow]:
        rows = await self.host.ask(partial(self.taking.list_files, typed))
        return [PickRow(row.path, row.name + ("/" if row.is_folder else ""), hint=_describe(row)) for row in rows]


class ScannedFilesDialog(Dialog[str]):
    """Lists the files of the scanner's folder as they arrive, the newest first; Enter takes one."""

    about = mark("Files appear by themselves when the scanner has written them, the newest first.")
    DEFAULT_CSS = """
    ScannedFilesDialog RowList { height: auto; min-height: 4; max-height: 55vh; margin: 1 0 0 0; }
    """

    def __init__(self, taking: PaperTakingService, files: Sequence[FileRow], *, error: str = "") -> None:
        super().__init__(_("Scanner's folder"), hint=_("takes its pages"))
        self.add_class("-wide")
        self.taking, self.files, self._first_error = taking, list(files), error

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(self._sentence)
        columns = [Column(str, 20, grow=1), Column(str, 8), Column(str, 16, keep_whole=True)]
        empty = _("Nothing has arrived yet: scan the paper, and it appears here.")
        yield RowList(columns, id="scanned", empty=lambda: empty, can_filter=False)

    def on_mount(self) -> None:
        super().on_mount()
        self._show_files(tuple(self.files))
        self.query_one(RowList).focus()
        self.set_interval(_POLL_SECONDS, self._request_files)
        if self._first_error:
            self.show_error(self._first_error)

    def content_cells(self) -> int:
        return 76

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()
        self.close(message.row.key)

    def _request_files(self) -> None:
        if self.is_current:
            self.host.fetch(self.taking.list_scanned_files, self._show_files, group="scanned files")

    def _show_files(self, files: tuple[FileRow, ...]) -> None:
        rows, known = self.query_one(RowList), {file.path for file in self.files}
        has_new = any(file.path not in known for file in files)
        self.files = list(files)
        rows.show_rows([ListRow(file.path, (file.name, file.size, file.changed)) for file in files])
        if has_new:  # what was scanned just now is the likely choice
            rows.cursor = 0
            rows.refresh()

    def _sentence(self, width: int) -> Iterable[Line]:
        return [[(line, "dim")] for line in wrap(_("New files appear by themselves."), width)]


async def add_pages(host: ScreenHost, taking: PaperTakingService, paper: TakenPaper) -> TakenPaper:
    """Let the user choose a source, and add pages from it."""
    sources = [source for source in await host.ask(taking.list_paper_sources) if source.id in FLOWS]
    if len(sources) == 1:
        return await FLOWS[sources[0].id](host, taking, paper)
    rows = [PickRow(source.id, source.name, source.key, source.hint) for source in sources]
    chosen = await host.show(PickDialog(_("Take in: {name}").format(name=paper.target.name), rows))
    return await FLOWS[chosen](host, taking, paper) if chosen is not None else paper


async def _add_file(host: ScreenHost, taking: PaperTakingService, paper: TakenPaper) -> TakenPaper:
    start, error = "", ""
    while True:
        path = await host.show(FileDialog(taking, start=start, error=error))
        if path is None:
            return paper
        if path.endswith("/"):  # chosen line by line, where a dialog cannot stay open
            start, error = path, ""
            continue
        try:
            return await host.ask(partial(taking.add_file, paper.target, path, page_counter(host)))
        except ClerkError as failure:
            start, error = path, str(failure)


async def _add_scanned_file(host: ScreenHost, taking: PaperTakingService, paper: TakenPaper) -> TakenPaper:
    error = ""
    while True:
        files = await host.ask(taking.list_scanned_files)
        path = await host.show(ScannedFilesDialog(taking, files, error=error))
        if path is None:
            return paper
        try:
            return await host.ask(partial(taking.add_scanned_file, paper.target, path, page_counter(host)))
        except ClerkError as failure:
            error = str(failure)


def _describe(row: FileRow) -> str:
    return "  ".join(filter(None, (row.size, row.changed)))


FLOWS: dict[str, Flow] = {
    "camera": add_from_camera,
    "file": _add_file,
    "folder": _add_scanned_file,
    "phone": add_from_phone,
    "reception": add_from_reception,
}
"""How pages are added, by the kind of their source."""
