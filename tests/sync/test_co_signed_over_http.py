"""Co-signatures between machines: from the counter to a department over HTTP, and what the center objects to."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from clerk_app.cases.co_signature_objection import UNSIGNED
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.signed_form import build_signed_form
from clerk_app.catalogue.plan import make_plan
from clerk_app.composition.office import Office, open_office
from clerk_app.errors import Refused
from clerk_app.licences.co_signatures import CoSignOnPaper, RecordSheet, SignedForm
from clerk_app.roles.objection_view import describe_objection
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.workstation import StaffSession
from tests.city_policy import publish_co_signature
from tests.office import find_faults
from tests.roles.conftest import NoCamera, built_city
from tests.roles.test_acting_for_others import FATHER, fresh_code
from tests.roles.test_identity_of_a_visit import intake
from tests.roles.workflows import prepare_birth
from tests.sample_data import CITY_PIN
from tests.sample_node import RunningCenter, run_center
from tests.sync.city import City, SampleWindow
from tests.sync.test_forged_acceptances import altered_values, newest_acceptance, push
from tests.sync.test_http_sync import enrol_window_at, run_window, wait_until

__all__ = ["built_city"]
CODE_URLS = ("https://codes.sample-city.example/l/{code}",)


def sign_sheet(window: SampleWindow, visit: str, values: dict[str, str], parties: object) -> None:
    """Print the sheet for the father's signature, and record that he signed it."""
    catalogue = window.office.catalogue()
    form = build_signed_form(make_plan(catalogue, "birth", None, values), values, parties, "father")  # type: ignore[arg-type]
    printed = RecordSheet(visit=visit, purpose="birth", role="father", personal=SignedForm(form=form))
    sheet = window.door.perform(printed, "clerk-1").sheet
    signed = CoSignOnPaper(visit=visit, purpose="birth", role="father", sheet=sheet)
    window.door.perform(signed, "clerk-1")


def objections(city: City) -> list[tuple[str, str]]:
    """Return reason and sentence of the objections of the center."""
    with city.center.store.read() as tx:
        rows = tx.select("objections")
        return [(row["reason"], describe_objection(tx, row, "Asia/Shanghai")) for row in rows]


@pytest.fixture
def signing(city: City) -> SampleWindow:
    """A window of a city in which the first matter of a birth needs the father's signature."""
    publish_co_signature(city.center.office)
    return city.join("n1", window="w1")


def test_a_case_signed_on_a_sheet_without_a_connection_is_accepted_without_an_objection(
    city: City, signing: SampleWindow
) -> None:
    command = prepare(signing)
    signing.client.flush()
    signing.transport.down = True
    with pytest.raises(Refused) as refused:
        signing.accept(command)
    assert refused.value.reason == "co_signature"
    assert command.personal is not None
    sign_sheet(signing, command.visit, command.personal.values, command.personal.parties)
    number = signing.accept(command)
    signing.transport.down = False
    city.exchange_all()
    assert objections(city) == []
    (row,) = city.center.select("case_co_signatures", case_number=number)
    assert (row["role"], row["how"], row["sheet"][:3]) == ("father", "signed", "CS-")
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
@pytest.mark.parametrize(
    ("is_signed", "sentence"),
    [
        (False, "The case needs the signature of: Father. The center has no record of it in the visit."),
        (
            True,
            "The case needs the signature of: Father. They signed another form; different are: Name of the child.",
        ),
    ],
)
@pytest.mark.usefixtures("english")
def test_the_center_objects_to_a_missing_signature_and_to_one_for_another_form(
    city: City, signing: SampleWindow, is_signed: bool, sentence: str
) -> None:
    command = prepare(signing)
    assert command.personal is not None
    sign_sheet(signing, command.visit, command.personal.values, command.personal.parties)
    if is_signed:
        signing.client.flush()
    signing.transport.down = True
    number = signing.accept(command)
    signing.transport.down = False
    forged = newest_acceptance(signing)
    if is_signed:
        forged = altered_values(forged, child_name="赵二")
    else:
        with city.center.store.write() as tx:
            tx.delete("co_signatures", visit=command.visit)
    push(signing, forged)
    assert (UNSIGNED, sentence) in objections(city)
    assert city.center.case(number)["state"] == "accepted"


def prepare(window: SampleWindow) -> AcceptCase:
    """Return the acceptance of a birth under the newest catalogue."""
    return msgspec.structs.replace(window.prepare_birth(), catalogue_version=window.office.catalogue().version)


@pytest.mark.wide
@pytest.mark.usefixtures("english")
def test_a_signature_by_a_code_at_the_counter_is_seen_at_the_department(built_city: Path, tmp_path: Path) -> None:
    shutil.copytree(built_city, tmp_path / "city")
    center = open_office(tmp_path / "city")
    publish_co_signature(center)
    codes = tmp_path / "city" / "codes"
    with ExitStack() as opened:
        running = opened.enter_context(run_center(center))
        counter = sign_in(opened, running, tmp_path / "w1", "1001", running.invite(hall="hall", organs=("centre",)))
        department = sign_in(
            opened, running, tmp_path / "d1", "2001",
            running.invite(hall="hall", window="", organs=("health",), kind="department"),
        )  # fmt: skip
        assert counter.counter is not None
        assert department.department is not None
        prepare_birth(counter.counter, (codes / "mother.txt").read_text().strip(), insured=False)
        assert [step.kind for step in intake(counter.counter.read_view()).open_steps] == ["sign"]
        counter.counter.co_sign(fresh_code(center, FATHER))
        receipt = counter.counter.accept_case().receipt
        assert receipt is not None
        number = receipt.id[:12]
        wait_until(lambda: case_exists(center, number))
        with center.store.read() as tx:
            assert tx.select("objections", case_number=number) == []
        task = department.department.claim_next().task
        assert task is not None
        (signed,) = [field.value for field in task.fields if field.label.startswith("Co-signed")]
        assert "by a code" in signed
    center.store.close()


def sign_in(opened: ExitStack, running: RunningCenter, folder: Path, number: str, code: str) -> StaffSession:
    """Enrol a machine over HTTP, run it during the block, and sign in at it."""
    enrol_window_at(folder, str(running.client.base_url), code)
    _window, office, _connection = opened.enter_context(run_window(folder))
    office = replace(office, settings=msgspec.structs.replace(office.settings, code_urls=CODE_URLS))
    return open_workstation(office, NoCamera()).sign_in(number, CITY_PIN)


def case_exists(office: Office, number: str) -> bool:
    with office.store.read() as tx:
        return tx.get("cases", number=number) is not None
