"""The sample city: complete, consistent with its catalogue, reproducible, and renewed when it is opened."""

from __future__ import annotations

import io
import sqlite3
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.plan import make_plan
from clerk_app.composition.office import Office
from clerk_app.composition.registry import all_rules
from clerk_app.demo.city_data import load_city_data
from clerk_app.demo.kept_city import open_or_build
from clerk_app.demo.sample_city import build_sample_city
from clerk_app.errors import BadData
from clerk_app.ledger.audit import list_different_tables, rebuild_store, verify_log
from clerk_app.ledger.door import system_clock
from clerk_app.licences.code_verification import Result
from clerk_app.licences.identifiers import is_credit_code, is_id_number, read_licence_number
from clerk_app.licences.licence_verification import verify_licence_code as verify_code
from clerk_app.licences.material_match import match_materials
from clerk_app.licences.reasons import Reason
from clerk_app.licences.usable_licences import list_usable_licences
from clerk_app.people.staff import check_pin, find_staff
from clerk_app.registry.feed_states import list_feeds
from db.engines import SCHEMA_VERSION
from tests.office import find_faults
from tests.released_stores import read_version, unpack_store

TODAY = date(2026, 11, 21)
DATA = load_city_data(TODAY)
CATALOGUE = load_folder(SAMPLE_CITY)
DAY = 24 * 3600 * 1_000_000


def check(office: Office, code: str, later: timedelta = timedelta()) -> tuple[Result, Reason | None]:
    text = (office.folder / "codes" / f"{code}.txt").read_text("ascii")
    trust, status = office.read_trust_lists()
    verdict = verify_code(text, trust, status, office.utc + later, find_sighting=lambda _cti: None)
    return verdict.result, verdict.reason


def test_every_licence_has_the_claims_of_its_type() -> None:
    for held in DATA.licences:
        asked = {claim.id for claim in CATALOGUE.licence_type(held.type).claims}
        assert set(held.claims) == asked, held.id


def test_every_number_has_a_valid_check_digit_and_an_unused_district() -> None:
    numbers = [person.id_number for person in DATA.persons if person.id_number]
    codes = [body.credit_code for body in DATA.organisations] + [issuer.credit_code for issuer in DATA.issuers]
    assert all(is_id_number(number, TODAY) and number.startswith("690") for number in numbers)
    assert all(is_credit_code(code) and code[2:8] == "690100" for code in codes)


def test_licences_agree_with_their_holders() -> None:
    for held in DATA.licences:
        holder = DATA.subjects()[held.holder]
        if "name" in held.claims:
            assert held.claims["name"] == holder.name, held.id
        if "id_number" in held.claims:
            birth_date = getattr(holder, "birth_date", "")
            assert held.claims["id_number"] == getattr(holder, "id_number", ""), held.id
            assert held.claims.get("birth_date", birth_date) == birth_date, held.id
        assert DATA.subjects().keys() >= set(held.users)
        assert DATA.issuer_of(held.type)


def test_every_organ_with_matters_has_an_officer_and_no_other_organ_has() -> None:
    organs = {matter.organ for matter in CATALOGUE.matters}
    assert {member.organ for member in DATA.staff if member.role == "officer"} == organs


@pytest.mark.parametrize(
    ("subject", "one_thing", "values", "held", "missing"),
    [
        ("P01", "birth", {"mother_insured": "yes"}, 5, set()),
        ("P04", "birth", {"mother_insured": "no"}, 3, {"father-id", "marriage-certificate"}),
        ("P07", "residence-permit", {"holds_residence_permit": "no", "housing_kind": "rented"}, 2, {"lease"}),
        ("P08", "passport", {}, 3, set()),
        ("E01", "road-excavation", {"risk_class": "low"}, 2, {"construction-drawings", "traffic-plan"}),
        ("E02", "hiring", {"worker_group": "ordinary"}, 2, {"labour-contract"}),
    ],
)
def test_each_one_thing_has_an_applicant_with_the_expected_licences(
    office: Office, subject: str, one_thing: str, values: dict[str, str], held: int, missing: set[str]
) -> None:
    made = make_plan(CATALOGUE, one_thing, None, values)
    holders = {made.one_thing.applicant_role().id: subject}
    with office.store.read() as tx:
        found = match_materials(
            made, list_usable_licences(tx, subject, office.now), holders, office.local_time().date()
        )
    shared = {name: material for name, material in found.items() if material.material.origin != "produced"}
    assert sum(material.state == "held" for material in shared.values()) == held
    assert {name for name, material in shared.items() if material.state != "held"} == missing


def test_the_insured_mother_has_nine_matters_and_the_other_seven() -> None:
    insured, other = (
        make_plan(CATALOGUE, "birth", None, {"mother_insured": word}).active_matters for word in ("yes", "no")
    )
    assert (len(insured), len(other)) == (9, 7)


def test_the_expired_card_of_the_father_is_found_as_expired(office: Office) -> None:
    with office.store.read() as tx:
        rows = list_usable_licences(tx, "P04", office.now)
    found = match_materials(
        make_plan(CATALOGUE, "birth", None, {}), rows, {"mother": "P04"}, office.local_time().date()
    )
    assert found["father-id"].state == "expired"


def test_valid_codes_are_green_and_bad_codes_red_with_their_reason(office: Office) -> None:
    bad = {"revoked": Reason.REVOKED, "expired": Reason.EXPIRED, "forged": Reason.NOT_GENUINE}
    for name in DATA.code_names():
        if name not in bad:
            assert check(office, name) == (Result.GREEN, None), name
    for name, reason in bad.items():
        assert check(office, name) == (Result.RED, reason)


def test_each_code_exists_as_a_picture(office: Office) -> None:
    for name in DATA.code_names():
        with Image.open(office.folder / "codes" / f"{name}.png") as picture:
            assert picture.width > 500


def test_each_licence_has_a_unique_number_and_a_picture(office: Office) -> None:
    with office.store.read() as tx:
        rows = tx.select("licences")
    assert len({row["identifier"] for row in rows}) == len(rows)
    assert all(read_licence_number(row["identifier"]) for row in rows)
    with_pictures = [row for row in rows if row["content"]]  # those of a register have none
    assert len(with_pictures) == len(DATA.licences)
    for row in with_pictures:
        with Image.open(io.BytesIO(office.attachments.read(row["content"]))) as picture:
            assert picture.size == ((358, 441) if row["kind"] == "0105" else (960, 600))


def test_the_city_has_feeds_with_a_refused_row_and_persons_to_find(office: Office) -> None:
    with office.store.read() as tx:
        feeds = {(feed.source, feed.kind): feed for feed in list_feeds(tx, office.now)}
        found = tx.select("persons", id_number="690105198607210285")
        relations = tx.select("relations", other=found[0]["id"])
    assert [row["name"] for row in found] == ["唐文静"]
    assert [row["relation"] for row in relations] == ["guardian"]
    assert sorted(feeds) == [
        ("civil-affairs", "relation"),
        ("market-supervision", "relation"),
        ("police", "licence"),
        ("population", "person"),
    ]
    assert [row.code for row in feeds["population", "person"].refusals] == ["date"]


def test_private_keys_are_readable_by_their_owner_only(city_folder: Path) -> None:
    keys = list((city_folder / "keys").glob("*.pem"))
    assert len(keys) == 1 + len(DATA.issuers)
    assert all(stat.S_IMODE(key.stat().st_mode) == 0o600 for key in keys)


def test_waiting_tickets_have_printed_slips(office: Office) -> None:
    with office.store.read() as tx:
        waiting = tx.query_all("hall.waiting_tickets", hall=office.settings.hall)
    slips = [path.name.split("-")[2].removesuffix(".bin") for path in office.printers.spool.list_papers()]
    assert sorted(row["number"] for row in waiting) == sorted(slips) == ["A001", "A002", "A003", "B001", "B002", "C001"]
    assert waiting[0]["priority"] == "elderly"


def test_staff_can_sign_in_with_the_sample_pin(office: Office) -> None:
    assert all(check_pin(find_staff(office.store, member.number), "471902") for member in DATA.staff[:2])
    assert not check_pin(find_staff(office.store, "1001"), "4321")


def test_every_row_of_the_city_follows_from_its_log(office: Office, tmp_path: Path) -> None:
    count, breaks = verify_log(office.store)
    assert (count > 100, breaks) == (True, [])
    copy = rebuild_store(office.store, all_rules(), tmp_path / "again.db")
    assert list_different_tables(office.store, copy) == []
    copy.close()


@pytest.mark.wide
def test_two_cities_of_the_same_day_are_equal(city_folder: Path, tmp_path: Path) -> None:
    member, other = open_or_build(city_folder), build_sample_city(tmp_path / "other")
    for table in ("persons", "organisations", "licences", "contents", "windows", "organs"):
        with member.store.read() as left, other.store.read() as right:
            assert [_timeless(row) for row in left.select(table)] == [_timeless(row) for row in right.select(table)]
    member.store.close()
    other.store.close()


def _timeless(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if not name.endswith("_at") and name != "since"}


def test_a_city_is_not_built_over_an_office(city_folder: Path) -> None:
    with pytest.raises(BadData, match="There is an office"):
        build_sample_city(city_folder)


@pytest.mark.wide
def test_a_city_is_built_in_an_empty_folder_but_not_over_other_files(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    open_or_build(tmp_path / "empty").store.close()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(BadData, match="something else"):
        open_or_build(tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "full"]


def test_opening_a_city_again_changes_nothing(office: Office) -> None:
    changes, code = office.store.read_change_counter(), (office.folder / "codes" / "mother.txt").read_text()
    again = open_or_build(office.folder)
    assert again.store.read_change_counter() == changes
    assert (office.folder / "codes" / "mother.txt").read_text() == code
    again.store.close()


def primary_key(store: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns of the primary key of a table."""
    return [row[1] for row in store.execute(f"PRAGMA table_info({table})") if row[5]]


def make_older(path: Path, older: Path) -> set[str]:
    """Remove from a store what the schema of the store `older` lacks, and give it that version.

    Return the tables that lost columns or rows: their entries are newer than those of that version.
    """
    changed = set()
    store, other = sqlite3.connect(path), sqlite3.connect(older)
    indexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    for (index,) in set(store.execute(indexes)) - set(other.execute(indexes)):
        store.execute(f"DROP INDEX {index}")
    for (table,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        before = [row[1] for row in other.execute(f"PRAGMA table_info({table})")]
        if before and primary_key(store, table) != primary_key(other, table):
            changed.add(table)
            (definition,) = other.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
            store.execute(f"DROP TABLE {table}")  # the new city has no rows there
            store.execute(definition)
        for column in [row[1] for row in store.execute(f"PRAGMA table_info({table})") if before]:
            if column not in before:
                changed.add(table)
                store.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        if not before:
            changed.add(table)
            store.execute(f"DROP TABLE {table}")
    store.execute("UPDATE alembic_version SET version_num = ?", (read_version(older),))
    store.commit()
    store.close()
    other.close()
    return changed


def test_a_city_of_an_earlier_version_is_upgraded_when_it_is_opened(city_folder: Path, tmp_path: Path) -> None:
    released = sorted((Path(__file__).parents[1] / "db" / "released").glob("*.db.gz"))
    changed = make_older(city_folder / "store.db", unpack_store(released[-1], tmp_path / "older.db"))
    assert read_version(city_folder / "store.db") < SCHEMA_VERSION
    city = open_or_build(city_folder)
    assert check(city, "mother") == (Result.GREEN, None)
    assert set(find_faults(city.store)) <= changed
    city.store.close()


def test_stale_lists_and_codes_are_signed_again(city_folder: Path) -> None:
    def next_month() -> int:
        return system_clock() + 40 * DAY

    (city_folder / "films").mkdir()
    (city_folder / "films" / "mother.avi").write_bytes(b"of the old code")
    later = open_or_build(city_folder, clock=next_month)
    assert check(later, "mother") == (Result.GREEN, None)
    assert check(later, "revoked") == (Result.RED, Reason.REVOKED)
    assert not (city_folder / "films" / "mother.avi").exists()
    later.store.close()


def test_relative_days_of_the_data_depend_on_the_day_of_the_city() -> None:
    newborn = next(held for held in load_city_data(date(2030, 3, 10)).licences if held.type == "0301")
    assert newborn.claims["birth_date"] == "2030-03-01"


def test_an_error_in_the_data_is_reported_with_its_place(tmp_path: Path) -> None:
    for name in ("staff.yaml", "people.yaml", "licences.yaml"):
        (tmp_path / name).write_text("staff: [{number: 1}]\n" if name == "staff.yaml" else "persons: []\n")
    with pytest.raises(BadData, match=r"staff\.0\.name"):
        load_city_data(TODAY, tmp_path)


def test_the_stored_claims_equal_the_data(office: Office) -> None:
    today = load_city_data(datetime.now(UTC).astimezone(office.local_time().tzinfo).date())
    with office.store.read() as tx:
        kept = {row["id"]: msgspec.json.decode(row["claims"]) for row in tx.select("licences") if row["content"]}
    assert kept == {held.id: held.claims for held in today.licences}
