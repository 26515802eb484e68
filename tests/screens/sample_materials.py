"""What the sample counter knows of materials that the city holds, and of papers that are taken instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clerk_app.views.case import FieldRow
from clerk_app.views.counter import CounterView
from clerk_app.views.held_materials import HeldMaterial
from clerk_app.views.shared import Option
from tests.screens.sample_data import localized
from tests.screens.sample_taking import SamplePaperActs

_FACTS = (
    ("issuer", "Issuer", "签发机关"),
    ("issued_on", "Issued on", "签发日期"),
    ("valid_to", "Valid to", "有效期至"),
)


class SampleMaterials(SamplePaperActs):
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

    def list_paper_fields(
        self, materials: Sequence[str], typed: Mapping[str, str] | None = None
    ) -> tuple[FieldRow, ...]:
        return tuple(
            FieldRow(
                id=f"{material}/{name}", number=number, label=localized(label, chinese),
                value=(typed or {}).get(f"{material}/{name}", ""), kind="text" if name == "issuer" else "date",
                options=(), required=False, source="", warning="", error="", needed_for=material,
            )
            for material in materials
            for number, (name, label, chinese) in enumerate(_FACTS, 1)
        )  # fmt: skip

    def describe_paper(self, material: str, typed: Mapping[str, str]) -> CounterView:
        return self._do(" ".join((f"describe_paper {material}", *(value for value in typed.values() if value))))

    held_supplements: tuple[Option, ...] = ()

    def list_held_supplements(self) -> tuple[Option, ...]:
        return self.held_supplements

    def use_held_supplements(self, materials: Sequence[str], phone: str = "") -> CounterView:
        self._paper |= set(materials)
        self.held_supplements = ()
        return self._do(" ".join(filter(None, ("use_held_supplements", ",".join(materials), phone))))

    def confirm_material(self, material: str) -> CounterView:
        return self._do(f"confirm_material {material}")

    def list_held_materials(self) -> tuple[HeldMaterial, ...]:
        self.asked.append("list_held_materials")
        return ()
