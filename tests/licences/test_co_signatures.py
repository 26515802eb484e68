"""A matter that needs the signature of a further party is accepted only with it: by a code, or on a sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.cases.co_signatures import list_unsigned_roles, read_co_signatures, require_co_signatures
from clerk_app.catalogue.loader import SAMPLE_CITY, check_folder, load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.errors import Refused
from clerk_app.licences.co_signatures import CoSignByCode, CoSignOnPaper
from tests.licences.test_representations import Acting
from tests.licences.test_shared_materials import refusal_of, serve_proved
from tests.office import SampleOffice, find_faults
from tests.sample_data import sample_city


def plan_with_signature(role: str = "father") -> Plan:
    """Return the plan of a birth whose first matter needs the signature of a role."""
    city = sample_city()
    first = city.one_thing("birth").matters[0]
    matters = tuple(
        matter.model_copy(update={"co_signature": role if matter.id == first else None}) for matter in city.matters
    )
    return make_plan(city.model_copy(update={"matters": matters}), "birth", None, {})


def test_the_acceptance_stops_until_the_party_has_signed() -> None:
    plan = plan_with_signature()
    assert list_unsigned_roles(plan, {}) == ("father",)
    with pytest.raises(Refused) as refused:
        require_co_signatures(plan, {})
    assert refused.value.reason == "co_signature"
    (how,) = require_co_signatures(plan, {"father": "scan"}).values()
    assert how == "scan"


def test_a_party_signs_by_a_code_made_now_or_on_a_sheet(office: SampleOffice) -> None:
    visit = serve_proved(office)
    by_code = CoSignByCode(visit=visit, purpose="birth", role="father", person="father")
    assert refusal_of(office, by_code, "clerk-1") == "unproved"
    Acting(office, visit).show_code("father")
    office.door.perform(by_code, "clerk-1")
    with office.store.read() as tx:
        assert read_co_signatures(tx, visit, "birth", {"father": "father"}) == {"father": "scan"}
        assert read_co_signatures(tx, visit, "birth", {"father": "somebody else"}) == {}
    office.door.perform(CoSignOnPaper(visit=visit, purpose="birth", role="father"), "clerk-1")
    with office.store.read() as tx:
        assert read_co_signatures(tx, visit, "birth", {}) == {"father": "signed"}
    office.clock.advance(minutes=6)
    assert refusal_of(office, by_code, "clerk-1") == "unproved"  # the scan is too old
    assert find_faults(office.store) == []


def test_a_catalogue_without_co_signatures_keeps_its_digest() -> None:
    content = load_folder(SAMPLE_CITY).to_bytes()
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
