"""The sample city as an issuer: its keys, the lists that counters check against, and the codes its citizens carry.

keys/root.pem, keys/CREDIT-CODE.pem   private keys, readable by their owner alone
trust/root.pem                        the public root that counters pin
trust/trust.cose, trust/status/       who may sign what; what was revoked
codes/NAME.txt, codes/NAME.png        a signed code, as text and to hold before a camera; `expired` and `forged` too
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from clerk_app.desks.office import KEYS, TRUST, Office
from clerk_app.licences import (
    IssuerKey,
    ListFault,
    Reason,
    TrustedKey,
    TrustFolder,
    new_issuer_key,
    pack_bits,
    save_png,
    sign_licence,
    status_uri,
    verify,
    write_status,
    write_trust,
)
from clerk_app.licences.keys import KeyFolder
from clerk_app.licences.registered import STATUS_LIST, registered_licence
from clerk_app.licences.seen import ROOT
from clerk_app.simulate.city_data import CityData, Issuer

STATUS_SIZE = 4096  # licences that one list has room for
_LISTS_OLD = timedelta(hours=12)  # a trust list of more than a day is a doubt at the window
_CODE_LIFE = timedelta(days=30)
_CODE_LEFT = timedelta(days=3)
_KEY_BEFORE, _KEY_AFTER = timedelta(days=400), timedelta(days=800)
_ENDED = {Reason.EXPIRED, Reason.UNKNOWN_ISSUER}


def make_keys(folder: Path, issuers: tuple[Issuer, ...]) -> None:
    """New keys for the root and for each issuer, and the public root beside the lists."""
    keys = folder / KEYS
    keys.mkdir(mode=0o700, exist_ok=True)
    root = new_issuer_key()
    root.save(keys / "root.pem")
    root.save_public(folder / TRUST / ROOT)
    for issuer in issuers:
        new_issuer_key().save(keys / f"{issuer.credit_code}.pem")


def sign_lists(office: Office, issuers: tuple[Issuer, ...]) -> None:
    """Writes the trust list and every list of revoked licences as they are now; replaced keys stay while they live."""
    now, keys, lists = office.utc, KeyFolder(office.folder / KEYS), TrustFolder(office.folder / TRUST)
    before, _status = office.trust()
    trusted = [] if isinstance(before, ListFault) else [key for key in before.keys.values() if now < key.valid_until]
    with office.store.read() as look:
        revoked = [row for row in look.rows("licences") if row["state"] == "revoked"]
    for issuer in issuers:
        if isinstance(before, ListFault):
            key = IssuerKey.load(keys.path / f"{issuer.credit_code}.pem")
        else:
            key = keys.signing(before, issuer.credit_code, now)
        names = {"zh": issuer.name.zh, "en": issuer.name.en}
        starts, ends = now - _KEY_BEFORE, now + _KEY_AFTER
        trusted = [one for one in trusted if one.public != key.public]
        trusted.append(TrustedKey(key.public, issuer.credit_code, names, starts, ends, frozenset(issuer.types)))
        places = [row["status_index"] for row in revoked if row["issuer_code"] == issuer.credit_code]
        bits = pack_bits(places, STATUS_SIZE)
        signed = write_status(status_uri(issuer.credit_code, STATUS_LIST), bits, key, now)
        lists.keep_status(issuer.credit_code, STATUS_LIST, signed)
    # the second as the version: it only grows
    version = max(int(now.timestamp()), 0 if isinstance(before, ListFault) else before.version + 1)
    lists.keep_trust(write_trust(version, trusted, IssuerKey.load(keys.path / "root.pem"), now))


def sign_codes(office: Office, data: CityData) -> None:
    """Writes a fresh signed code for every licence that has one, and two bad ones to try the check with."""
    trust, _status = office.trust()
    if isinstance(trust, ListFault):
        raise trust
    keys = KeyFolder(office.folder / KEYS)
    for held in data.licences:
        if held.code is None:
            continue
        with office.store.read() as look:
            row = look.row("licences", id=held.id)
            assert row is not None  # the city registered it before
            licence = registered_licence(look, row)
        key = keys.signing(trust, licence.issuer_code, office.utc, licence.licence_type)
        _keep_code(office.folder, held.code, keys.sign(licence, key, office.utc, _CODE_LIFE))
        if held.code == data.code_names()[0]:
            past = office.utc - timedelta(days=2)
            _keep_code(office.folder, "expired", sign_licence(licence, key, past, timedelta(hours=1)))
            _keep_code(office.folder, "forged", sign_licence(licence, _Forger(key.kid), office.utc, _CODE_LIFE))


def lists_are_old(office: Office) -> bool:
    """Whether a counter would soon doubt the lists."""
    trust, _status = office.trust()
    return isinstance(trust, ListFault) or not timedelta() <= trust.age(office.utc) <= _LISTS_OLD


def codes_are_old(office: Office, data: CityData) -> bool:
    """Whether a code is missing or about to end."""
    trust, status = office.trust()
    for name in data.code_names():
        file = office.folder / "codes" / f"{name}.txt"
        if (
            not file.exists()
            or verify(file.read_text("ascii"), trust, status, office.utc + _CODE_LEFT).reason in _ENDED
        ):
            return True
    return False


@dataclass(frozen=True)
class _Forger:
    """Signs with a key of its own under somebody else's name."""

    kid: bytes
    own: IssuerKey = field(default_factory=new_issuer_key)

    @property
    def algorithm(self) -> int:
        return self.own.algorithm

    def sign(self, message: bytes) -> bytes:
        return self.own.sign(message)


def _keep_code(folder: Path, name: str, text: str) -> None:
    codes = folder / "codes"
    codes.mkdir(exist_ok=True)
    (codes / f"{name}.txt").write_text(text, "ascii")
    save_png(text, codes / f"{name}.png")
    (folder / "films" / f"{name}.avi").unlink(missing_ok=True)  # it shows the code of before
