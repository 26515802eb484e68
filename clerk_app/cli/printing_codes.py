"""A signed code on the office's receipt printer."""

from __future__ import annotations

from datetime import datetime

from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.licences.licence_verification import verify_licence_code
from clerk_app.licences.reasons import localized_name
from clerk_app.locales import current_language
from clerk_app.paper.documents.code_slip import CodeSlip
from clerk_app.paper.printers.escpos import encode_escpos
from clerk_app.paper.printers.spool import format_paper_name
from clerk_app.people.masking import mask_name


def print_code(office: Office, text: str) -> None:
    """Prints the signed code `text` with what it is good for.

    Raises BadData if the office itself would not believe it, or it does not fit on the paper; OutOfReach if the printer
    takes nothing.
    """
    verdict = verify_licence_code(text, *office.read_trust_lists(), office.utc)
    claims = verdict.claims
    if claims is None:
        raise BadData("The code was not printed, for this office would refuse it: {why}", why=verdict.sentences()[0])
    slip = CodeSlip(
        code=text,
        holder_masked=mask_name(claims.holder_name),
        issuer=localized_name(claims.issuer_names),
        expires_at=_local_time(office, claims.expires_at),
        hall=office.settings.name.localized(),
    )
    paper = encode_escpos(slip.to_page(current_language()), office.settings.paper_mm)
    office.printer.print_paper(format_paper_name("code", claims.cti.hex()[:16], office.local_time()), paper)


def _local_time(office: Office, moment: datetime) -> datetime:
    return office.local_time(int(moment.timestamp()) * 1_000_000)
