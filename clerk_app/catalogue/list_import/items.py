"""Handling items (业务办理项) of a matter: what differs between its rows becomes variants and conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clerk_app.catalogue.list_import import values
from clerk_app.catalogue.yaml_file import BLANK
from clerk_app.locales import _
from clerk_app.text.pinyin import pinyin_initials

if TYPE_CHECKING:
    from clerk_app.catalogue.list_import.reader import RowReader
    from clerk_app.catalogue.list_import.rows import ListRow, MatterRows

_LONGEST_INITIALS = 30


def add_items(reader: RowReader, group: MatterRows, matter: dict[str, Any], numbers: list[str | None]) -> None:
    """Add to a matter what its rows state: days, materials, conditions, fees, and the variants if there are several."""
    rows = group.rows
    days = [reader.take(row, "promised_days", reader.read_days(row, "promised_days")) for row in rows]
    materials = [reader.read_row_materials(row) for row in rows]
    conditions = [reader.take(row, "conditions", _read_conditions) or [] for row in rows]
    fees = [_read_fee(reader, row) for row in rows]
    names = [reader.take(row, "item_name", values.read_text) for row in rows]
    known = [day for day in days if day is not None]
    if not known:
        _reject_missing_days(reader, rows[0])
    matter["promised_days"] = max(known) if known else BLANK
    matter["materials"] = list(dict.fromkeys(name for listed in materials for name in listed or ()))
    is_split = len(rows) > 1 and all(names)
    item_field = f"{matter['id']}-item"
    choices = _make_choices(names) if is_split else [""] * len(rows)
    matter["conditions"] = [
        {"text": reader.text(text, rows[0]), **_when(item_field, where, choices)}
        for text, where in _group_equal(conditions)
    ]
    matter["fees"] = [
        {
            "id": f"fee-{number}",
            "name": reader.text(fee[0], rows[0]),
            "amount": fee[1],
            **({"basis": reader.text(fee[2], rows[0])} if fee[2] else {}),
            **_when(item_field, where, choices),
        }
        for number, (fee, where) in enumerate(_group_equal([[fee] if fee else [] for fee in fees]), 1)
    ]
    if not is_split:
        return
    reader.fields.append(
        {
            "id": item_field,
            "name": {
                "zh": f"{matter['name']['zh']}的业务办理项",
                "en": f"Handling item of {matter['name']['en']}",
            },
            "source": matter["source"],
            "kind": "choice",
            "choices": [
                {"id": choice, "name": reader.text(name, row)}
                for choice, name, row in zip(choices, names, rows, strict=True)
            ],
        }
    )
    matter["variants"] = [
        _make_variant(reader, matter, row, choice, item_field, days[at], materials[at], numbers[at])
        for at, (row, choice) in enumerate(zip(rows, choices, strict=True))
    ]


def _make_variant(
    reader: RowReader,
    matter: dict[str, Any],
    row: ListRow,
    choice: str,
    item_field: str,
    days: int | None,
    materials: list[str] | None,
    number: str | None,
) -> dict[str, Any]:
    name = row.text("item_name")
    variant: dict[str, Any] = {"id": choice, "name": reader.text(values.read_text(name), row)}
    variant["when"] = {"field": item_field, "is": choice}
    variant["source"] = f"{matter['source'].rpartition(' ')[0]} {row.place}"
    variant["number"] = reader.take(row, "item_number", values.read_number) or (
        number if not matter["number"] else None
    )
    variant["initials"] = pinyin_initials(name)[:_LONGEST_INITIALS] or None
    variant["promised_days"] = days if days != matter["promised_days"] else None
    variant["materials"] = materials if materials is not None and materials != matter["materials"] else None
    return {field: value for field, value in variant.items() if value is not None}


def _reject_missing_days(reader: RowReader, row: ListRow) -> None:
    cell = row.cells.get("promised_days")
    if cell is not None and not cell.loss and values.is_empty(cell.text):
        reader.reject(row, "promised_days", _("It is empty: it is left as a blank (____)."))


def _read_conditions(text: str) -> list[str]:
    return [values.read_text(line) for line in values.split_lines(text)]


def _read_fee(reader: RowReader, row: ListRow) -> tuple[str, int, str] | None:
    """Return name, amount in fen and basis of the fee of a row; None if it is free or was not understood."""
    charged = reader.take(row, "charged", values.read_yes_no)
    standard = row.text("fee_standard")
    if charged is False or values.is_free(standard):
        if charged is False and not values.is_free(standard):
            reader.reject(row, "fee_standard", _("A fee is stated, but the matter is said to be free of charge."))
        elif charged:
            cell = "fee_standard" if "fee_standard" in row.cells else "charged"
            reader.reject(row, cell, _("There is a fee, but its amount is not stated."))
        return None
    amount = reader.take(row, "fee_standard", values.read_amount)
    basis = reader.take(row, "fee_basis", values.read_text)
    return None if amount is None else (values.read_text(standard), amount, basis or "")


def _group_equal(lists: list[list[Any]]) -> list[tuple[Any, tuple[int, ...]]]:
    """Return each value with the numbers of the rows that have it; without numbers if all rows do."""
    where: dict[Any, list[int]] = {}
    for number, members in enumerate(lists):
        for member in members:
            if number not in where.setdefault(member, []):
                where[member].append(number)
    return [(value, () if len(rows) == len(lists) else tuple(rows)) for value, rows in where.items()]


def _when(item_field: str, where: tuple[int, ...], choices: list[str]) -> dict[str, Any]:
    """Return the condition for the handling items of these rows; empty for all."""
    return {"when": {"field": item_field, "in": [choices[at] for at in where]}} if where else {}


def _make_choices(names: list[str | None]) -> list[str]:
    """Return an id for each handling item of a matter."""
    return [f"item-{number}" for number, _name in enumerate(names, 1)]
