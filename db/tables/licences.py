"""E-licences the city holds, the codes that unlock them, and the materials a case was given."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from db.tables.columns import big, index_where, key, maybe_big, personal


class Licence(SQLModel, table=True):
    """An e-licence in the repository. `claims` is what it says, as JSON."""

    __tablename__ = "licences"
    __table_args__ = (index_where("licences_content", "content", where="content IS NOT NULL"),)

    id: str = key()
    kind: str  # four-digit type code
    identifier: str = Field(index=True)  # GB/T 36904
    holder: str = Field(index=True)  # person or organisation id
    issuer: str
    issuer_code: str
    valid_from: str
    valid_to: str  # empty: no end
    state: str  # valid | suspended | revoked
    status_index: int
    claims: bytes | None = personal()
    content: str | None = Field(default=None)  # digest
    updated_at: int = big()


class Content(SQLModel, table=True):
    """A scan or picture: the file lies beside the store under its digest."""

    __tablename__ = "contents"

    digest: str = key()
    media_type: str
    size: int = big()
    added_at: int = big()


class DynamicCode(SQLModel, table=True):
    """A code that lives about a minute and is resolved once. Only its digest is kept."""

    __tablename__ = "dynamic_codes"

    digest: str = key()
    person: str
    made_at: int = big()
    expires_at: int = big()
    used_at: int | None = maybe_big()
    used_by: str


class LicenceUser(SQLModel, table=True):
    """Who may show a licence: its holder, the family it names, somebody with a delegation."""

    __tablename__ = "licence_users"

    person: str = key()
    licence: str = key()


class Consent(SQLModel, table=True):
    """A shared licence laid before the citizen for one purpose, and their yes to using it."""

    __tablename__ = "consents"

    visit: str = key()
    licence: str = key()
    purpose: str
    offered_at: int = big()
    given_at: int | None = maybe_big()


class Material(SQLModel, table=True):
    """A material that a case holds: which paper or licence, how it came, what it is worth."""

    __tablename__ = "materials"
    __table_args__ = (index_where("materials_content", "content", where="content IS NOT NULL"),)

    case_number: str = key()
    material: str = key()
    version: int = big(primary=True)  # a supplement adds the next
    how: str  # licence | paper | produced
    licence: str | None = Field(default=None)
    issuer: str
    valid_to: str
    grade: str  # A issued by an organ, B checked by the clerk (国办函〔2016〕108号)
    claims: bytes | None = personal()
    content: str | None = Field(default=None)
    taken_at: int = big()
    taken_by: str
