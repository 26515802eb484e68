"""Index of the long texts of cases at the center: made at the acceptance, removed with the personal data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field


def list_compared(fields: Iterable[Field], values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids of the filled-in fields whose text is compared with those of earlier cases."""
    return tuple(field.id for field in fields if field.check == "similar_text" and values.get(field.id))


def index_texts(tx: Transaction, number: str, topic: str, compared: Iterable[str], values: Mapping[str, str]) -> None:
    """Add the compared texts of a new case to the index of this store."""
    texts = {field: text for field in compared if (text := values.get(field, ""))}
    if not texts:
        return
    from clerk_app.similarity.texts.fingerprints import fold_passages, list_fingerprints  # with numpy: few cases
    from clerk_app.similarity.texts.meaning import encode_grams

    for field, text in texts.items():
        folded = fold_passages(text).text
        columns = ("case_number", "field", "topic", "grams")
        tx.upsert_many("case_texts", columns[:2], columns, [(number, field, topic, encode_grams(folded))])
        key = ("topic", "fingerprint", "case_number", "field")
        rows = [(topic, fingerprint, number, field) for fingerprint in sorted(list_fingerprints(folded))]
        tx.upsert_many("text_fingerprints", key, key, rows)


def replace_text(tx: Transaction, number: str, topic: str, field: str, text: str) -> None:
    """Replace a text of a case in the index; an empty one is removed."""
    tx.delete("text_fingerprints", topic=topic, case_number=number, field=field)
    tx.delete("case_texts", case_number=number, field=field)
    index_texts(tx, number, topic, (field,), {field: text})


def remove_texts(tx: Transaction, number: str) -> None:
    """Remove a case from the index."""
    for row in tx.select("case_texts", case_number=number):
        tx.delete("text_fingerprints", topic=row["topic"], case_number=number)
    tx.delete("case_texts", case_number=number)
