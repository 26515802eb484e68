"""Trust lists at a counter: missing in a new office, and replaced by older ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta

from clerk_app.composition.office import SEEN_LISTS_FILE, TRUST_FOLDER, Office
from clerk_app.licences.crypto.keys import IssuerKey
from clerk_app.licences.reasons import ListFault, Reason
from clerk_app.licences.trust_folder import TrustFolder
from clerk_app.licences.trust_list import TrustList, sign_trust_list
from clerk_app.views.counter import CounterService

Code = Callable[[str], str]


def test_an_office_without_a_trust_list_rejects_signed_codes_with_a_reason(
    counter: CounterService, code: Code, office: Office
) -> None:
    shutil.rmtree(office.folder / "trust")
    (office.folder / "trust").mkdir()
    trust, _status = office.read_trust_lists()
    assert isinstance(trust, ListFault)
    assert trust.finding.reason is Reason.TRUST_MISSING
    counter.call_next()
    view = counter.process_scan(code("mother"))
    assert view.applicant is not None
    assert view.applicant.check.result == "red"
    assert "list of trusted issuers" in view.message


def test_an_older_trust_list_in_the_folder_is_rejected(counter: CounterService, code: Code, office: Office) -> None:
    folder = office.folder / "trust"
    shutil.copytree(folder, office.folder / "yesterday")
    trust, _status = office.read_trust_lists()
    assert isinstance(trust, TrustList)
    root = IssuerKey.load(office.folder / "keys" / "root.pem")
    newer = sign_trust_list(trust.version + 1, list(trust.keys.values()), root, office.utc - timedelta(minutes=1))
    TrustFolder(folder).save_trust_list(newer)
    assert isinstance(office.read_trust_lists()[0], TrustList)
    shutil.rmtree(folder)
    (office.folder / "yesterday").rename(folder)
    counter.call_next()
    view = counter.process_scan(code("mother"))
    assert view.applicant is not None
    assert view.applicant.check.result == "red"
    assert "older than one already seen" in view.message


def test_the_seen_versions_of_the_lists_are_kept_outside_their_folder(office: Office) -> None:
    office.read_trust_lists()
    assert (office.folder / SEEN_LISTS_FILE).exists()
    assert not list((office.folder / TRUST_FOLDER).glob("*.json"))
