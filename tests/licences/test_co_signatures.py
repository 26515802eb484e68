"""A matter that needs the signature of a further party is accepted only with it: by a code, or on a sheet.

A signature covers the form as it was: a change voids it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.cases.co_signatures import (
    PartySignature,
    compare_signatures,
    list_unsigned_roles,
    require_co_signatures,
    sign_matters,
)
from clerk_app.cases.intake.parties import PartyDetails
from clerk_app.cases.signed_form import build_signed_form, find_changed_keys
from clerk_app.catalogue.loader import SAMPLE_CITY, check_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.errors import Refused
from clerk_app.licences.co_signatures import CoSignByCode, CoSignOnPaper, RecordSheet, SignedForm
from tests.catalogue.catalogue_builder import make_catalogue, make_matter
from tests.licences.test_representations import Acting
from tests.licences.test_shared_materials import refusal_of, serve_proved
from tests.office import BIRTH, SampleOffice, find_faults
from tests.sample_data import PERSONS, sample_city

FATHER = PartyDetails(
    role="father", kind="person", name=PERSONS["father"].name, number=PERSONS["father"].id_number, subject="father"
)


def catalogue_with_signature(role: str = "father") -> Catalogue:
    """Return the sample catalogue, in which the first matter of a birth needs the signature of a role."""
    city = sample_city()
    first = city.one_thing("birth").matters[0]
    matters = tuple(
        matter.model_copy(update={"co_signature": role if matter.id == first else None}) for matter in city.matters
    )
    return city.model_copy(update={"matters": matters})


def plan_with_signature(role: str = "father", values: Mapping[str, str] = BIRTH) -> Plan:
    return make_plan(catalogue_with_signature(role), "birth", None, dict(values))


def form_of(values: Mapping[str, str]) -> SignedForm:
    return SignedForm(form=build_signed_form(plan_with_signature(values=values), values, (FATHER,), "father"))


def signatures_of(
    office: SampleOffice, visit: str, values: Mapping[str, str] = BIRTH, party: PartyDetails = FATHER
) -> dict[str, PartySignature]:
    rows = office.select("co_signatures", visit=visit, purpose="birth")
    return compare_signatures(rows, plan_with_signature(values=values), values, (party,))


def test_the_acceptance_stops_until_the_party_has_signed() -> None:
    plan = plan_with_signature()
    assert list_unsigned_roles(plan, {}) == ("father",)
    with pytest.raises(Refused) as refused:
        require_co_signatures(plan, {})
    assert refused.value.reason == "co_signature"
    found = require_co_signatures(plan, {"father": PartySignature("father", "scan", "", 1)})
    assert list(sign_matters(plan, found).values()) == ["scan"]


def test_a_party_signs_by_a_code_made_now(office: SampleOffice) -> None:
    visit = serve_proved(office)
    by_code = CoSignByCode(visit=visit, purpose="birth", role="father", person="father", personal=form_of(BIRTH))
    assert refusal_of(office, by_code, "clerk-1") == "unproved"
    Acting(office, visit).show_code("father")
    office.door.perform(by_code, "clerk-1")
    assert signatures_of(office, visit)["father"].counts
    office.clock.advance(minutes=6)
    assert refusal_of(office, by_code, "clerk-1") == "unproved"  # the scan is too old
    assert find_faults(office.store) == []


def test_a_party_signs_on_the_sheet_that_was_printed_last(office: SampleOffice) -> None:
    visit = serve_proved(office)
    on_paper = CoSignOnPaper(visit=visit, purpose="birth", role="father")
    assert refusal_of(office, on_paper, "clerk-1") == "no_sheet"
    print_sheet = RecordSheet(visit=visit, purpose="birth", role="father", personal=form_of(BIRTH))
    first = office.door.perform(print_sheet, "clerk-1").sheet
    assert signatures_of(office, visit)["father"].is_printed
    changed = form_of({**BIRTH, "child_name": "赵二"})
    second = office.door.perform(
        RecordSheet(visit=visit, purpose="birth", role="father", personal=changed), "clerk-1"
    ).sheet
    assert first != second
    signed = CoSignOnPaper(visit=visit, purpose="birth", role="father", sheet=first)
    assert refusal_of(office, signed, "clerk-1") == "no_sheet"
    assert office.door.perform(print_sheet, "clerk-1").sheet == first  # the same content has the same number
    office.door.perform(signed, "clerk-1")
    found = signatures_of(office, visit)["father"]
    assert (found.how, found.sheet, found.counts) == ("signed", first, True)
    assert find_faults(office.store) == []


def test_a_change_of_the_form_or_of_the_signer_voids_a_signature(office: SampleOffice) -> None:
    visit = serve_proved(office)
    Acting(office, visit).show_code("father")
    by_code = CoSignByCode(visit=visit, purpose="birth", role="father", person="father", personal=form_of(BIRTH))
    office.door.perform(by_code, "clerk-1")
    changed = signatures_of(office, visit, {**BIRTH, "child_name": "赵二"})["father"]
    assert (changed.counts, changed.changed) == (False, ("field:child_name",))
    other = PartyDetails(role="father", kind="person", name=FATHER.name, number=FATHER.number, subject="somebody")
    assert signatures_of(office, visit, party=other)["father"].changed == ("party:father",)


@given(
    st.dictionaries(st.sampled_from(sorted(BIRTH)), st.text(max_size=3)),
    st.dictionaries(st.sampled_from(sorted(BIRTH)), st.text(max_size=3)),
)
def test_a_form_is_changed_if_and_only_if_what_is_signed_differs(one: dict[str, str], other: dict[str, str]) -> None:
    plan = plan_with_signature()
    signed, present = (build_signed_form(plan, values, (FATHER,), "father") for values in (one, other))
    assert (find_changed_keys(signed, present) == ()) == (signed == present)
    assert set(find_changed_keys(signed, present)) == set(find_changed_keys(present, signed))


def test_a_catalogue_without_co_signatures_keeps_its_digest() -> None:
    content = make_catalogue([make_matter("a")]).to_bytes()
    assert b"co_signature" not in content
    assert Catalogue.from_bytes(content).to_bytes() == content


def test_the_check_names_a_role_that_cannot_sign(tmp_path: Path) -> None:
    for path in SAMPLE_CITY.rglob("*.yaml"):
        target = tmp_path / path.relative_to(SAMPLE_CITY)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8")
        if path.name == "passport.yaml":
            text = text.replace("  - id: passport-issue\n", "  - id: passport-issue\n    co_signature: applicant\n")
        target.write_text(text, "utf-8")
    mistakes = check_folder(tmp_path)
    assert any("applicant" in str(mistake) for mistake in mistakes)
