"""Makes out the licences of approved results, and revokes those whose matter was refused or decided differently.

Only the authority does, as part of its schedule: the issuing keys are in its folder, and no window has one. Each step
can be repeated after a crash: the licence is registered under an id made of task and product. An e-licence gets a
number of its issuer, an index in the issuer's status list, and a signed code; another result is registered with its
number in the case alone, so that the holder can use it at the next visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.result_holders import ResultHolder, find_result_holder, read_stated_number
from clerk_app.cases.result_licences import (
    DUE,
    NO_HOLDER,
    NO_ISSUER,
    NOT_ISSUED,
    REPLACED,
    RecordResultLicence,
    RecordRevokedResult,
    ResultCode,
    is_final,
)
from clerk_app.cases.result_materials import PRODUCED, build_content, decode_content, list_sources
from clerk_app.cases.result_states import number_result
from clerk_app.composition.office import KEYS_FOLDER, Office
from clerk_app.composition.revocation import load_lists, revoke_licence, write_status_list
from clerk_app.composition.revoked_records import record_revoked_result
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import Command
from clerk_app.licences.crypto.keys import IssuerKey
from clerk_app.licences.identifiers import build_licence_number
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.registered_licence import STATUS_LIST_NUMBER, build_licence_data
from clerk_app.licences.repository import LicenceStatements, RegisterLicence
from clerk_app.licences.status_list import StatusList, build_status_uri
from clerk_app.licences.trust_list import TrustedKey, TrustList
from clerk_app.log import log_event
from clerk_app.people import SCHEDULE, SYSTEM
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.matter_result import MatterResult

_AT_ONCE = 100


@dataclass(frozen=True)
class _Product:
    """An approved result that becomes a licence: its holder, its dates, and what the officer filled in for it."""

    case: CaseRecord
    row: Row
    product: MatterResult
    holder: ResultHolder | None  # None if the city does not know the party
    holder_number: str
    decided_on: date
    valid_to: date | None
    content: dict[str, str]
    version: int  # of the material that it became; 1 without one

    @property
    def id(self) -> str:
        """Id of the licence in the city's repository."""
        return f"R{self.row['task']}-{self.row['product']}"


def make_out_result_licences(office: Office) -> int:
    """Make out and revoke what waits, at most _AT_ONCE; return how many. A failure is logged, the rest is performed."""
    with office.store.read() as tx:
        rows = tx.query_all("cases.due_result_licences", many=_AT_ONCE)
    if not rows:
        return 0
    try:
        trust = load_lists(office)[0]
    except ListFault:
        trust = None  # an office without lists signs nothing; `clerk doctor` names the fault
    return sum(_perform(office, trust, row) for row in rows)


def revoke_result_licence(office: Office, licence: str, reason: str) -> None:
    """Revoke a licence by its id, and record it with the case whose result it is, so that its organs see it.

    Raises BadData, Refused, OSError.
    """
    revoke_licence(office, licence, reason)
    record_revoked_result(office, licence)


def _perform(office: Office, trust: TrustList | None, row: Row) -> bool:
    try:
        command = _make_out(office, trust, row) if row["state"] in (DUE, NOT_ISSUED) else _revoke(office, row)
        if command is not None:
            office.door.perform(command, SCHEDULE)
    except (BadData, Refused, OSError) as error:
        log_event("schedule", "failed", kind=RecordResultLicence.stored_name, error=type(error).__name__)
        return False
    return command is not None


def _revoke(office: Office, row: Row) -> Command[Any]:
    reason = "another version replaces it" if row["reason"] == REPLACED else "the matter was refused"
    revoke_licence(office, row["licence"], reason)
    return RecordRevokedResult(task=row["task"], product=row["product"])


def _make_out(office: Office, trust: TrustList | None, row: Row) -> RecordResultLicence | None:
    """Register the licence of a final approval, and sign its code; return the command that records it.

    None if the approval is not final yet, or if the office has no trust list to sign with.
    """
    with office.store.read() as tx:
        product = _read_product(tx, row)
    if product is None:
        return None
    if product.holder is None or (product.product.e_licence and not product.holder_number):
        if row["state"] == NOT_ISSUED:
            return None  # recorded already
        return RecordResultLicence(task=row["task"], product=row["product"], reason=NO_HOLDER)
    if not product.product.e_licence:
        return _record(product, _register(office, product, None))
    if trust is None:
        return None
    found = _find_key(office, trust, str(product.product.licence_type))
    if found is None:
        return RecordResultLicence(task=row["task"], product=row["product"], reason=NO_ISSUER)
    key, listed = found
    registered = _register(office, product, listed)
    with office.store.read() as tx:
        licence = build_licence_data(tx, registered)
    ends = listed.valid_until
    if product.valid_to is not None:
        ends = min(ends, datetime.combine(product.valid_to + timedelta(days=1), time(), UTC))
    code = KeyFolder(office.folder / KEYS_FOLDER).sign_code(licence, key, office.utc, ends - office.utc)
    return _record(product, registered, ResultCode(code=code))


def _record(product: _Product, registered: Row, code: ResultCode | None = None) -> RecordResultLicence:
    return RecordResultLicence(
        task=product.row["task"],
        product=product.row["product"],
        licence=product.id,
        number=registered["identifier"],
        valid_from=registered["valid_from"],
        valid_to=registered["valid_to"],
        personal=code,
    )


def _read_product(tx: Transaction, row: Row) -> _Product | None:
    case = read_case(tx, row["case_number"])
    if not is_final(case, row["matter"]):
        return None
    product = case.catalogue.matter(row["matter"]).produces[row["product"]]
    decision = tx.get("decisions", task=row["task"])
    decided = decision["at"] if decision is not None else case.row["accepted_at"]
    day = to_local_time(decided, case.catalogue.time_zone).date()
    role = product.holder or case.plan.one_thing.applicant_role().id
    party = tx.get("parties", case_number=case.number, role=role) or {}
    holder = find_result_holder(tx, case, role)
    number = party.get("number") or read_stated_number(tx, case.number, role)
    content, version = build_content(tx, case.number, list_sources(case, product, day), {}), 1
    for material in case.materials:
        if material["how"] == PRODUCED and material["material"] == product.material:
            content, version = decode_content(material), material["version"]
    return _Product(case, row, product, holder, number, day, product.end_of_validity(day), content, version)


def _find_key(office: Office, trust: TrustList, kind: str) -> tuple[IssuerKey, TrustedKey] | None:
    """Return the newest key of the office that may sign licences of a type; None unless exactly one issuer has one."""
    keys = KeyFolder(office.folder / KEYS_FOLDER)
    issuers = {key.issuer for key in trust.keys.values() if kind in key.types and key.find_fault(office.utc) is None}
    found: list[tuple[IssuerKey, TrustedKey]] = []
    for issuer in sorted(issuers):
        try:
            key = keys.find_signing_key(trust, issuer, office.utc, kind)
        except BadData:
            continue
        found.append((key, trust.keys[key.kid]))
    return found[0] if len(found) == 1 else None


def _register(office: Office, product: _Product, listed: TrustedKey | None) -> Row:
    """Register the licence, unless it was before a crash; return its row. `listed` is the key that signs its code."""
    with office.store.read() as tx:
        row = tx.get("licences", id=product.id)
    if row is None:
        office.door.perform(_build_registration(office, product, listed), SYSTEM)
        with office.store.read() as tx:
            row = tx.get("licences", id=product.id)
    if row is None:
        raise BadData("The repository has no licence {id}.", id=product.id)
    if listed is not None:
        _extend_status_list(office, listed.issuer, row["status_index"])
    return row


def _build_registration(office: Office, product: _Product, listed: TrustedKey | None) -> RegisterLicence:
    kind, matter = str(product.product.licence_type), product.row["matter"]
    with office.store.read() as tx:
        last = tx.query_one("licences.last_status_index", issuer=listed.issuer) if listed is not None else None
        task = tx.get("tasks", id=product.row["task"])
    if listed is not None:
        number = build_licence_number(listed.issuer + kind[-3:], listed.issuer, product.id.replace("-", ""))
        issuer = listed.names.get("zh", listed.issuer)
    else:
        number = number_result(product.case, matter, product.version)
        issuer = product.case.catalogue.organ(
            task["organ"] if task else product.case.catalogue.matter(matter).organ
        ).name.zh
    return RegisterLicence(
        id=product.id,
        licence_type=kind,
        identifier=number,
        holder=product.holder.subject if product.holder is not None else "",
        users=product.holder.users if product.holder is not None else (),
        issuer=issuer,
        issuer_code=listed.issuer if listed is not None else "",
        valid_from=product.decided_on.isoformat(),
        valid_to=product.valid_to.isoformat() if product.valid_to is not None else "",
        status_index=0 if last is None or last["last"] is None else int(last["last"]) + 1,
        personal=LicenceStatements(claims=_build_claims(product, number)),
    )


def _build_claims(product: _Product, number: str) -> dict[str, str]:
    """Return the claims of the licence that have a value, by id."""
    numbered = {claim: number for claim, source in product.product.claims.items() if source == "number"}
    claims = {**product.content, **numbered}
    return {claim: claims[claim] for claim in product.product.claims if claim in claims}


def _extend_status_list(office: Office, issuer: str, index: int) -> None:
    """Write a longer status list if the place of a licence is beyond the end of the present one."""
    trust, status = load_lists(office)
    listed = status.lists.get(build_status_uri(issuer, STATUS_LIST_NUMBER))
    if not isinstance(listed, StatusList) or index >= listed.size:
        key = KeyFolder(office.folder / KEYS_FOLDER).find_signing_key(trust, issuer, office.utc)
        write_status_list(office, issuer, key)
