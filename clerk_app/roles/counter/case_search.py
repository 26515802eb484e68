"""Finding the cases of a person at the center, for the counter."""

from __future__ import annotations

from clerk_app.cases.case_search import SEARCH_PURPOSES, CasesFound, FindCases, FoundCase, SearchQuery
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.states import CASE_STATE_NAMES
from clerk_app.catalogue import publication
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach
from clerk_app.locales import _, translate
from clerk_app.roles.counter.own_cases import CASE_LEVELS, describe_due
from clerk_app.roles.formatting import format_party_name, localize, localize_organ_name
from clerk_app.text.cleaning import clean_text
from clerk_app.text.search_terms import SearchTerms, parse_search_terms
from clerk_app.views.case_list import CaseRow, SearchResult
from clerk_app.views.shared import LabelledValue, Option
from db.engines import Row, Transaction


def list_search_purposes() -> tuple[Option, ...]:
    """Return the purposes of a search, each with its number."""
    return tuple(
        Option(code, translate(name), key=str(key)) for key, (code, name) in enumerate(SEARCH_PURPOSES.items(), 1)
    )


def find_cases(office: Office, text: str, purpose: str, staff: Row) -> SearchResult:
    """Find the cases that a typed text means. Raises BadData, Refused, OutOfReach."""
    query = _build_query(parse_search_terms(clean_text(text)))
    command = FindCases(purpose=purpose, hall=office.settings.hall, personal=query)
    try:
        found: CasesFound = office.door.perform(command, staff["id"])
    except OutOfReach as error:
        raise OutOfReach(
            "Nobody was searched for: that needs the center, which is out of reach. The cases of this service centre "
            "open by their number, and F5 lists those of today."
        ) from error
    with office.store.read() as tx:
        rows = tuple(_build_row(office, tx, case, staff["organ"] or "") for case in found.cases)
    return SearchResult(rows, found.total)


def _build_query(terms: SearchTerms) -> SearchQuery:
    """Return the query of the recognised terms. Raises BadData if they are incomplete."""
    if terms.kind in ("incomplete", "application"):
        raise BadData("Give an identity number, a name with a birth date, or the number of a paper.")
    if terms.kind in ("case", "ticket"):
        return SearchQuery(case=terms.number) if terms.kind == "case" else SearchQuery(ticket=terms.number)
    return SearchQuery(number=terms.number, name=terms.name, birth_date=terms.birth_date, phone_end=terms.phone_end)


def _build_row(office: Office, tx: Transaction, found: FoundCase, site: str) -> CaseRow:
    """Build the row of a case that was found. The answer has no name: it is masked from this store, or missing."""
    zone = office.catalogue_frame().time_zone
    local = tx.get("cases", number=found.number)
    state = _("needs papers") if found.waits else translate(CASE_STATE_NAMES.get(found.state, found.state))
    case: Row = {"state": found.state, "promised_at": found.promised_at}
    due = describe_due(case, (), zone, office.corrected_now)
    accepted = to_local_time(found.accepted_at, zone)
    is_elsewhere = found.site not in ("", site)
    place = localize_organ_name(tx.get("organs", id=found.site), found.site)
    opens = _("with the last four characters of the applicant's number") if is_elsewhere else _("at once")
    return CaseRow(
        number=found.number,
        one_thing=_name_one_thing(tx, office, found),
        applicant=format_party_name(local["applicant_name"], local["applicant_kind"]) if local is not None else "",
        at=accepted.date().isoformat(),
        act=_("not accepted") if found.state == "not_accepted" else _("accepted"),
        state=state,
        level="warn" if found.waits else CASE_LEVELS.get(found.state, "plain"),
        due=due,
        place=place if is_elsewhere else "",
        facts=(
            LabelledValue(_("State"), state),
            LabelledValue(_("Accepted"), accepted.strftime("%Y-%m-%d %H:%M")),
            LabelledValue(_("Due"), due or _("nothing")),
            LabelledValue(_("Service centre"), place),
            LabelledValue(_("Opens"), opens),
        ),
    )


def _name_one_thing(tx: Transaction, office: Office, found: FoundCase) -> str:
    """Return the name of the one thing by the version of the case, or by the newest one, or its id."""
    try:
        catalogue = publication.load_part(tx, found.catalogue, found.version, found.one_thing)
    except BadData:  # this store does not have that version
        catalogue = office.catalogue_part(found.one_thing)
    try:
        return localize(catalogue.one_thing(found.one_thing).name)
    except KeyError:
        return found.one_thing
