"""Rows of other registers: persons, organisations, relations and licences, as a source sends them."""

from __future__ import annotations

from clerk_app.ledger.commands import MessagePart
from clerk_app.locales import mark

PERSON, ORGANISATION, RELATION, LICENCE = "person", "organisation", "relation", "licence"
ROW_KINDS = {
    PERSON: mark("Natural persons"),
    ORGANISATION: mark("Organisations"),
    RELATION: mark("Relations"),
    LICENCE: mark("Licences"),
}
"""Name of each kind of row, as a message id."""

RELATIONS = {
    "family": "家庭成员",
    "guardian": "监护人",
    "legal_representative": "法定代表人",
    "agent": "代理人",
}
"""Kinds of relations by their stored id, with the word that Chinese registers use."""

VALID, SUSPENDED, REVOKED = "valid", "suspended", "revoked"
LICENCE_STATES = {VALID: "有效", SUSPENDED: "暂停", REVOKED: "撤销"}
"""States of a licence by their stored id, with the word that Chinese registers use."""


class SourceRow(MessagePart, frozen=True, kw_only=True, tag_field="row"):
    """A row of a source. `identifier` is unique among the rows of its kind at the source.

    `digest` is that of the values as they were sent; `changed_on` the ISO date of the last change at the source.
    """

    identifier: str
    digest: str
    changed_on: str = ""


class PersonRow(SourceRow, frozen=True, kw_only=True, tag=PERSON):
    """A person. `id_kind` is one of `clerk_app.text.identity_documents.DOCUMENT_KINDS`."""

    id_number: str
    name: str
    id_kind: str = "resident"
    born: str = ""
    phone: str = ""
    address: str = ""


class OrganisationRow(SourceRow, frozen=True, kw_only=True, tag=ORGANISATION):
    """An organisation with its unified social credit code (GB 32100)."""

    credit_code: str
    name: str
    address: str = ""


class RelationRow(SourceRow, frozen=True, kw_only=True, tag=RELATION):
    """What `other` is to `subject`; both by identity number or credit code."""

    subject: str
    other: str
    relation: str
    valid_from: str = ""
    valid_to: str = ""


class LicenceRow(SourceRow, frozen=True, kw_only=True, tag=LICENCE):
    """A licence; `identifier` is its number, `holder` an identity number or credit code, `claims` its content by id."""

    licence_type: str
    holder: str
    issuer: str
    issuer_code: str
    valid_from: str
    valid_to: str = ""
    state: str = VALID
    claims: dict[str, str] = {}


AnyRow = PersonRow | OrganisationRow | RelationRow | LicenceRow
ROW_TYPES: dict[str, type[AnyRow]] = {
    PERSON: PersonRow,
    ORGANISATION: OrganisationRow,
    RELATION: RelationRow,
    LICENCE: LicenceRow,
}
