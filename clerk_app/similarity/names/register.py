"""The register of enterprise names at the center: batches of rows of a registration authority, and the search in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.similarity.names.comparison import ENDED_STATES, is_closed
from clerk_app.similarity.names.folding import MAX_LENGTH
from clerk_app.similarity.names.keys import list_keys
from clerk_app.similarity.names.parts import split_name
from db.engines import Row, Transaction

MAX_ROWS = 1000
POOL = "pool"
"""State of a row that is no name but a core that nobody uses."""
NAME_STATES = {
    "in_use": "在用",
    "reserved": "保留",
    "revoked": "吊销",
    "cancelled": "注销",
    "protected": "保护",
    POOL: "可选用",
}
"""States of the rows of a source by their stored id, with the word that Chinese registers use."""
RELEASED = "released"
"""State of a row that takes its name out of the register: the name is free again."""
MOST_CANDIDATES = 5000
_MAX_FIELD = 60

RULES = RuleSet()


class RegisteredName(MessagePart, frozen=True, kw_only=True):
    """A row of the register. `state` is one of NAME_STATES, or RELEASED, whose `name` may be empty.

    `ended_on` is an ISO date, `digest` that of the values.
    """

    identifier: str
    name: str
    state: str
    digest: str
    ended_on: str = ""
    credit_code: str = ""


class NamesRegistered(CommandDecision, frozen=True, kw_only=True):
    """Numbers of rows that were new and that changed."""

    stored_name: ClassVar[str] = "NamesRegistered"
    new: int
    changed: int


class RegisterNames(Command[NamesRegistered], frozen=True, kw_only=True):
    """Takes a batch of rows of a source into the register. The register is public: no part of it is personal."""

    stored_name: ClassVar[str] = "RegisterNames"
    source: str
    rows: tuple[RegisteredName, ...]


def make_name_id(source: str, identifier: str) -> int:
    """Return the id of the name that a source has under an identifier: 63 bits of a digest."""
    digest = blake2b(f"{source}\n{identifier}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def find_known(tx: Transaction, source: str, identifiers: Sequence[str]) -> dict[str, Row]:
    """Return the rows of `enterprise_names` of a source by identifier: id, digest, core, trade."""
    ids = {make_name_id(source, identifier): identifier for identifier in identifiers}
    rows = tx.query_all("names.known_names", ids=tx.encode_list([*map(str, ids)]))
    return {ids[row["id"]]: row for row in rows}


def find_candidates(tx: Transaction, core: str, trade: str) -> list[Row]:
    """Return the names of the register whose core may be the same as, or near to, a core, at most MOST_CANDIDATES."""
    keys = tx.encode_list(list_keys(core))
    if not trade:
        return tx.query_all("names.names_of_any_trade_by_keys", keys=keys, many=MOST_CANDIDATES)
    return tx.query_all("names.names_by_keys", keys=keys, trade=trade, many=MOST_CANDIDATES)


def insert_name(tx: Transaction, source: str, row: RegisteredName, *, until: int = 0, known: Row | None = None) -> None:
    """Insert or replace a name and its keys. `known` is its present row."""
    store_names(tx, source, [row], {row.identifier: known} if known is not None else {}, until)


def delete_name(tx: Transaction, source: str, identifier: str) -> None:
    """Delete a name and its keys."""
    for known in find_known(tx, source, [identifier]).values():
        _delete_keys(tx, known)
        tx.delete("enterprise_names", id=known["id"])


def store_names(
    tx: Transaction, source: str, rows: Sequence[RegisteredName], known: dict[str, Row], until: int
) -> None:
    """Insert or replace names of a source and their keys. `known` are the present rows by identifier."""
    names: list[tuple[Any, ...]] = []
    keys: list[tuple[Any, ...]] = []
    for row in rows:
        before = known.get(row.identifier)
        parts = split_name(row.name)
        if before is not None and (before["core"], before["trade"]) != (parts.core, parts.trade):
            _delete_keys(tx, before)
        number = make_name_id(source, row.identifier)
        names.append(
            (
                number, source, row.identifier, row.name, row.state, row.ended_on, row.credit_code, parts.core,
                parts.trade, row.digest, until,
            )
        )  # fmt: skip
        keys += [(key, parts.trade, number) for key in list_keys(parts.core)]
    tx.upsert_many("enterprise_names", ("id",), _NAME_COLUMNS, names)
    tx.upsert_many("enterprise_name_keys", _KEY_COLUMNS, _KEY_COLUMNS, keys)


def _delete_keys(tx: Transaction, known: Row) -> None:
    for key in list_keys(known["core"]):
        tx.delete("enterprise_name_keys", key=key, trade=known["trade"], name=known["id"])


_NAME_COLUMNS = (
    "id", "source", "identifier", "name", "state", "ended_on", "credit_code", "core", "trade", "digest", "until",
)  # fmt: skip
_KEY_COLUMNS = ("key", "trade", "name")


def require_released(tx: Transaction, source: str, identifier: str, today: date) -> None:
    """Raise Refused if a name of the register is still closed (article 17), so that it cannot be released."""
    row = tx.get("enterprise_names", id=make_name_id(source, identifier))
    if row is None or row["state"] not in ENDED_STATES or not is_closed(row["state"], row["ended_on"], today):
        return
    raise Refused(
        "name_closed", "The name {name} ended on {date} and stays closed.", name=row["name"], date=row["ended_on"]
    )


def _decide(tx: Transaction, command: RegisterNames, moment: Moment) -> NamesRegistered:
    if not 0 < len(command.rows) <= MAX_ROWS:
        raise Refused("rows", "A batch has 1 to {limit} rows of one kind.", limit=MAX_ROWS)
    if not 0 < len(command.source) <= _MAX_FIELD:
        raise Refused(
            "source", "The source of these rows needs a name of at most {limit} characters.", limit=_MAX_FIELD
        )
    identifiers = [row.identifier for row in command.rows]
    if len(set(identifiers)) != len(identifiers):
        raise Refused("rows", "Two rows of this batch have the same identifier.")
    for number, row in enumerate(command.rows, 1):
        if not is_valid_row(row):
            raise Refused("rows", "Row {row} of the batch is no row of the register of names.", row=number)
    known = find_known(tx, command.source, identifiers)
    today = datetime.fromtimestamp(moment.decided_at / 1_000_000, ZoneInfo(load_frame(tx).time_zone)).date()
    for row in command.rows:
        if row.state == RELEASED:
            require_released(tx, command.source, row.identifier, today)
    changed = sum(row.identifier in known for row in command.rows)
    return NamesRegistered(new=len(command.rows) - changed, changed=changed)


def is_valid_row(row: RegisteredName) -> bool:
    """Return whether a row may be stored: lengths, state, date, no invisible characters."""
    texts = (row.identifier, row.credit_code, row.digest)
    return (
        row.state in (*NAME_STATES, RELEASED)
        and (0 if row.state == RELEASED else 1) <= len(row.name) <= MAX_LENGTH
        and bool(row.identifier)
        and all(len(text) <= _MAX_FIELD for text in texts)
        and all(text.isprintable() for text in (*texts, row.name))
        and _is_date(row.ended_on)
    )


def _is_date(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@RULES.register(
    RegisterNames,
    NamesRegistered,
    permission="registry.import_names",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.CENTER, MachineKind.ADMIN),
    label=mark("Import of rows of the register of names"),
    decide=_decide,
    stream=lambda command, _: f"names/{command.source}",
    placement=Placement.REMOTE,
    max_bytes=0,  # `decide` limits the rows and their lengths
    keep_call=False,
)
def _apply(tx: Transaction, entry: Entry[RegisterNames, NamesRegistered]) -> None:
    source = entry.command.source
    pooled = [(split_name(row.name).folded.text, source) for row in entry.command.rows if row.state == POOL]
    tx.upsert_many("pooled_cores", ("core",), ("core", "source"), list(dict.fromkeys(pooled)))
    for row in entry.command.rows:
        if row.state == RELEASED:
            delete_name(tx, source, row.identifier)
    rows = [row for row in entry.command.rows if row.state not in (POOL, RELEASED)]
    store_names(tx, source, rows, find_known(tx, source, [row.identifier for row in rows]), 0)
