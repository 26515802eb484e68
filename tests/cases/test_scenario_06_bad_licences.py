"""Scenario 6, bad licences, without the sample city: what a register revokes or suspends, and codes that are bad."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clerk_app.composition.list_renewal import ListRenewal
from clerk_app.composition.office import KEYS_FOLDER, Office
from clerk_app.composition.revocation import load_lists
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.licences.crypto.keys import IssuerKey, new_issuer_key
from clerk_app.licences.issuance import sign_licence
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.registered_licence import build_licence_data
from clerk_app.views.counter import CounterView
from clerk_app.views.workstation import Workstation
from tests.cases.imported_city import (
    DRIVER,
    FATHER,
    MOTHER,
    POLICE,
    identify,
    import_rows,
    licence,
    make_code,
    materials,
    read_papers,
    sign_in_clerk,
)
from tests.store_faults import find_faults

pytestmark = pytest.mark.usefixtures("english")


class _Forger:
    """Signs with its own key under the key id of the police."""

    def __init__(self, kid: bytes) -> None:
        self.kid, self._key = kid, new_issuer_key()
        self.algorithm = self._key.algorithm

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def police_key(office: Office) -> IssuerKey:
    """Return the key of the police."""
    return KeyFolder(office.folder / KEYS_FOLDER).find_signing_key(load_lists(office)[0], POLICE, office.utc)


def sign_card(office: Office, signer: IssuerKey | _Forger, hours_ago: int) -> str:
    """Return a code of the mother's card that was valid for an hour."""
    with office.store.read() as tx:
        (row,) = tx.select("licences", identifier=f"SFZ{MOTHER}")
        data = build_licence_data(tx, row)
    return sign_licence(data, signer, office.utc - timedelta(hours=hours_ago), timedelta(hours=1))


def bad_code(office: Office, case: str) -> str:
    """Return a code that is not accepted."""
    if case == "old":
        return sign_card(office, police_key(office), 3)
    if case == "forged":
        return sign_card(office, _Forger(police_key(office).kid), 0)
    if case == "blurred":
        return make_code(office, MOTHER)[:-9] + "000000000"
    code = make_code(office, DRIVER, "0501")
    state = {"revoked": "撤销", "suspended": "暂停"}[case]
    import_rows(office, "licences", [licence("JSZ1", "0501", DRIVER, POLICE, certificateState=state)])
    assert ListRenewal(office).run() == 1
    return code


SENTENCES = {
    "old": "Ask the holder to show a fresh one",
    "forged": "Not genuine: Police did not sign this code",
    "blurred": "damaged",
    "revoked": "Police has revoked or suspended this licence",
    "suspended": "Police has revoked or suspended this licence",
}


def refuse(office: Office, workstation: Workstation, code: str) -> CounterView:
    """Show a code that must be refused; nothing is accepted, and the record has no personal data."""
    counter = sign_in_clerk(workstation)
    view = counter.process_scan(code)
    assert view.applicant is not None
    assert (view.applicant.check.result, view.applicant.name) == ("red", "")
    with pytest.raises(Refused):
        counter.confirm_person()
    begun = counter.begin_draft("birth")
    assert not [row for row in materials(begun).values() if row.state == "held"]
    with pytest.raises(Refused):
        counter.accept_case()
    refusals = [row for row in audit.read_entries(office.store) if row["kind"] == "RefuseCode"]
    assert len(refusals) == 1
    assert refusals[0]["personal"] is None
    assert not any(number.encode() in bytes(refusals[0]["command"]) for number in (MOTHER, FATHER, DRIVER))
    with office.store.read() as tx:
        assert tx.select("cases") == []
    assert read_papers(office) == []
    assert find_faults(office.store) == []
    return view


@pytest.mark.wide
@pytest.mark.parametrize("case", SENTENCES)
def test_a_bad_code_leads_to_no_acceptance_and_leaves_a_line_without_personal_data(
    new_office: Office, new_workstation: Workstation, case: str
) -> None:
    view = refuse(new_office, new_workstation, bad_code(new_office, case))
    assert SENTENCES[case] in view.message
    if case in ("revoked", "suspended"):
        assert "less than 2 minutes old" in view.message  # age of the status list


@pytest.mark.wide
def test_what_a_register_has_revoked_is_not_attached(new_office: Office, new_workstation: Workstation) -> None:
    import_rows(new_office, "licences", [licence("HKB1", "0102", MOTHER, POLICE, 证照状态="撤销")])
    counter = sign_in_clerk(new_workstation)
    identify(counter, make_code(new_office, MOTHER))
    register = materials(counter.begin_draft("birth"))["household-register"]
    assert (register.state_name, register.consent) == ("revoked", "not_needed")
    assert "Revoked by its issuer" in register.reason


@pytest.mark.wide
def test_the_code_of_somebody_else_does_not_replace_the_person_served(
    new_office: Office, new_workstation: Workstation
) -> None:
    counter = sign_in_clerk(new_workstation)
    identify(counter, make_code(new_office, MOTHER))
    view = counter.process_scan(make_code(new_office, FATHER))
    assert view.applicant is not None
    assert view.applicant.name == "令狐晓雯"
    assert "choose the one thing first" in view.message  # then the clerk says which party this is
