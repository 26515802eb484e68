"""A camera in memory, for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from clerk_app.views.shared import CameraView, Option
from tests.screens.sample_data import localized, photo


class SampleCamera:
    """A camera that shows one picture as soon as it is started."""

    def __init__(self, view: CameraView | None = None) -> None:
        self.view = view or CameraView(photo(), (), localized("Hold the code closer.", "请将码靠近镜头。"), "")
        self.running = False

    def start(self, want: Literal["citizen", "receipt"], on_view: Callable[[CameraView], None]) -> None:
        self.running = True
        on_view(self.view)

    def stop(self) -> None:
        self.running = False

    def list_sources(self) -> tuple[Option, ...]:
        return (Option("sample", "sample"), Option("0", "0"))

    def select_source(self, source: str) -> None:
        self.running = False
