"""Applicants of the cases of a simulated city: a citizen by index, or an enterprise for the matters of enterprises."""

from __future__ import annotations

from clerk_app.cases.intake.parties import PartyDetails
from tests.simulation.city_files import credit_code, person_id_number, person_name

OF_ENTERPRISES = ("road-excavation", "matter.occupational-health")
"""One things and single matters whose applicant is an enterprise."""


def applicant_parties(one_thing: str, citizen: int, values: dict[str, str]) -> tuple[PartyDetails, ...]:
    """Return the parties of a case, the applicant first."""
    role = "enterprise" if one_thing in OF_ENTERPRISES else "mother" if one_thing == "birth" else "applicant"
    kind = "organisation" if role == "enterprise" else "person"
    subject = f"e{citizen}" if role == "enterprise" else f"p{citizen}"
    name, number = applicant_name(one_thing, citizen), applicant_number(one_thing, citizen)
    first = PartyDetails(role=role, kind=kind, name=name, number=number, subject=subject, known_by="code")
    if one_thing == "talent-settlement":
        return (first, employer_of(values))
    if one_thing != "birth":
        return (first,)
    child = PartyDetails(role="child", kind="person", name=values["child_name"], number="", known_by="typed")
    return (first, child)


def employer_of(values: dict[str, str]) -> PartyDetails:
    """Return the employer who signs the settlement of a talent."""
    name, number = values["talent_employer"], values["talent_employer_code"]
    return PartyDetails(role="employer", kind="organisation", name=name, number=number, subject="", known_by="typed")


def applicant_number(one_thing: str, citizen: int) -> str:
    """Return the identity number or credit code of the applicant."""
    return credit_code(citizen) if one_thing in OF_ENTERPRISES else person_id_number(citizen)


def applicant_name(one_thing: str, citizen: int) -> str:
    """Return the name of the applicant."""
    return f"示范建设{citizen:03d}公司" if one_thing in OF_ENTERPRISES else person_name(citizen)
