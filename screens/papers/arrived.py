"""Sources of pages that arrive from elsewhere: the phone of the citizen, by a QR code, and the reception."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.views.papers import FileRow, PaperTakingService, PhoneLink, SourceKind, TakenPaper
from screens.host import ScreenHost
from screens.papers.flows import page_counter
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Horizontal, Vertical
from screens.widgets.dialogs import Dialog
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.row_list import RowList

_POLL_SECONDS = 2.0
_BLACK_ON_WHITE = Style(color="#000000", bgcolor="#ffffff")  # in every theme: cameras read it so


class CodeWidget(Widget):
    """Paints a QR code from its lines, black on white, at its own size."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(id="code")
        self._lines = tuple(lines)
        self.styles.width, self.styles.height = max(map(len, self._lines), default=0), len(self._lines)

    def render_line(self, y: int) -> Strip:
        """Return a line of the code."""
        return Strip([Segment(self._lines[y], _BLACK_ON_WHITE)] if y < len(self._lines) else [])


class ArrivedDialog(Dialog[str]):
    """Lists the files that have arrived, the oldest first. A link for a phone is shown as a QR code at the left."""

    about = mark("Files appear by themselves when they arrive. Enter takes the pages of the marked one.")
    DEFAULT_CSS = """
    ArrivedDialog #arrival { height: auto; max-height: 100%; }
    ArrivedDialog #arrived { width: 1fr; height: auto; margin: 0 0 0 1; }
    ArrivedDialog RowList { height: auto; min-height: 4; max-height: 12; margin: 1 0 0 0; }
    """

    def __init__(
        self,
        taking: PaperTakingService,
        kind: SourceKind,
        files: Sequence[FileRow],
        *,
        link: PhoneLink | None = None,
        error: str = "",
    ) -> None:
        title = _("Phone of the citizen") if link is not None else _("Taken in at reception")
        super().__init__(title, hint=_("takes its pages"))
        self.add_class("-wide")
        self.taking, self.kind, self.files, self.link, self._first_error = taking, kind, list(files), link, error

    def dialog_body(self) -> Iterable[Widget]:
        columns = [Column(str, 9, grow=1), Column(str, 8), Column(str, 5, keep_whole=True)]
        rows = RowList(columns, id="rows", empty=lambda: _("Nothing has arrived yet."), can_filter=False)
        listed = Vertical(TextBlock(self._sentence), rows, id="arrived")
        code = (CodeWidget(self.link.code),) if self.link is not None else ()
        yield Horizontal(*code, listed, id="arrival")

    def on_mount(self) -> None:
        super().on_mount()
        self._show_files(tuple(self.files))
        self.query_one(RowList).focus()
        self.set_interval(_POLL_SECONDS, self._request_files)
        if self._first_error:
            self.show_error(self._first_error)

    def content_cells(self) -> int:
        return 76

    def sentence(self) -> str:
        """Return what the citizen does, and until when."""
        if self.link is None:
            return _("Papers that the reception scanned for this ticket. Nobody else sees them.")
        return _(
            "The citizen scans the code with the phone and sends pictures until {end}. Without a network on the phone, "
            "take the paper in here."
        ).format(end=self.link.ends_at)

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()
        self.close(message.row.key)

    def _request_files(self) -> None:
        if self.is_current:
            self.host.fetch(partial(self.taking.list_arrived, self.kind), self._show_files, group="arrived files")

    def _show_files(self, files: tuple[FileRow, ...]) -> None:
        self.files = list(files)
        rows = [ListRow(file.path, (file.name, file.size, file.changed)) for file in files]
        self.query_one(RowList).show_rows(rows)

    def _sentence(self, width: int) -> Iterable[Line]:
        return [[(line, "dim")] for line in wrap(self.sentence(), width)]


async def add_from_phone(host: ScreenHost, taking: PaperTakingService, paper: TakenPaper) -> TakenPaper:
    """Show the code of the link, and add the pages of a file that the phone has sent."""
    return await _add_arrived(host, taking, paper, "phone", await host.ask(taking.open_phone_link))


async def add_from_reception(host: ScreenHost, taking: PaperTakingService, paper: TakenPaper) -> TakenPaper:
    """Add the pages of a paper that the reception scanned for the ticket."""
    return await _add_arrived(host, taking, paper, "reception", None)


async def _add_arrived(
    host: ScreenHost, taking: PaperTakingService, paper: TakenPaper, kind: SourceKind, link: PhoneLink | None
) -> TakenPaper:
    error = ""
    while True:
        files = await host.ask(partial(taking.list_arrived, kind))
        path = await host.show(ArrivedDialog(taking, kind, files, link=link, error=error))
        if path is None:
            return paper
        try:
            return await host.ask(partial(taking.add_arrived, paper.target, kind, path, page_counter(host)))
        except ClerkError as failure:
            error = str(failure)
