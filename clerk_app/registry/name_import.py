"""Import of a file of the register of enterprise names (CSV, XLSX or JSON lines), and of a pool of unused cores.

An import that was interrupted is continued by importing the file again: rows that the register has are skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from itertools import islice

import msgspec

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.door import Door
from clerk_app.locales import format_list
from clerk_app.registry.columns import fold_name
from clerk_app.registry.source_files import SourceFile, Values
from clerk_app.similarity.names.register import (
    MAX_ROWS,
    NAME_STATES,
    RELEASED,
    RegisteredName,
    RegisterNames,
    find_known,
    is_valid_row,
    require_released,
)
from clerk_app.text.cleaning import clean_text

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "identifier": ("identifier", "标识", "主体标识", "注册号"),
    "name": ("name", "名称", "企业名称", "字号"),
    "state": ("state", "状态", "登记状态"),
    "ended_on": ("ended_on", "终止日期", "注销日期", "吊销日期"),
    "credit_code": ("credit_code", "统一社会信用代码"),
}
"""Names of each field of a row; the first one is that of this program."""


class NameReport(msgspec.Struct):
    """Numbers of rows of an import."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


def import_names(
    door: Door,
    file: SourceFile,
    source: str,
    actor: str,
    *,
    report_mistake: Callable[[int, str], None],
    changes: date | None = None,
) -> NameReport:
    """Import a file and return the numbers of its rows; `report_mistake` gets row and sentence of each refused row.

    With `changes`, the date of today, the file has the changes since an earlier one: each row states its state, and
    `released` takes a name out of the register once it may be used again.
    Raises BadData if the file cannot be read or lacks the columns identifier and name.
    """
    fields = _read_header(file.read_header())
    report = NameReport()
    seen: set[str] = set()
    rows = file.read_rows()
    while batch := list(islice(rows, MAX_ROWS)):
        built: list[RegisteredName] = []
        for number, values in batch:
            try:
                row = _build_row(fields, values, is_change=changes is not None)
                if changes is not None and row.state == RELEASED:
                    with door.store.read() as tx:
                        require_released(tx, source, row.identifier, changes)
                if row.identifier in seen:
                    raise BadData("Another row has this identifier too.")
            except (BadData, Refused) as mistake:
                report.refused += 1
                report_mistake(number, str(mistake))
                continue
            seen.add(row.identifier)
            built.append(row)
        _import_batch(door, source, actor, built, report)
    return report


def _import_batch(door: Door, source: str, actor: str, built: Sequence[RegisteredName], report: NameReport) -> None:
    with door.store.read() as tx:
        known = find_known(tx, source, [row.identifier for row in built]) if built else {}
    news = tuple(
        row
        for row in built
        if (row.identifier not in known and row.state != RELEASED)
        or (row.identifier in known and known[row.identifier]["digest"] != row.digest)
    )
    report.unchanged += len(built) - len(news)
    if news:
        done = door.perform(RegisterNames(source=source, rows=news), actor)
        report.new += done.new
        report.changed += done.changed


def _read_header(names: Sequence[str]) -> tuple[str, ...]:
    by_name = {fold_name(spelling): field for field, spellings in COLUMNS.items() for spelling in spellings}
    fields = tuple(by_name.get(fold_name(name), "") for name in names)
    for name, field in zip(names, fields, strict=True):
        if not field:
            raise BadData("The column {name} is not known.", name=name)
    repeated = next((name for name, field in zip(names, fields, strict=True) if fields.count(field) > 1), None)
    if repeated is not None:
        raise BadData("The column {name} is there twice.", name=repeated)
    if not {"identifier", "name"} <= set(fields):
        raise BadData("The first row must name the columns: {columns}.", columns=format_list(COLUMNS))
    return fields


def _build_row(fields: Sequence[str], values: Values, *, is_change: bool) -> RegisteredName:
    if len(values) != len(fields):
        raise BadData("The row has {count} values, the header {columns}.", count=len(values), columns=len(fields))
    cells = {field: clean_text(str(value if value is not None else "")) for field, value in _pairs(fields, values)}
    state = cells.get("state", "") or ("" if is_change else "in_use")
    states = {**NAME_STATES, **({RELEASED: "释放"} if is_change else {})}
    by_word = {word: code for code, word in states.items()}
    state = by_word.get(state, state)
    if state not in states:
        raise BadData("The state is one of: {states}.", states=format_list((*states, *by_word)))
    digest = blake2b("\n".join(map(str, values)).encode(), digest_size=16).hexdigest()
    row = RegisteredName(
        identifier=cells["identifier"],
        name=cells["name"],
        state=state,
        digest=digest,
        ended_on=cells.get("ended_on", "").replace("/", "-"),
        credit_code=cells.get("credit_code", ""),
    )
    if not is_valid_row(row):
        raise BadData("The row needs an identifier, a name of at most 100 characters, and dates such as 2026-05-06.")
    return row


def _pairs(fields: Sequence[str], values: Values) -> Iterator[tuple[str, object]]:
    return zip(fields, values, strict=True)
