"""Status lists and trust lists that the machine of an issuing organ sends: verified, newer ones only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from clerk_app.composition.office import TRUST_FOLDER
from clerk_app.licences.crypto.keys import IssuerKey, new_issuer_key
from clerk_app.licences.status_list import build_status_uri, pack_status_bits, sign_status_list
from clerk_app.licences.trust_list import TrustedKey, TrustList, sign_trust_list
from tests.center.feed_machine import FeedMachine, join_feed
from tests.office import SampleOffice
from tests.registry.source_data import ISSUER_CODE
from tests.sample_node import RunningCenter

pytestmark = pytest.mark.wide
NAMES = {"zh": "示范市公安局", "en": "Police"}
HOUR = timedelta(hours=1)


class Issuer:
    """The keys of an issuing organ and of the root, and the machine that sends their lists."""

    def __init__(self, served: RunningCenter, office: SampleOffice) -> None:
        self.root, self.key, self.office = new_issuer_key(), new_issuer_key(), office
        (office.office.folder / TRUST_FOLDER).mkdir(exist_ok=True)
        self.root.save_public(office.office.folder / TRUST_FOLDER / "root.pem")
        self.feed: FeedMachine = join_feed(served, office)
        self.now = datetime.fromtimestamp(office.clock() / 1_000_000, UTC)

    def put(self, path: str, content: bytes) -> int:
        return self.feed.node.request("PUT", f"/v1/registry/{path}", content).status_code

    def trust(self, version: int, root: IssuerKey | None = None, *, age: timedelta = HOUR) -> bytes:
        year = timedelta(days=365)
        trusted = TrustedKey(self.key.public, ISSUER_CODE, NAMES, self.now - year, self.now + year, frozenset({"0101"}))
        return sign_trust_list(version, [trusted], root or self.root, self.now - age)

    def status(self, age: timedelta, *, key: IssuerKey | None = None, issuer: str = ISSUER_CODE) -> bytes:
        return sign_status_list(build_status_uri(issuer, 1), pack_status_bits([3], 16), key or self.key, self.now - age)

    def read(self) -> tuple[int, bool | None]:
        """Return the version of the trust list, and whether licence 3 is revoked."""
        trust, status = self.office.office.read_trust_lists()
        assert isinstance(trust, TrustList)
        return trust.version, status.find(build_status_uri(ISSUER_CODE, 1), NAMES).is_revoked(3)


@pytest.fixture
def issuer(served: RunningCenter, office: SampleOffice) -> Issuer:
    return Issuer(served, office)


def test_lists_are_replaced_by_newer_ones_alone(issuer: Issuer) -> None:
    assert issuer.put("trust-list", issuer.trust(5)) == 204
    status = issuer.status(2 * HOUR)
    assert [issuer.put("status-lists/1", content) for content in (status, status)] == [204, 204]
    before = len(issuer.office.entries())
    assert issuer.read() == (5, True)
    assert issuer.put("status-lists/1", issuer.status(3 * HOUR)) == 409
    assert issuer.put("trust-list", issuer.trust(5, age=2 * HOUR)) == 409
    assert issuer.put("trust-list", issuer.trust(4)) == 409
    assert len(issuer.office.entries()) == before
    assert issuer.put("trust-list", issuer.trust(6)) == 204
    assert issuer.put("status-lists/1", issuer.status(HOUR)) == 204
    assert issuer.read() == (6, True)
    assert len(issuer.office.entries()) == before + 2


def test_forged_lists_and_lists_of_the_future_are_refused(issuer: Issuer) -> None:
    stranger = new_issuer_key()
    assert issuer.put("status-lists/1", issuer.status(HOUR)) == 400  # no trust list yet
    assert issuer.put("trust-list", issuer.trust(1, stranger)) == 400
    assert issuer.put("trust-list", issuer.trust(1, age=-2 * HOUR)) == 409
    assert issuer.put("trust-list", issuer.trust(1)) == 204
    assert issuer.put("status-lists/1", issuer.status(HOUR, key=stranger)) == 400
    assert issuer.put("status-lists/1", issuer.status(HOUR, issuer="11310000002420426M")) == 409  # not granted
    assert issuer.put("status-lists/2", issuer.status(HOUR)) == 400  # signed for another number
    assert issuer.put("status-lists/1", issuer.status(-2 * HOUR)) == 409
    assert issuer.put("status-lists/1", b"") == issuer.put("trust-list", b"\x00" * 100) == 400
    assert issuer.put("status-lists/x", issuer.status(HOUR)) == 404
    assert not list((issuer.office.office.folder / TRUST_FOLDER).glob("status/*"))
