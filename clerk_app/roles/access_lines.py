"""Lines of the report "who saw my data", in the current language, for the counter and for auditors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from clerk_app.cases.applications.opening import OPENING_PURPOSES
from clerk_app.cases.case_search import SEARCH_PURPOSES
from clerk_app.cases.unmasking import PURPOSES
from clerk_app.catalogue.publication import load_newest_part
from clerk_app.licences.licence_copies import COPY_PURPOSES
from clerk_app.locales import _, format_list, mark, translate
from clerk_app.people.access_report import Access
from clerk_app.registry.search import REGISTRY_PURPOSES
from clerk_app.roles.formatting import describe_consent, localize, localize_organ_name
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_ACTIONS = {
    "FetchMaterials": mark("listed what the city holds"),
    "TakeAbsentList": mark("took in the signed consent list"),
    "ReleaseLicences": mark("received the content of licences or papers"),
    "LookAt": mark("opened a licence or paper"),
    "OpenOriginal": mark("opened the file of a paper in another program"),
    "CopyLicence": mark("printed a copy of a licence"),
    "CopyOwnLicence": mark("printed a copy of a licence at a kiosk"),
    "IssueCodeSlip": mark("printed a signed code of a licence at a kiosk"),
    "AskState": mark("showed the state of the case, as the machine itself states"),
    "AskCase": mark("asked the center for the state of the case"),
    "BringCase": mark("transferred the case to another service centre"),
    "FetchCase": mark("fetched the case to a window"),
    "ProveIdentity": mark("showed a code that was not accepted"),
    "Unmask": mark("read names and numbers in full"),
    "AskAccess": mark("read this report"),
    "ClaimTask": mark("worked on a task of the case"),
    "FindDuplicates": mark("searched for other cases of the applicant, and found the case"),
    "ShowRelations": mark("received name and number, because a registered relation lets somebody act for the person"),
    "FindCases": mark("searched for the person's cases at the center"),
    "OpenApplication": mark("opened the application from outside"),
    "FindRegistered": mark("searched in the registry, and found the person"),
    "ReadRegistered": mark("opened the person's record in the registry, masked"),
    "UnmaskRegistered": mark("read the person's record in the registry in full"),
    "OpenCitizenSession": mark("opened a session at a kiosk"),
    "QueryOwnCase": mark("showed the state of the case in a session at a kiosk"),
}

_PURPOSES = {
    "Unmask": PURPOSES,
    "FindCases": SEARCH_PURPOSES,
    "CopyLicence": COPY_PURPOSES,
    "CopyOwnLicence": COPY_PURPOSES,
    "OpenApplication": OPENING_PURPOSES,
    "FindRegistered": REGISTRY_PURPOSES,
    "ReadRegistered": REGISTRY_PURPOSES,
    "UnmaskRegistered": REGISTRY_PURPOSES,
}


def describe_access(tx: Transaction, access: Access, at: datetime) -> str:
    """Return one line: when, who, what, why. Raises BadData if no catalogue was published."""
    catalogue = load_newest_part(tx, access.purpose, access.materials)
    parts = [f"{at:%Y-%m-%d %H:%M}", _describe_actor(tx, access), _describe_action(access)]
    return "  ".join((*parts, *_list_details(catalogue, access)))


def describe_own_access(tx: Transaction, access: Access) -> tuple[str, str, tuple[str, ...]]:
    """Return an access for the person: which organ or machine, what was done, and for which case and purpose.

    Raises BadData if no catalogue was published.
    """
    catalogue = load_newest_part(tx, access.purpose, access.materials)
    names = (localize(organ.name) for organ in catalogue.organs if organ.id == access.organ)
    place = localize_organ_name(tx.get("organs", id=access.organ)) if access.organ else ""
    machine = _("machine {machine}").format(machine=access.machine)
    return place or next(names, machine), _describe_action(access), tuple(_list_details(catalogue, access))


def _describe_action(access: Access) -> str:
    action = translate(_ACTIONS[access.kind]) if access.kind in _ACTIONS else access.kind
    if access.kind == "LookAt" and access.case:
        action = _("opened a paper or result of the case")
    return _("tried, and was refused: {what}").format(what=action) if access.refused else action


def _list_details(catalogue: Catalogue, access: Access) -> Iterator[str]:
    """Yield case, licences, materials, purpose and confirmed consents of an access."""
    if access.case:
        yield _("case {number}").format(number=access.case)
    if access.licence_types:
        yield format_list(_name_licence_type(catalogue, kind) for kind in access.licence_types)
    if access.materials:
        yield format_list(_name_material(catalogue, material) for material in access.materials)
    if access.purpose:
        purpose = translate(_PURPOSES.get(access.kind, {}).get(access.purpose, ""))
        yield purpose or _("for {purpose}").format(purpose=_name_purpose(catalogue, access.purpose))
    yield from (describe_consent(how) for how in access.consents)


def _name_material(catalogue: Catalogue, material: str) -> str:
    try:
        return localize(catalogue.material(material).name)
    except KeyError:
        return material


def _describe_actor(tx: Transaction, access: Access) -> str:
    organ = tx.get("organs", id=access.organ) if access.organ else None
    place = localize_organ_name(organ)
    who = access.staff or _("machine {machine}").format(machine=access.machine)
    return f"{place} {who}".strip()


def _name_licence_type(catalogue: Catalogue, kind: str) -> str:
    try:
        return localize(catalogue.licence_type(kind).name)
    except KeyError:
        return kind


def _name_purpose(catalogue: Catalogue, purpose: str) -> str:
    try:
        return localize(catalogue.one_thing(purpose).name)
    except KeyError:
        return purpose
