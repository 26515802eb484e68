"""How a material of a case came into it, in words: consent, earlier case, paper although the city holds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clerk_app.cases.consents import DECLINED, WITHDRAWN
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.overruled_photos import decode_flaws
from clerk_app.cases.paper_reasons import PAPER_CAUSES
from clerk_app.locales import _, format_list, translate
from clerk_app.people.earlier_materials import EARLIER, PRODUCED, parse_earlier_id
from clerk_app.roles.formatting import describe_consent, format_elapsed, localize
from clerk_app.roles.papers.overruled import list_overruled
from clerk_app.roles.papers.photo_check import describe_overruled_photo
from db.engines import Row

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue


def describe_origin(row: Row, consent: str | None, zone: str) -> str:
    """Return how a row of `materials` came into its case; `consent` is how its use was agreed to, None if not asked."""
    return format_list(_list_facts(row, consent, zone), ";")


def _list_facts(row: Row, consent: str | None, zone: str) -> Iterator[str]:
    if row["version"] > 1:
        yield _("version {count}").format(count=row["version"])
    origin = parse_earlier_id(row["origin"])
    if origin is not None:
        yield _("given with case {number}").format(number=origin[0])
    if row["photo_findings"]:
        yield describe_overruled_photo(decode_flaws(row["photo_findings"]), row["photo_code"], row["photo_reason"])
    if row["paper_code"] in (DECLINED, WITHDRAWN):
        day = to_local_time(row["taken_at"], zone).date().isoformat()
        yield _("{answer}, so the paper was taken on {day}").format(answer=describe_consent(row["paper_code"]), day=day)
        return
    if consent is not None and (row["how"] in ("licence", EARLIER) or consent in (DECLINED, WITHDRAWN)):
        yield describe_consent(consent)
    if row["paper_code"]:
        yield _("paper although the city holds it: {why}").format(
            why=describe_paper_reason(row["paper_code"], row["paper_reason"])
        )
    yield from list_overruled(row["overruled"])


def name_issuer(catalogue: Catalogue, row: Row) -> str:
    """Return who issued a material: of a result, also one of an earlier case, the organ that decided by its name."""
    if row.get("given_how", row.get("how")) not in (PRODUCED, EARLIER):
        return str(row["issuer"])
    try:
        return localize(catalogue.organ(row["issuer"]).name)
    except KeyError:
        return str(row["issuer"])


def describe_paper_reason(code: str, reason: str) -> str:
    """Return why paper was taken although the city holds the licence."""
    return format_list(filter(None, (translate(PAPER_CAUSES.get(code, "")), reason)), ":")


def describe_learnt(learnt_at: int, now: int, zone: str) -> str:
    """Return when a center or service centre learnt of something, and how old that is. Times in microseconds UTC."""
    day = to_local_time(learnt_at, zone).date().isoformat()
    return _("learnt on {day}, {age} old").format(day=day, age=format_elapsed(learnt_at, now))


def describe_revocation(catalogue: Catalogue, at: int) -> str:
    """Return that the licence of a result was revoked at a time (microseconds UTC)."""
    day = to_local_time(at, catalogue.time_zone).date().isoformat()
    return _("The licence of this result was revoked on {day}.").format(day=day)
