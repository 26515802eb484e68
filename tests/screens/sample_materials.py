"""What the sample counter knows of materials that the city holds, and of papers that are taken instead."""

from __future__ import annotations

from clerk_app.views.counter import CounterView
from clerk_app.views.held_materials import HeldMaterial
from clerk_app.views.shared import Option
from tests.screens.sample_data import localized


class SampleMaterials:
    """Records each call in `asked`."""

    asked: list[str]
    _paper: frozenset[str]

    def _do(self, name: str, message: str = "", **has: bool) -> CounterView:
        raise NotImplementedError

    def toggle_paper(self, material: str, code: str = "", reason: str = "") -> CounterView:
        self._paper ^= {material}
        return self._do(" ".join(filter(None, (f"toggle_paper {material}", code, reason))))

    def list_paper_reasons(self) -> tuple[Option, ...]:
        return (
            Option("unavailable", localized("It could not be opened", "无法调阅")),
            Option("other", localized("Another reason", "其他原因"), hint=localized("in own words", "需文字说明")),
        )

    def confirm_material(self, material: str) -> CounterView:
        return self._do(f"confirm_material {material}")

    def list_held_materials(self) -> tuple[HeldMaterial, ...]:
        self.asked.append("list_held_materials")
        return ()
