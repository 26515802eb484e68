"""A sample service that takes papers in: two files, a scanner's folder, and pages that are only numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property

from clerk_app.errors import BadData
from clerk_app.licences.qr_code import render_terminal_code
from clerk_app.views.case import MaterialRow
from clerk_app.views.counter import CounterView
from clerk_app.views.papers import FileRow, PageCameraView, PaperTarget, PhoneLink, SourceKind, TakenPage, TakenPaper
from clerk_app.views.shared import Option, Picture
from tests.screens.sample_data import NOW, localized

HOME = "/home/clerk/"


class SampleTaking:
    """Has the pages of one paper; a page is the text of its finding."""

    def __init__(self) -> None:
        self.pages: list[str] = []
        self.warnings: tuple[str, ...] = ()
        self.scanned: list[FileRow] = []
        self.error = ""
        self.photo_findings = ""
        self.arrived: dict[SourceKind, list[FileRow]] = {}
        self.code = render_terminal_code("https://papers.example.cn/u/AAAAAAAAAAAAAAAAAAAAAA", 2).lines
        self.on_view: Callable[[PageCameraView], None] = print
        self.asked: list[str] = []

    def list_paper_sources(self) -> tuple[Option, ...]:
        return (
            Option("file", localized("File or PDF", "文件或 PDF"), key="1"),
            Option("folder", localized("Scanner's folder", "扫描仪文件夹"), key="2"),
        )

    def open_paper(self, target: PaperTarget) -> TakenPaper:
        pages = tuple(TakenPage(number, (text,) if text else ()) for number, text in enumerate(self.pages, 1))
        return TakenPaper(target, pages, self.warnings, photo_findings=self.photo_findings)

    def list_files(self, typed: str) -> tuple[FileRow, ...]:
        inside = [
            FileRow(f"{HOME}papers/deed.pdf", "deed.pdf", size="120 KB", changed=f"{NOW:%Y-%m-%d %H:%M}"),
            FileRow(f"{HOME}papers/plan.jpg", "plan.jpg", size="800 KB", changed=f"{NOW:%Y-%m-%d %H:%M}"),
        ]
        rows = inside if typed.startswith(f"{HOME}papers/") else [FileRow(f"{HOME}papers/", "papers", is_folder=True)]
        return tuple(row for row in rows if row.path.startswith(typed) or not typed)

    def open_phone_link(self) -> PhoneLink:
        return PhoneLink(self.code, "10:15")

    def list_arrived(self, kind: SourceKind) -> tuple[FileRow, ...]:
        return tuple(self.arrived.get(kind, ()))

    def add_arrived(
        self, target: PaperTarget, kind: SourceKind, path: str, on_page: Callable[[int], None]
    ) -> TakenPaper:
        self.asked.append(f"{kind} {path}")
        self.arrived[kind] = [row for row in self.arrived[kind] if row.path != path]
        self.pages.append("")
        on_page(1)
        return self.open_paper(target)

    def list_scanned_files(self) -> tuple[FileRow, ...]:
        return tuple(self.scanned)

    def add_file(self, target: PaperTarget, path: str, on_page: Callable[[int], None]) -> TakenPaper:
        self.asked.append(f"add_file {path}")
        return self._add(target, on_page)

    def add_scanned_file(self, target: PaperTarget, path: str, on_page: Callable[[int], None]) -> TakenPaper:
        self.asked.append(f"add_scanned_file {path}")
        self.scanned = [row for row in self.scanned if row.path != path]
        return self._add(target, on_page)

    def add_content(
        self, target: PaperTarget, content: bytes, how: SourceKind, on_page: Callable[[int], None]
    ) -> TakenPaper:
        self.asked.append(f"add_content {len(content)} {how}")
        return self._add(target, on_page)

    def start_page_camera(self, on_view: Callable[[PageCameraView], None], *, is_whole: bool = False) -> None:
        self.asked.append(f"start_page_camera{' whole' if is_whole else ''}")
        self.on_view = on_view

    def stop_page_camera(self) -> None:
        self.asked.append("stop_page_camera")

    def add_camera_pages(self, target: PaperTarget) -> TakenPaper:
        self.pages.append("")
        return self.open_paper(target)

    def take_photograph(self, target: PaperTarget, *, is_whole: bool = False) -> TakenPaper:
        self.asked.append(f"take_photograph{' whole' if is_whole else ''}")
        self.pages.append("")
        return self.open_paper(target)

    def draw_page(self, target: PaperTarget, number: int, side: int) -> Picture:
        return Picture(4, 6, bytes(60 * number for _ in range(72)))

    def turn_page(self, target: PaperTarget, number: int) -> TakenPaper:
        self.asked.append(f"turn_page {number}")
        return self.open_paper(target)

    def remove_page(self, target: PaperTarget, number: int) -> TakenPaper:
        del self.pages[number - 1]
        return self.open_paper(target)

    def move_page(self, target: PaperTarget, number: int, to: int) -> TakenPaper:
        self.pages.insert(to - 1, self.pages.pop(number - 1))
        return self.open_paper(target)

    def list_photo_reasons(self) -> tuple[Option, ...]:
        return (
            Option("meets", localized("The check is wrong", "预检有误"), key="1"),
            Option("other", localized("Another reason", "其他原因"), key="2", hint=localized("in own words", "需填写")),
        )

    def overrule_photo(self, target: PaperTarget, code: str, reason: str = "") -> TakenPaper:
        self.asked.append(" ".join(filter(None, (f"overrule_photo {code}", reason))))
        self.photo_findings = ""
        return self.open_paper(target)

    def drop_paper(self, target: PaperTarget) -> TakenPaper:
        self.pages.clear()
        return self.open_paper(target)

    def _add(self, target: PaperTarget, on_page: Callable[[int], None]) -> TakenPaper:
        if self.error:
            raise BadData(self.error)
        self.pages += ["", localized("The page is blank.", "页面为空白。")]
        on_page(2)
        return self.open_paper(target)


class SamplePaperActs:
    """The acts of the sample window on papers that are taken in as pages."""

    asked: list[str]
    _paper: frozenset[str]
    takes_pages = False  # whether the pages of papers are taken in

    def with_pages(self, rows: tuple[MaterialRow, ...]) -> tuple[MaterialRow, ...]:
        """Return the rows of the check list; of a missing paper, or one that was taken in, pages are taken."""
        if not self.takes_pages:
            return rows
        return tuple(
            replace(row, takes_pages=True, issuer="" if row.state == "missing" else row.issuer, pages=2 * row.is_paper)
            if row.state in ("missing", "paper")
            else row
            for row in rows
        )

    def _do(self, name: str, message: str = "", **has: bool) -> CounterView:
        raise NotImplementedError

    @cached_property
    def paper_taking(self) -> SampleTaking:
        return SampleTaking()

    def find_paper_target(self, material: str) -> PaperTarget:
        return PaperTarget("draft/1", material, localized(material.replace("-", " "), "材料"))

    def list_open_papers(self) -> Mapping[str, str]:
        return {}

    def finish_paper(self, material: str, code: str = "", reason: str = "") -> CounterView:
        self._paper |= {material}
        self.paper_taking.pages.clear()
        return self._do(" ".join(filter(None, (f"finish_paper {material}", code, reason))))
