"""Tables of the internal hand-over log: papers that a courier carries between a service centre and an organ."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from db.tables.columns import bigint, optional_bigint, primary_key


class Consignment(SQLModel, table=True):
    """A trip of the courier between a service centre and an organ: the papers of one list (内部交接单)."""

    __tablename__ = "consignments"
    __table_args__ = (
        Index("consignments_sender", "sender", "given_at"),
        Index("consignments_receiver", "receiver", "given_at"),
    )

    id: str = primary_key()  # printed as a bar code
    sender: str  # organ or service centre
    receiver: str
    window_id: str  # of the sender; empty for an organ
    courier: str  # who carries the papers
    state: str  # sent | received | incomplete
    given_by: str
    received_by: str
    note: str  # what the receiver found wrong
    given_at: int = bigint()
    received_at: int | None = optional_bigint()


class ConsignmentItem(SQLModel, table=True):
    """A paper in a consignment. It counts as received only when its receiver has accepted it."""

    __tablename__ = "consignment_items"

    consignment: str = primary_key()
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str  # original | result
    case_number: str = Field(index=True)
    item: str  # id of the material, or number of the result
    state: str  # sent | received | missing
    version: int = bigint()  # of the material; 0 for a result
