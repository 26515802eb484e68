"""Lines of the report "who saw my data", in the current language, for the counter and for auditors."""

from __future__ import annotations

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
    action = translate(_ACTIONS[access.kind]) if access.kind in _ACTIONS else access.kind
    if access.kind == "LookAt" and access.case:
        action = _("opened a paper or result of the case")
    if access.refused:
        action = _("tried, and was refused: {what}").format(what=action)
    parts = [f"{at:%Y-%m-%d %H:%M}", _describe_actor(tx, access), action]
    if access.case:
        parts.append(_("case {number}").format(number=access.case))
    if access.licence_types:
        parts.append(format_list(_name_licence_type(catalogue, kind) for kind in access.licence_types))
    if access.materials:
        parts.append(format_list(_name_material(catalogue, material) for material in access.materials))
    if access.purpose:
        purpose = translate(_PURPOSES.get(access.kind, {}).get(access.purpose, ""))
        parts.append(purpose or _("for {purpose}").format(purpose=_name_purpose(catalogue, access.purpose)))
    parts += [describe_consent(how) for how in access.consents]
    return "  ".join(parts)


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
