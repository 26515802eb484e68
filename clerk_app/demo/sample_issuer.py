"""The sample city as an issuer: its keys, trust lists, and the codes of its citizens.

keys/root.pem, keys/CREDIT-CODE.pem   private keys, readable by their owner alone
trust/root.pem                        the public root key that counters pin
trust/trust.cose, trust/status/       trusted issuers; revoked licences
codes/NAME.txt, codes/NAME.png        a signed code as text and as a picture; also `expired` and `forged`
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from clerk_app.composition.office import KEYS_FOLDER, TRUST_FOLDER, Office
from clerk_app.demo.city_data import CityData, IssuerData
from clerk_app.demo.stale_codes import CODES_FOLDER
from clerk_app.errors import BadData
from clerk_app.licences.crypto.keys import IssuerKey, new_issuer_key
from clerk_app.licences.issuance import sign_licence
from clerk_app.licences.issuer_keys import KeyFolder
from clerk_app.licences.list_versions import ROOT_KEY_FILE
from clerk_app.licences.qr_code import save_png
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.registered_licence import STATUS_LIST_NUMBER, build_licence_data
from clerk_app.licences.status_list import build_status_uri, pack_status_bits, sign_status_list
from clerk_app.licences.trust_folder import TrustFolder
from clerk_app.licences.trust_list import TrustedKey, sign_trust_list
from db.files import create_folder, replace_file

STATUS_SIZE = 4096  # capacity of a status list
_CODE_LIFETIME = timedelta(days=30)
_KEY_VALID_BEFORE, _KEY_VALID_AFTER = timedelta(days=400), timedelta(days=800)


def make_keys(folder: Path, issuers: tuple[IssuerData, ...]) -> None:
    """Create keys for the root and each issuer, and write the public root key to the folder of the trust lists."""
    keys = folder / KEYS_FOLDER
    create_folder(keys)
    root = new_issuer_key()
    root.save(keys / "root.pem")
    root.save_public(folder / TRUST_FOLDER / ROOT_KEY_FILE)
    for issuer in issuers:
        new_issuer_key().save(keys / f"{issuer.credit_code}.pem")


def sign_trust_lists(office: Office, issuers: tuple[IssuerData, ...]) -> None:
    """Write the trust list and every status list as of now; replaced keys stay trusted until they expire."""
    now, keys, lists = office.utc, KeyFolder(office.folder / KEYS_FOLDER), TrustFolder(office.folder / TRUST_FOLDER)
    previous, _status = office.read_trust_lists()
    trusted = (
        [] if isinstance(previous, ListFault) else [key for key in previous.keys.values() if now < key.valid_until]
    )
    with office.store.read() as tx:
        revoked = [row for row in tx.select("licences") if row["state"] == "revoked"]
    for issuer in issuers:
        if isinstance(previous, ListFault):
            key = IssuerKey.load(keys.path / f"{issuer.credit_code}.pem")
        else:
            key = keys.find_signing_key(previous, issuer.credit_code, now)
        names = {"zh": issuer.name.zh, "en": issuer.name.en}
        starts, ends = now - _KEY_VALID_BEFORE, now + _KEY_VALID_AFTER
        trusted = [other for other in trusted if other.public != key.public]
        trusted.append(TrustedKey(key.public, issuer.credit_code, names, starts, ends, frozenset(issuer.types)))
        indexes = [row["status_index"] for row in revoked if row["issuer_code"] == issuer.credit_code]
        bits = pack_status_bits(indexes, STATUS_SIZE)
        signed = sign_status_list(build_status_uri(issuer.credit_code, STATUS_LIST_NUMBER), bits, key, now)
        lists.save_status_list(issuer.credit_code, STATUS_LIST_NUMBER, signed)
    # the version is the time in seconds, so that it only grows
    version = max(int(now.timestamp()), 0 if isinstance(previous, ListFault) else previous.version + 1)
    lists.save_trust_list(sign_trust_list(version, trusted, IssuerKey.load(keys.path / "root.pem"), now))


def sign_codes(office: Office, data: CityData) -> None:
    """Write a new signed code for every licence that has one, and an expired and a forged code."""
    trust, _status = office.read_trust_lists()
    if isinstance(trust, ListFault):
        raise trust
    keys = KeyFolder(office.folder / KEYS_FOLDER)
    for held in data.licences:
        if held.code is None:
            continue
        with office.store.read() as tx:
            row = tx.get("licences", id=held.id)
            if row is None:
                raise BadData("Licence {licence} is not in the register.", licence=held.id)
            licence = build_licence_data(tx, row)
        key = keys.find_signing_key(trust, licence.issuer_code, office.utc, licence.licence_type)
        _write_code(office.folder, held.code, keys.sign_code(licence, key, office.utc, _CODE_LIFETIME))
        if held.code == data.code_names()[0]:
            past = office.utc - timedelta(days=2)
            _write_code(office.folder, "expired", sign_licence(licence, key, past, timedelta(hours=1)))
            _write_code(office.folder, "forged", sign_licence(licence, _Forger(key.kid), office.utc, _CODE_LIFETIME))


@dataclass(frozen=True)
class _Forger:
    """Signs with its own key under the key id of another issuer."""

    kid: bytes
    key: IssuerKey = field(default_factory=new_issuer_key)

    @property
    def algorithm(self) -> int:
        return self.key.algorithm

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message)


def _write_code(folder: Path, name: str, text: str) -> None:
    codes = folder / CODES_FOLDER
    create_folder(codes)
    replace_file(codes / f"{name}.txt", text.encode("ascii"))
    save_png(text, codes / f"{name}.png")
    (folder / "films" / f"{name}.avi").unlink(missing_ok=True)  # the film shows the old code
