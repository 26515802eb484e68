"""A signed code on the office's receipt printer."""

from __future__ import annotations

from datetime import datetime

from clerk_app.desks.office import Office
from clerk_app.errors import BadData
from clerk_app.licences.reasons import name_in_words
from clerk_app.licences.verify import verify
from clerk_app.locales import spoken
from clerk_app.paper.code_slip import CodeSlip
from clerk_app.paper.spool import paper_name
from clerk_app.paper.thermal import to_escpos
from clerk_app.people.masking import mask_name


def print_code(office: Office, text: str) -> None:
    """Prints the signed code `text` with what it is good for.

    Raises BadData if the office itself would not believe it, or it does not fit on the paper; OutOfReach if the printer
    takes nothing.
    """
    verdict = verify(text, *office.trust(), office.utc)
    claims = verdict.claims
    if claims is None:
        raise BadData("The code was not printed, for this office would refuse it: {why}", why=verdict.sentences()[0])
    slip = CodeSlip(
        code=text,
        holder_masked=mask_name(claims.holder_name),
        issuer=name_in_words(claims.issuer_names),
        expires=_wall(office, claims.expires_at),
        hall=office.settings.name.say(),
    )
    paper = to_escpos(slip.page(spoken()), office.settings.paper_mm)
    office.printer.put(paper_name("code", claims.cti.hex()[:16], office.wall()), paper)


def _wall(office: Office, moment: datetime) -> datetime:
    return office.wall(int(moment.timestamp()) * 1_000_000)
