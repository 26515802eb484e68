"""The camera of a machine that has none."""

from __future__ import annotations

from collections.abc import Callable

from clerk_app.views.shared import CameraView, Option


class NoCamera:
    """Camera of a machine that has none."""

    def start(self, want: str, on_view: Callable[[CameraView], None], size: tuple[int, int] = (64, 48)) -> None: ...
    def stop(self) -> None: ...
    def list_sources(self, want: str = "") -> tuple[Option, ...]:
        return ()

    def select_source(self, source: str, want: str = "") -> None: ...
