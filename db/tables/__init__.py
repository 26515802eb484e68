"""The tables: one schema for every node and both engines. Each is written by at least one command."""

from __future__ import annotations

from sqlmodel import SQLModel

from db.tables.cases import (
    Case,
    Claim,
    Decision,
    Delivery,
    Draft,
    FieldValue,
    Issuance,
    Matter,
    Notice,
    Objection,
    Party,
    QueueCount,
    Supplement,
    Task,
)
from db.tables.hall import Ticket, Visit, Window
from db.tables.ledger import (
    Base,
    CatalogueVersion,
    CenterLine,
    Cursor,
    Feed,
    History,
    Invitation,
    LedgerEntry,
    Node,
    NumberBlock,
    Refusal,
    Scope,
    Unanswered,
)
from db.tables.licences import Consent, Content, DynamicCode, Licence, LicenceUser, Material
from db.tables.people import Organ, Organisation, Person, Staff

METADATA = SQLModel.metadata
PERSONAL = {
    table.name: tuple(column.name for column in table.columns if column.info.get("personal"))
    for table in METADATA.sorted_tables
    if any(column.info.get("personal") for column in table.columns)
}
"""The columns that retention empties, by table."""

__all__ = [
    "METADATA",
    "PERSONAL",
    "Base",
    "Case",
    "CatalogueVersion",
    "CenterLine",
    "Claim",
    "Consent",
    "Content",
    "Cursor",
    "Decision",
    "Delivery",
    "Draft",
    "DynamicCode",
    "Feed",
    "FieldValue",
    "History",
    "Invitation",
    "Issuance",
    "LedgerEntry",
    "Licence",
    "LicenceUser",
    "Material",
    "Matter",
    "Node",
    "Notice",
    "NumberBlock",
    "Objection",
    "Organ",
    "Organisation",
    "Party",
    "Person",
    "QueueCount",
    "Refusal",
    "Scope",
    "Staff",
    "Supplement",
    "Task",
    "Ticket",
    "Unanswered",
    "Visit",
    "Window",
]
