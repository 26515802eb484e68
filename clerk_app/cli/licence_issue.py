"""Issues codes of licences, for an office that is the authority of the city.

Private keys are `keys/*.pem` in the office's folder; the trust list defines what each of them may sign.
"""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta

from clerk_app.composition.office import KEYS_FOLDER, Office
from clerk_app.composition.revocation import load_lists
from clerk_app.errors import BadData, Refused
from clerk_app.licences.issuance import new_dynamic_digits, new_dynamic_token
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.licence_verification import verify_licence_code
from clerk_app.licences.reasons import localized_name
from clerk_app.licences.recognised_code import CODE_PLACEHOLDER
from clerk_app.licences.registered_licence import build_licence_data
from clerk_app.licences.repository import CreateDynamicCode, digest_dynamic_code
from clerk_app.locales import current_language
from clerk_app.people import SYSTEM
from clerk_app.roles.formatting import format_holder_name
from clerk_app.text.cleaning import clean_code
from db.engines import Row


def issue_licence_code(office: Office, who: str, kind: str | None, lifetime: timedelta) -> str:
    """Return the text of a new signed code.

    `who` is the id of a licence, or the identity number or credit code of a holder of exactly one licence (of type
    `kind`, if given). Raises BadData (no such licence, several, no key) and Refused (revoked or expired).
    """
    row = _find_licence(office, who, kind)
    if row["state"] != "valid":
        raise Refused("revoked", "The licence {id} was revoked; no code is issued for it.", id=row["id"])
    if row["valid_to"] and date.fromisoformat(row["valid_to"]) < office.local_time().date():
        raise Refused("expired", "The licence {id} ended on {day}.", id=row["id"], day=row["valid_to"])
    with office.store.read() as tx:
        licence = build_licence_data(tx, row)
    keys = KeyFolder(office.folder / KEYS_FOLDER)
    key = keys.find_signing_key(load_lists(office)[0], row["issuer_code"], office.utc, row["kind"])
    return keys.sign_code(licence, key, office.utc, lifetime)


def create_dynamic_code(office: Office, who: str, *, digits: bool) -> str:
    """Return a new dynamic code of a person or organisation: a URL, or 18 digits if `digits` is true.

    `who` is an identity number, a credit code or an id. Only the digest of the code is stored. Raises BadData if `who`
    is not registered, or the office has no URL for codes.
    """
    policy = office.code_policy
    if not digits and not policy.urls:
        raise BadData("This office has no address for dynamic codes (code_urls in office.toml). Use --digits.")
    with office.store.read() as tx:
        row = tx.query_one("people.subject_by_number", number=who)
        subject = row["id"] if row else who
        if row is None and tx.get("persons", id=who) is None and tx.get("organisations", id=who) is None:
            raise BadData("The city knows nobody with the number {number}.", number=who)
    token = new_dynamic_digits(policy) if digits else new_dynamic_token()
    seconds = int(policy.lifetime.total_seconds())
    office.door.perform(CreateDynamicCode(digest=digest_dynamic_code(token), subject=subject, seconds=seconds), SYSTEM)
    return token if digits else policy.urls[0].replace(CODE_PLACEHOLDER, token)


def print_code(office: Office, text: str) -> None:
    """Print the signed code `text` with its holder, issuer and expiry; ask on stderr to look if nobody knows.

    Raises BadData if this office would reject the code or it does not fit on the paper, OutOfReach if the printer
    cannot be used.
    """
    from clerk_app.paper.documents.code_slip import CodeSlip
    from clerk_app.paper.printers.print_job import make_job
    from clerk_app.paper.printers.printer import PrintOutcome
    from clerk_app.roles.printer_words import describe_outcome

    verdict = verify_licence_code(text, *office.read_trust_lists(), office.utc)
    claims = verdict.claims
    if claims is None:
        raise BadData("The code was not printed because this office would reject it: {why}", why=verdict.sentences()[0])
    slip = CodeSlip(
        code=text,
        holder_masked=format_holder_name(claims.holder_name, claims.holder_id_number),
        issuer=localized_name(claims.issuer_names),
        expires_at=_to_local_time(office, claims.expires_at),
        hall=office.settings.name.localized(),
    )
    printer, number, now = office.printers.for_paper(CodeSlip.kind), claims.cti.hex()[:16], office.local_time()
    page = slip.to_page(current_language(), office.catalogue_frame().papers)
    job = make_job(printer, page, id=f"code/{number}/{now.timestamp()}", kind=CodeSlip.kind, number=number, at=now)
    outcome = printer.send(job)
    office.printers.remove_job(job.id)
    if outcome is PrintOutcome.UNKNOWN:
        print(describe_outcome(printer, outcome), file=sys.stderr)


def _to_local_time(office: Office, moment: datetime) -> datetime:
    return office.local_time(int(moment.timestamp()) * 1_000_000)


def _find_licence(office: Office, who: str, kind: str | None) -> Row:
    with office.store.read() as tx:
        row = tx.get("licences", id=who)
        if row is not None:
            return row
        holder = tx.query_one("people.subject_by_number", number=clean_code(who))
        rows = tx.select("licences", order=("kind", "id"), holder=holder["id"]) if holder else []
    rows = [row for row in rows if kind in (None, row["kind"])]
    if not rows:
        raise BadData("The repository has no such licence, neither by its id nor by its holder's number.")
    if len(rows) > 1:
        raise BadData(
            "There are several such licences. Name one by its id: {ids}", ids=", ".join(row["id"] for row in rows)
        )
    return rows[0]
