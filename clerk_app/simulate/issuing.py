"""The sample city as an issuer: its keys, the lists that counters check against, and the codes its citizens carry.

keys/root.pem, keys/CREDIT-CODE.pem   private keys, readable by their owner alone
trust/root.pem                        the public root that counters pin
trust/trust.cose, trust/status/       who may sign what; what was revoked
codes/NAME.txt, codes/NAME.png        a signed code, as text and to hold before a camera; `expired` and `forged` too
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import msgspec

from clerk_app.desks.office import Office
from clerk_app.licences import (
    IssuerKey,
    Licence,
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
from clerk_app.simulate.city_data import CityData, Issuer
from db.engines import Row, Transaction

STATUS_LIST = 1
STATUS_SIZE = 4096  # licences that one list has room for
_LISTS_OLD = timedelta(hours=12)  # a trust list of more than a day is a doubt at the window
_CODE_LIFE = timedelta(days=30)
_CODE_LEFT = timedelta(days=3)
_KEY_BEFORE, _KEY_AFTER = timedelta(days=400), timedelta(days=800)
_ENDED = {Reason.EXPIRED, Reason.UNKNOWN_ISSUER}
_CARRIED = {"name", "id_number", "credit_code", "address"}  # claims that have a place of their own in a code


def make_keys(folder: Path, issuers: tuple[Issuer, ...]) -> None:
    """New keys for the root and for each issuer, and the public root beside the lists."""
    keys = folder / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    root = new_issuer_key()
    root.save(keys / "root.pem")
    root.save_public(folder / "trust" / "root.pem")
    for issuer in issuers:
        new_issuer_key().save(keys / f"{issuer.credit_code}.pem")


def sign_lists(office: Office, issuers: tuple[Issuer, ...]) -> None:
    """Writes the trust list and every list of revoked licences as they are now."""
    now, keys, lists = office.utc, office.folder / "keys", TrustFolder(office.folder / "trust")
    trusted = []
    with office.store.read() as look:
        revoked = [row for row in look.rows("licences") if row["state"] == "revoked"]
    for issuer in issuers:
        key = IssuerKey.load(keys / f"{issuer.credit_code}.pem")
        names = {"zh": issuer.name.zh, "en": issuer.name.en}
        starts, ends = now - _KEY_BEFORE, now + _KEY_AFTER
        trusted.append(TrustedKey(key.public, issuer.credit_code, names, starts, ends, frozenset(issuer.types)))
        places = [row["status_index"] for row in revoked if row["issuer_code"] == issuer.credit_code]
        bits = pack_bits(places, STATUS_SIZE)
        signed = write_status(status_uri(issuer.credit_code, STATUS_LIST), bits, key, now)
        lists.keep_status(issuer.credit_code, STATUS_LIST, signed)
    root = IssuerKey.load(keys / "root.pem")
    # the second as the version: it only grows, and nothing has to be remembered
    lists.keep_trust(write_trust(int(now.timestamp()), trusted, root, now))


def sign_codes(office: Office, data: CityData) -> None:
    """Writes a fresh signed code for every licence that has one, and two bad ones to try the check with."""
    for held in data.licences:
        if held.code is None:
            continue
        with office.store.read() as look:
            row = look.row("licences", id=held.id)
            assert row is not None  # the city registered it before
            licence = _signed_content(look, row)
        key = IssuerKey.load(office.folder / "keys" / f"{licence.issuer_code}.pem")
        _keep_code(office.folder, held.code, sign_licence(licence, key, office.utc, _CODE_LIFE))
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


def _signed_content(look: Transaction, row: Row) -> Licence:
    """What the code of a registered licence says."""
    claims: dict[str, str] = msgspec.json.decode(row["claims"])
    person, organisation = look.row("persons", id=row["holder"]), look.row("organisations", id=row["holder"])
    holder = person or organisation
    assert holder is not None
    return Licence(
        issuer_code=row["issuer_code"],
        licence_type=row["kind"],
        holder_name=holder["name"],
        holder_id_number=person["id_number"] if person else holder["credit_code"],
        licence_number=row["identifier"],
        address=claims.get("address", ""),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        status_list=STATUS_LIST,
        status_index=row["status_index"],
        extra={name: value for name, value in claims.items() if name not in _CARRIED},
    )
