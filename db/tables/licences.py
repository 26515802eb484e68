"""Tables of e-licences, dynamic codes, consents and materials."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from db.tables.columns import (
    WITHOUT_ROWID,
    added_bool,
    added_integer,
    added_text,
    bigint,
    json_list,
    optional_bigint,
    partial_index,
    personal_data,
    primary_key,
)


class Licence(SQLModel, table=True):
    """An e-licence in the repository. `claims` is its content as JSON."""

    __tablename__ = "licences"
    __table_args__ = (
        partial_index("licences_content", "content", where="content IS NOT NULL"),
        partial_index("licences_revoked", "updated_at", where="state = 'revoked'"),
        partial_index("licences_marked", "issuer_code", "status_index", where="state <> 'valid'"),
        Index("licences_status_index", "issuer_code", "status_index"),
    )

    id: str = primary_key()
    kind: str  # four-digit type code
    identifier: str = Field(index=True)  # GB/T 36904
    holder: str = Field(index=True)  # person or organisation id
    issuer: str
    issuer_code: str
    valid_from: str
    valid_to: str  # empty: unlimited
    state: str  # valid | suspended | revoked
    status_index: int
    claims: bytes | None = personal_data()
    content: str | None = Field(default=None)  # digest
    updated_at: int = bigint()


class Attachment(SQLModel, table=True):
    """A scan or picture; its bytes are a file in the store's folder, named by the digest."""

    __tablename__ = "contents"

    digest: str = primary_key()
    media_type: str
    size: int = bigint()
    added_at: int = bigint()


class DynamicCode(SQLModel, table=True):
    """A code that is valid for about a minute and can be resolved once. Only its digest is stored."""

    __tablename__ = "dynamic_codes"
    __table_args__ = (Index("dynamic_codes_used_by", "used_by"),)

    digest: str = primary_key()
    person: str
    made_at: int = bigint()
    expires_at: int = bigint()
    used_at: int | None = optional_bigint()
    used_by: str


class LicenceUser(SQLModel, table=True):
    """A person who may show a licence: its holder, a named family member, or a delegate."""

    __tablename__ = "licence_users"

    person: str = primary_key()
    licence: str = primary_key()


class KeptLicence(SQLModel, table=True):
    """A licence made of a result whose case is erased: kept until the retention period after its end is over.

    At the authority alone.
    """

    __tablename__ = "kept_licences"

    licence: str = primary_key()
    case_number: str


class Consent(SQLModel, table=True):
    """A licence or an earlier material offered to the citizen for one purpose, and their consent to its use."""

    __tablename__ = "consents"

    visit: str = primary_key()
    licence: str = primary_key()  # id of a licence, or of a row of `earlier_materials`
    purpose: str
    offered_at: int = bigint()
    given_at: int | None = optional_bigint()
    how: str = added_text()  # how it was confirmed: scan | signed; empty: stated by the clerk
    released_at: int | None = optional_bigint()  # since when the window may hold claims and picture
    released_claims: str = json_list(is_added=True)  # ids of the released claims; empty for all
    picture: bool = added_bool()  # whether the picture was released
    list_number: str = added_text()  # of the printed list that names it; empty before it was printed


class EarlierMaterial(SQLModel, table=True):
    """A material of an earlier case that the city holds of a party of a visit; its consent is in `consents`."""

    __tablename__ = "earlier_materials"
    __table_args__ = (
        Index("earlier_materials_case", "case_number"),
        partial_index("earlier_materials_content", "content", where="content IS NOT NULL"),
        WITHOUT_ROWID,
    )

    visit: str = primary_key()
    id: str = primary_key()  # case number/material/version: `licence` of its consent
    holder: str  # person or organisation id
    case_number: str
    material: str
    version: int = bigint()
    how: str  # it was given: licence | paper | earlier | produced
    issuer: str
    valid_to: str  # empty: unlimited, or not recorded
    grade: str  # A to D
    learnt_at: int = bigint()  # when a service centre took it in first
    content: str | None = Field(default=None)  # digest of its scan, once it is released
    claims: bytes | None = personal_data()  # of a result, at a window, once it is released
    issued_on: str = added_text()  # ISO date; empty if it was not typed
    too_old: bool = added_bool()  # whether it is older than the catalogue allows: shown, never used


class IdentityProof(SQLModel, table=True):
    """A person whose code the authority itself has verified in a visit."""

    __tablename__ = "identity_proofs"
    __table_args__ = (
        Index("identity_proofs_code", "code_key"),
        Index("identity_proofs_person", "person"),
        WITHOUT_ROWID,
    )

    visit: str = primary_key()
    person: str = primary_key()
    level: str  # listed | shown
    code_key: str  # identifies the code: its cti, or its digest
    proved_at: int = bigint()


class Material(SQLModel, table=True):
    """A material of a case: the licence or paper, how it was provided, and its grade."""

    __tablename__ = "materials"
    __table_args__ = (
        partial_index("materials_content", "content", where="content IS NOT NULL"),
        partial_index("materials_licence", "licence", where="licence IS NOT NULL"),
        partial_index("materials_origin", "origin", where="origin <> ''"),
    )

    case_number: str = primary_key()
    material: str = primary_key()
    version: int = bigint(is_primary_key=True)  # a supplement adds the next
    how: str  # licence | paper | earlier: of another case | produced: the result of another matter of the case
    licence: str | None = Field(default=None)
    issuer: str
    valid_to: str
    grade: str  # A issued by an organ, B checked by the clerk, C sent in, D a promise (国办函〔2016〕108号)
    claims: bytes | None = personal_data()
    content: str | None = Field(default=None)
    taken_at: int = bigint()
    taken_by: str
    origin: str = added_text()  # id of the earlier material that is used again: case number/material/version
    learnt_at: int | None = optional_bigint()  # when it was taken in first, if it is used again
    paper_code: str = added_text()  # why paper was taken although the city holds the licence
    paper_reason: str = added_text()
    issued_on: str = added_text()  # ISO date; empty if it was not typed
    media_type: str = added_text()  # of the file of a paper that was taken in; '' if it has none
    pages: int = added_integer()
    source: str | None = personal_data()  # digest of the file as it came
    overruled: str = added_text()  # JSON: findings of the pre-review that were set aside, each with its reason
    photo_findings: str = added_text()  # JSON: the findings on a photo that were overruled
    photo_code: str = added_text()  # why it was taken
    photo_reason: str = added_text()


class RemovedIssuer(SQLModel, table=True):
    """An issuer that was removed from the trust list and does not count any more."""

    __tablename__ = "removed_issuers"
    __table_args__ = WITHOUT_ROWID

    issuer_code: str = primary_key()
    since: int = bigint()
    name_zh: str
    name_en: str
    reported_at: int | None = optional_bigint()  # when objections were raised in the undecided cases
    reported_cases: int
