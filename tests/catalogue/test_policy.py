"""The city's policy: an optional section of the catalogue, checked by its schema."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from clerk_app.catalogue.citizen_papers import CitizenPapers
from clerk_app.catalogue.feedback import FeedbackRules
from clerk_app.catalogue.loader import check_folder, load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.policy import DEFAULT_POLICY, CityPolicy
from clerk_app.catalogue.publication import read_policy
from db.engines import Store
from tests.catalogue.catalogue_builder import make_catalogue, make_matter
from tests.catalogue.good_folder import HEAD, THINGS
from tests.empty_store import create_empty_store


def write_folder(folder: Path, policy: str) -> Path:
    (folder / "catalogue.yaml").write_text(HEAD + policy, "utf-8")
    (folder / "things.yaml").write_text(THINGS, "utf-8")
    return folder


def test_the_defaults_are_the_values_in_force_before_the_section_existed() -> None:
    assert DEFAULT_POLICY.model_dump(by_alias=True) == {
        "source": None,
        "sample": False,
        "claim_lease_minutes": 15,
        "legacy_key_days": 30,
        "window_lease_minutes": 15,
        "calls_before_no_show": 3,
        "requeues_after_no_show": 1,
        "clerks_pick_tickets": False,
        "clerks_change_functions": False,
        "head_start_minutes": {"ordinary": 0, "appointment": 10, "prechecked": 15, "return": 15, "elderly": 20},
        "service_day_begins_hour": 4,
        "wrong_pins_before_lockout": 5,
        "ticket_working_days": 3,
        "idle_lock_minutes": 15,
        "paper_view_minutes": 30,
        "open_originals": False,
        "original_minutes": 10,
        "lockout_minutes": 15,
        "wrong_factors_before_lockout": 5,
        "wrong_factors_of_machine": 20,
        "factor_lockout_minutes": 60,
        "wrong_codes_of_address": 10,
        "wrong_codes_altogether": 300,
        "wrong_codes_minutes": 15,
        "calls_per_minute_of_machine": 300,
        "calls_per_minute_of_person": 180,
        "entries_per_minute_of_machine": 12000,
        "sign_ins_per_minute_of_machine": 20,
        "tickets_per_minute_of_machine": 30,
        "tickets_at_once_of_kiosk": 3,
        "tickets_at_once_seconds": 10,
        "tickets_per_hour_of_kiosk": 300,
        "kiosk_pages_in_ten_minutes": 12,
        "kiosk_pages_per_hour": 60,
        "kiosk_searches_per_minute": 30,
        "searches_per_hour_of_person": 30,
        "searches_per_hour_of_machine": 60,
        "feed_hours": 48,
        "feed_hours_of_source": {},
        "retention_days": 3650,
        "draft_days": 30,
        "spool_paper_days": 7,
        "window_case_days": 30,
        "supplement_working_days": 15,
        "application_answer_days": 5,
        "application_days": 30,
        "ended_application_days": 30,
        "applications_per_day_of_portal": 5000,
        "accept_verified_applications": False,
        "early_hand_overs": 1,
        "licence_copy_days": 30,
        "citizen_session_idle_seconds": 180,
        "citizen_session_minutes": 15,
        "name_reservation_days": 30,
        "gap_working_days": 5,
        "commitment_check_days": 40,
        "follow_up_extension_days": 10,
        "broken_promise_days": 1095,
        "forbid_deemed_approval": False,
        "consent_list_days": 30,
        "material_reuse_days": 365,
        "acting_for_others": {
            "codes": ("apply", "consent", "collect"),
            "paper": ("apply", "collect"),
            "guardian": ("apply", "consent", "collect"),
            "legal_representative": ("apply", "consent", "collect"),
            "agent": ("apply", "collect"),
            "family": ("apply",),
        },
        "citizen_papers": CitizenPapers().model_dump(mode="python", by_alias=True),
        "feedback": FeedbackRules().model_dump(by_alias=True),
        "supervisor_due_soon_hours": 24,
        "officer_due_soon_days": 1,
        "reconsideration_organ": {
            "zh": "有管辖权的行政复议机关",
            "en": "the competent organ of administrative reconsideration",
        },
        "reconsideration_days": 60,
        "suit_months": 6,
        "revocation_basis": {
            "zh": "《中华人民共和国行政许可法》第六十九条第二款及告知承诺有关规定",
            "en": "art. 69 (2) of the Administrative Licensing Law and the rules on commitments",
        },
        "court": {"zh": "有管辖权的人民法院", "en": "the people's court with jurisdiction"},
    }


def test_a_catalogue_without_the_section_keeps_its_bytes_and_has_the_default_policy() -> None:
    catalogue = make_catalogue([make_matter("a")])
    stored = catalogue.to_bytes()
    assert "policy" not in json.loads(stored)
    assert Catalogue.from_bytes(stored).to_bytes() == stored
    assert catalogue.city_policy == DEFAULT_POLICY


def test_a_policy_survives_publication() -> None:
    catalogue = make_catalogue([make_matter("a")], policy={"head_start_minutes": {"return": 3}, "lockout_minutes": 7})
    again = Catalogue.from_bytes(catalogue.to_bytes())
    assert again == catalogue
    assert (again.city_policy.head_start_minutes.of_class("return"), again.city_policy.lockout_minutes) == (3, 7)


def test_a_folder_may_give_some_fields_of_the_policy(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, "policy:\n  claim_lease_minutes: 40\n  source: a decision of the city\n")
    policy = load_folder(folder).city_policy
    assert policy == CityPolicy(claim_lease_minutes=40, source="a decision of the city")


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ("policy:\n  claim_lease_minutes: 0\n", "policy.claim_lease_minutes"),
        ("policy:\n  lockout_minutes: 9999\n", "policy.lockout_minutes"),
        ("policy:\n  lockout_minutes: soon\n", "policy.lockout_minutes"),
        ("policy:\n  claim_lease_minute: 15\n", "policy.claim_lease_minute"),
        ("policy:\n  head_start_minutes: {return: -1}\n", "policy.head_start_minutes.return"),
        ("policy: 5\n", "policy"),
    ],
)
def test_a_mistake_in_the_policy_is_named_by_line_and_field(tmp_path: Path, policy: str, field: str) -> None:
    (mistake,) = check_folder(write_folder(tmp_path, policy))
    line = len(HEAD.splitlines()) + len(policy.splitlines())
    assert (mistake.file, mistake.line, mistake.field) == ("catalogue.yaml", line, field)


def test_the_policy_in_force_is_that_of_the_newest_version(tmp_path: Path) -> None:
    store = Store(create_empty_store(tmp_path / "store.db"))
    with store.write() as tx:
        policies = [read_policy(tx)]
        for version, policy in ((1, {"lockout_minutes": 7}), (2, None)):
            content = make_catalogue([make_matter("a")], version=version, policy=policy).to_bytes()
            tx.insert(
                "catalogue_versions",
                catalogue="small",
                version=version,
                content=content,
                digest=sha256(content).hexdigest(),
                published_at=version,
                published_by="system",
            )
            policies.append(read_policy(tx))
    store.close()
    assert [policy.lockout_minutes for policy in policies] == [15, 7, 15]
