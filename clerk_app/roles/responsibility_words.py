"""Sentences on who answers to the applicant for a case now."""

from __future__ import annotations

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.responsibility import Responsibility, list_responsibilities
from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import localize, localize_organ_name
from db.engines import Transaction


def describe_responsible(tx: Transaction, case: CaseRecord) -> str:
    """Return who answers to the applicant now, and for what; empty once the case has ended."""
    return format_list((_describe(tx, case, found) for found in list_responsibilities(case)), ";")


def _describe(tx: Transaction, case: CaseRecord, found: Responsibility) -> str:
    matters = format_list(localize(case.catalogue.matter(name).name) for name in found.matters)
    if found.subject == "decision":
        organ = localize(case.catalogue.organ(found.organ).name)
        return _("{organ} (decision: {matters})").format(organ=organ, matters=matters)
    site = next((site for site in case.catalogue.sites if site.id == found.organ), None)
    name = localize_organ_name(tx.get("organs", id=found.organ), found.organ) if found.organ else ""
    if site is not None:
        name = _("{name}, phone {phone}").format(name=localize(site.name), phone=site.phone)
    name = name or _("this service centre")
    if found.subject == "papers":
        return _("{site} (papers asked for: {matters})").format(site=name, matters=matters)
    if found.subject == "results":
        return _("{site} (results)").format(site=name)
    return _("{site} (acceptance)").format(site=name)
