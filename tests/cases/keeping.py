"""What an authority keeps of documents between looks, held against what it would read anew."""

from __future__ import annotations

from clerk_app.cases import KINDS
from clerk_app.ledger.documents import Kinds, Reader, to_bytes
from clerk_app.ledger.looking import Copies, Looking, Place
from db.engines import Store, Transaction

_KINDS = Kinds(KINDS)


def kept_otherwise(store: Store, copies: Copies) -> list[tuple[str, str]]:
    """The cases, with their readers, of which something else would be told than there is to see. Everybody looks."""
    with store.read() as look:
        organs = sorted({row["organ"] for row in look.rows("tasks")} | {row["centre"] for row in look.rows("cases")})
        looking = Looking(_KINDS, look, copies)
        return [
            (row["document"], organ)
            for organ in organs
            for row in look.rows("feed", scope=f"organ/{organ}")
            if row["document"].startswith("case/")
            and _told(looking, organ, row["document"], row["version"]) != _there(look, organ, row["document"])
        ]


def _told(looking: Looking, organ: str, document: str, version: int) -> bytes | None:
    return looking.seen(document, _reader(organ), Place("", f"organ/{organ}", version))


def _there(look: Transaction, organ: str, document: str) -> bytes | None:
    found = _KINDS.seen(look, document, _reader(organ))
    return to_bytes(found) if found is not None else None


def _reader(organ: str) -> Reader:
    return Reader("n", "", "", frozenset({organ}))
