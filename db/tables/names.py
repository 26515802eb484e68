"""Tables of enterprise names: the register at the center, its keys, checks of drafts, reservations."""

from __future__ import annotations

from sqlmodel import SQLModel

from db.tables.columns import WITHOUT_ROWID, bigint, partial_index, primary_key


class EnterpriseName(SQLModel, table=True):
    """A name of the register, as its source has it, with the parts by which it is compared.

    `id` is made of source and identifier. `until` is the end of a reservation, microseconds UTC; 0 for none.
    """

    __tablename__ = "enterprise_names"

    id: int = bigint(is_primary_key=True)
    source: str
    identifier: str
    name: str
    state: str  # in_use | reserved | revoked | cancelled | protected
    ended_on: str  # date of the end of the registration; empty if it has not ended
    credit_code: str
    core: str
    trade: str
    digest: str  # of the values as they were sent
    until: int = bigint()


class EnterpriseNameKey(SQLModel, table=True):
    """A key by which names that may be near are found: a pair of characters, a reading, a shortened core."""

    __tablename__ = "enterprise_name_keys"
    __table_args__ = WITHOUT_ROWID

    key: str = primary_key()
    trade: str = primary_key()
    name: int = bigint(is_primary_key=True)


class PooledCore(SQLModel, table=True):
    """A core that nobody uses, which the city offers for new enterprises."""

    __tablename__ = "pooled_cores"
    __table_args__ = WITHOUT_ROWID

    core: str = primary_key()
    source: str


class NameCheck(SQLModel, table=True):
    """The last check of a name field of a draft. `findings` is JSON."""

    __tablename__ = "name_checks"
    __table_args__ = WITHOUT_ROWID

    draft: str = primary_key()
    field: str = primary_key()
    name: str
    severity: str  # stop | reason | note, or empty
    findings: str
    at: int = bigint()


class NameReservation(SQLModel, table=True):
    """A name that is kept for a draft, then for its case. Only one reservation that is in force has a `claim`."""

    __tablename__ = "name_reservations"
    __table_args__ = (
        partial_index("name_reservations_held", "until", where="state = 'held'"),
        partial_index("name_reservations_draft", "draft", where="state = 'held'"),
    )

    id: str = primary_key()
    draft: str
    field: str
    case_number: str
    name: str
    reason: str  # why a near name is used
    findings: str  # JSON
    state: str  # held | used | released | lapsed
    reserved_at: int = bigint()
    until: int = bigint()


class NameClaim(SQLModel, table=True):
    """The exclusive right to a core, trade and place of the reservation that is in force."""

    __tablename__ = "name_claims"
    __table_args__ = WITHOUT_ROWID

    claim: str = primary_key()
    reservation: str
