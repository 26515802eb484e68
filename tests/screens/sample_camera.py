"""A camera in memory, for tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clerk_app.views.shared import CameraView, CameraWant, Option
from tests.screens.sample_data import localized, photo


class SampleCamera:
    """A camera that shows one picture as soon as it is started."""

    def __init__(self, view: CameraView | None = None) -> None:
        self.view = view or CameraView(photo(), (), localized("Hold the code closer.", "请将码靠近镜头。"), "")
        self.running = False
        self.wanted: CameraWant = "citizen"

    def start(self, want: CameraWant, on_view: Callable[[CameraView], None], size: tuple[int, int] = (64, 48)) -> None:
        self.running, self.wanted = True, want
        on_view(replace(self.view, guidance="") if want == "face" else self.view)  # it is about codes

    def stop(self) -> None:
        self.running = False

    def list_sources(self, want: CameraWant = "citizen") -> tuple[Option, ...]:
        return (Option("sample", "sample"), Option("0", "0"))

    def select_source(self, source: str, want: CameraWant = "citizen") -> None:
        self.running = False
