"""Where pages come from: the sources that a machine offers. A part of the product that adds one appends it here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clerk_app.composition.office import Office
from clerk_app.locales import _
from clerk_app.roles.papers.paper_files import find_scan_folder
from clerk_app.views.papers import SourceKind


@dataclass(frozen=True)
class PaperSource:
    """A source of pages; `name` and `hint` are in the current language."""

    kind: SourceKind
    name: Callable[[], str]
    is_available: Callable[[Office], bool] = lambda _office: True
    hint: Callable[[Office], str] = lambda _office: ""


SOURCES: list[PaperSource] = [
    PaperSource("camera", lambda: _("Document camera"), lambda office: bool(office.settings.page_camera)),
    PaperSource("file", lambda: _("File or PDF")),
    PaperSource(
        "folder",
        lambda: _("Scanner's folder"),
        lambda office: find_scan_folder(office) is not None,
        lambda office: str(find_scan_folder(office) or ""),
    ),
]
