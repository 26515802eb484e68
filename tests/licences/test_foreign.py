"""Codes of other issuers: explained where they are disabled, verified where a city enables them."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import base45
import cbor2
import pytest
from msgspec.structs import replace

from clerk_app.licences.code_formats import recognise_code, verify_code
from clerk_app.licences.code_verification import Result, VerificationContext
from clerk_app.licences.crypto.cbor import FOREIGN_RULES, decode
from clerk_app.licences.crypto.certificates import read_certificate
from clerk_app.licences.crypto.cose import (
    EDDSA,
    ES256,
    CoseError,
    PublicKey,
    create_sign1_with_headers,
    read_foreign_sign1,
)
from clerk_app.licences.crypto.keys import new_issuer_key
from clerk_app.licences.encoding import CodeRejected, decode_base45, decompress
from clerk_app.licences.foreign.claim169 import EncryptedCodeError, decrypt_if_needed, read_fields
from clerk_app.licences.foreign.verification import ForeignVerdict
from clerk_app.licences.reasons import ListFault, Reason
from clerk_app.licences.recognised_code import CodePolicy, ForeignCode, UnsupportedCode
from clerk_app.licences.trust_folder import StatusLists
from clerk_app.licences.trust_list import TrustedKey, TrustList
from tests.licences.health_authority import CLAIMS, CLOCK, SECOND, VACCINATION, certificate, signed_certificate
from tests.licences.issuing_city import HOUSING, IssuingCity

ON = CodePolicy(enabled_formats=frozenset({"HC1", "claim-169"}))
THEN = datetime.fromtimestamp(1_700_000_500, UTC)
PEOPLE = {1: "https://id.example", 4: 1_800_000_000, 6: 1_700_000_000, 169: {1: "ID-1", 4: "Jane Doe", 8: "19900515"}}


def trust_list_with(city: IssuingCity, key: PublicKey, now: datetime, *types: str) -> TrustList:
    names = {"zh": "市卫生健康委", "en": "Health Commission"}
    day = timedelta(days=10)
    trusted = TrustedKey(key, HOUSING, names, now - day, now + day, frozenset(types))
    return replace(city.trust_list([trusted]), issued_at=now)


def encode_text(cose: bytes, prefix: str = "") -> str:
    text: bytes = base45.b45encode(zlib.compress(cose))
    return prefix + text.decode()


def health_code(cose: bytes | None = None) -> str:
    return encode_text(signed_certificate() if cose is None else cose, "HC1:")


def last_bit_changed(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def verify(text: str, trust: TrustList | ListFault, now: datetime, *secrets: bytes) -> ForeignVerdict:
    code = recognise_code(text, ON)
    assert isinstance(code, ForeignCode)
    verdict = verify_code(code, VerificationContext(trust=trust, status=StatusLists(), now=now, secrets=secrets))
    assert isinstance(verdict, ForeignVerdict)
    assert all(verdict.sentences())
    assert (verdict.claims is None) == (verdict.result is Result.RED)
    assert verdict.result is not Result.GREEN
    json.dumps(verdict.to_dict())
    return verdict


@pytest.fixture(scope="module")
def ministry(city: IssuingCity) -> TrustList:
    return trust_list_with(city, read_certificate(certificate()).key, CLOCK, "HC1:v", "HC1:t")


@pytest.fixture(scope="module")
def people(city: IssuingCity) -> Any:
    key = new_issuer_key()
    return key, trust_list_with(city, key.public, THEN, "claim-169")


def test_foreign_codes_are_explained_if_not_enabled(people: Any) -> None:
    key, _trust = people
    identity = encode_text(create_sign1_with_headers(cbor2.dumps({1: -7}), cbor2.dumps(PEOPLE), key))
    for text in (health_code(), identity):
        found = recognise_code(text)
        assert isinstance(found, UnsupportedCode)
        assert found.sentence()
        assert isinstance(recognise_code(text, ON), ForeignCode)
    assert isinstance(recognise_code(identity, CodePolicy(enabled_formats=frozenset({"HC1"}))), UnsupportedCode)


def test_a_health_certificate_of_a_trusted_key_is_genuine_with_a_warning(ministry: TrustList) -> None:
    verdict = verify(health_code(), ministry, CLOCK)
    assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.NO_STATUS)
    assert verdict.claims is not None
    assert (verdict.claims.holder_name, verdict.claims.birth_date) == ("Mustermann Erika", "1964-08-12")
    assert verdict.claims.kinds == ("HC1:v",)
    assert "Erika" in verdict.sentences()[0]
    assert verdict.to_dict()["format"] == "HC1"


def test_certificates_of_the_eu_test_data_are_verified(city: IssuingCity, third_party: Path) -> None:
    folder = third_party / "hcert" / "SK" / "2DCode" / "raw"
    for file in sorted(folder.glob("*.json")):
        vector = json.loads(file.read_text("utf-8-sig"))
        der = base64.b64decode(vector["TESTCTX"]["CERTIFICATE"])
        now = datetime.fromisoformat(vector["TESTCTX"]["VALIDATIONCLOCK"])
        trust = trust_list_with(city, read_certificate(der).key, now, "HC1:v", "HC1:t", "HC1:r")
        assert verify(vector["PREFIX"], trust, now).result is Result.AMBER


@pytest.mark.parametrize(
    ("text", "now", "reason"),
    [
        (health_code(signed_certificate(protected={1: -7, 4: b"otherkid"})), CLOCK, Reason.UNKNOWN_ISSUER),
        (health_code(signed_certificate(protected={1: -7})), CLOCK, Reason.UNKNOWN_ISSUER),
        (health_code(signed_certificate(protected={1: -37}, unprotected={4: b"x"})), CLOCK, Reason.UNKNOWN_ISSUER),
        (health_code(last_bit_changed(signed_certificate())), CLOCK, Reason.NOT_GENUINE),
        (health_code(signed_certificate({**CLAIMS, 4: SECOND - 1})), CLOCK, Reason.EXPIRED),
        (health_code(signed_certificate({**CLAIMS, 4: SECOND * 1000})), CLOCK, Reason.BAD_TIME),
        (health_code(signed_certificate({**CLAIMS, 6: SECOND + 3600})), CLOCK, Reason.ISSUED_IN_FUTURE),
        (health_code(signed_certificate({**CLAIMS, 5: SECOND + 3600})), CLOCK, Reason.NOT_YET),
        (health_code(signed_certificate({k: v for k, v in CLAIMS.items() if k != 4})), CLOCK, Reason.NO_EXPIRY),
        (health_code(signed_certificate({1: "XX", 4: SECOND + 9, 6: SECOND})), CLOCK, Reason.BAD_CONTENT),
        (health_code(signed_certificate({**CLAIMS, -260: {1: {"r": [{"tg": "1"}]}}})), CLOCK, Reason.NO_AUTHORITY),
        (health_code(signed_certificate({**CLAIMS, -260: {1: {"ver": "1"}}})), CLOCK, Reason.NO_AUTHORITY),
        ("HC1:" + base45.b45encode(signed_certificate()).decode(), CLOCK, Reason.BAD_COMPRESSION),
        ("HC1:%%%", CLOCK, Reason.BAD_BASE45),
        ("HC1:", CLOCK, Reason.BAD_COMPRESSION),
        (health_code(b"\xd1" + signed_certificate()), CLOCK, Reason.BAD_STRUCTURE),
        (health_code(), CLOCK + timedelta(hours=2), None),
        (health_code(), CLOCK + timedelta(days=9), Reason.TRUST_STALE),
    ],
    ids=[str(number) for number in range(18)],  # the texts differ from run to run
)
def test_each_fault_of_a_health_certificate_has_its_reason(
    ministry: TrustList, text: str, now: datetime, reason: Reason | None
) -> None:
    verdict = verify(text, ministry, now)
    assert verdict.reason is (reason or Reason.NO_STATUS)


def test_period_and_types_of_a_trusted_key_apply_to_foreign_codes(city: IssuingCity) -> None:
    key = read_certificate(certificate("p256", (VACCINATION,))).key
    text = health_code(signed_certificate(usages=(VACCINATION,)))
    good = trust_list_with(city, key, CLOCK, "HC1:v")
    assert verify(text, good, CLOCK).result is Result.AMBER
    assert verify(text, trust_list_with(city, key, CLOCK, "HC1:t"), CLOCK).reason is Reason.NO_AUTHORITY
    assert verify(text, trust_list_with(city, key, CLOCK, "0101"), CLOCK).reason is Reason.UNKNOWN_ISSUER
    retired = {kid: replace(key, valid_until=CLOCK) for kid, key in good.keys.items()}
    assert verify(text, replace(good, keys=retired), CLOCK).reason is Reason.KEY_RETIRED
    assert verify(text, ListFault(Reason.TRUST_MISSING), CLOCK).reason is Reason.TRUST_MISSING


def test_an_rsa_key_can_be_on_the_trust_list(city: IssuingCity) -> None:
    trust = trust_list_with(city, read_certificate(certificate("rsa")).key, CLOCK, "HC1:v")
    assert verify(health_code(signed_certificate(kind="rsa")), trust, CLOCK).result is Result.AMBER


def test_a_key_for_foreign_codes_never_signs_a_licence(city: IssuingCity) -> None:
    """A key that is trusted with foreign codes has no licence type."""
    trust = trust_list_with(city, city.housing.public, CLOCK, "HC1:v")
    issued = city.verify(city.licence_code(), replace(trust, issued_at=city.lists_issued_at, keys=trust.keys))
    assert issued.result is Result.RED


def test_an_identity_code_is_genuine_with_a_warning(people: Any) -> None:
    key, trust = people
    for head in ({1: -7}, {1: -7, 4: key.kid}):
        verdict = verify(
            encode_text(create_sign1_with_headers(cbor2.dumps(head), cbor2.dumps(PEOPLE), key)), trust, THEN
        )
        assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.NO_STATUS)
        assert verdict.claims is not None
        assert (verdict.claims.holder_name, verdict.claims.birth_date) == ("Jane Doe", "19900515")
        assert verdict.claims.stated_issuer == "https://id.example"


def test_each_fault_of_an_identity_code_has_its_reason(people: Any) -> None:
    key, trust = people

    def reason(claims: object, head: dict[int, object] | None = None, signer: Any = key) -> Reason | None:
        message = create_sign1_with_headers(cbor2.dumps({1: -7} if head is None else head), cbor2.dumps(claims), signer)
        return verify(encode_text(message), trust, THEN).reason

    assert reason(PEOPLE, signer=new_issuer_key()) is Reason.NOT_GENUINE
    assert reason(PEOPLE, {1: -7, 4: b"unknown!"}) is Reason.UNKNOWN_ISSUER
    assert reason(PEOPLE, {1: -8}) is Reason.NOT_GENUINE
    assert reason(PEOPLE, {}) is Reason.NOT_GENUINE
    assert reason({**PEOPLE, 4: 1_600_000_000}) is Reason.EXPIRED
    assert reason({**PEOPLE, 5: 1_750_000_000}) is Reason.NOT_YET
    assert reason({k: v for k, v in PEOPLE.items() if k != 169}) is Reason.BAD_CONTENT
    assert reason({**PEOPLE, 169: {1: "ID"}}) is Reason.BAD_CONTENT
    assert reason([PEOPLE]) is Reason.BAD_CONTENT
    assert reason({**PEOPLE, 169: {4: "\x1b[2J\u202eJane"}}) is Reason.HIDDEN_CHARACTERS


# claim 169 vectors that nobody here wrote


def unpacked(vector: dict[str, Any]) -> bytes:
    return decompress(decode_base45(vector["qr_data"]), required=True)


def payload(vector: dict[str, Any]) -> bytes:
    """Return the claims of a vector, signed or not, encrypted or not."""
    data = decrypt_if_needed(unpacked(vector), secrets_of(vector))
    return data if vector["name"] == "encrypted-aes256" else read_foreign_sign1(data).payload


def secrets_of(vector: dict[str, Any]) -> tuple[bytes, ...]:
    key = vector.get("encryption_key")
    return (bytes.fromhex(key["symmetric_key_hex"]),) if key else ()


def test_every_valid_identity_vector_has_the_expected_claims(third_party: Path) -> None:
    files = sorted((third_party / "claim169" / "test-vectors").glob("valid/*.json"))
    files += [third_party / "claim169" / "test-vectors" / "edge" / "unknown-fields.json"]
    assert len(files) > 1
    for file in files:
        vector = json.loads(file.read_text("utf-8"))
        claims = decode(payload(vector), FOREIGN_RULES)
        assert isinstance(claims, dict)
        fields = read_fields(claims)
        expects = {
            name: str(value) for name, value in vector["expected_claim169"].items() if isinstance(value, str | int)
        }
        expects.pop("photoFormat", None)
        assert fields == expects, file.name
        meta = vector["expected_cwt_meta"]
        assert (claims[1], claims[4], claims[6]) == (meta["issuer"], meta["expiresAt"], meta["issuedAt"])


def test_signed_identity_vectors_are_genuine_only_with_their_own_key(city: IssuingCity, third_party: Path) -> None:
    tried = 0
    for file in sorted((third_party / "claim169" / "test-vectors" / "valid").glob("*.json")):
        vector = json.loads(file.read_text("utf-8"))
        now = datetime.fromtimestamp(vector["expected_cwt_meta"]["issuedAt"] + 60, UTC)
        stranger = trust_list_with(city, new_issuer_key(EDDSA).public, now, "claim-169")
        assert verify(vector["qr_data"], stranger, now, *secrets_of(vector)).result is Result.RED
        if "signing_key" not in vector:
            continue
        tried += 1
        algorithm = {"ES256": ES256, "EdDSA": EDDSA}[vector["signing_key"]["algorithm"]]
        key = PublicKey(b"vector", algorithm, bytes.fromhex(vector["signing_key"]["public_key_hex"]))
        trust = trust_list_with(city, key, now, "claim-169")
        verdict = verify(vector["qr_data"], trust, now, *secrets_of(vector))
        assert (verdict.result, verdict.reason) == (Result.AMBER, Reason.NO_STATUS), file.name
        late = datetime.fromtimestamp(vector["expected_cwt_meta"]["expiresAt"], UTC)
        expired = verify(vector["qr_data"], trust_list_with(city, key, late, "claim-169"), late, *secrets_of(vector))
        assert expired.reason is Reason.EXPIRED
    assert tried == 3


def test_an_encrypted_code_without_its_key_is_rejected_as_encrypted(city: IssuingCity, third_party: Path) -> None:
    vector = json.loads((third_party / "claim169/test-vectors/valid/encrypted-signed.json").read_text("utf-8"))
    trust = trust_list_with(city, new_issuer_key().public, THEN, "claim-169")
    assert verify(vector["qr_data"], trust, THEN).reason is Reason.ENCRYPTED
    assert verify(vector["qr_data"], trust, THEN, bytes(32), bytes(16)).reason is Reason.ENCRYPTED
    changed = bytearray(unpacked(vector))
    changed[-1] ^= 1
    with pytest.raises(EncryptedCodeError):
        decrypt_if_needed(bytes(changed), secrets_of(vector))


def test_expired_and_future_identity_vectors_fail_only_because_of_the_clock(third_party: Path) -> None:
    for name, moment in (("expired", 1_609_459_200), ("not-yet-valid", 2_524_608_000)):
        vector = json.loads((third_party / f"claim169/test-vectors/edge/{name}.json").read_text("utf-8"))
        claims = decode(payload(vector), FOREIGN_RULES)
        assert isinstance(claims, dict)
        assert moment in (claims[4], claims.get(5))
        assert read_fields(claims)


@pytest.mark.parametrize("name", ["bad-base45", "bad-zlib", "not-cose", "missing-169"])
def test_every_invalid_identity_vector_fails_in_the_expected_step(third_party: Path, name: str) -> None:
    vector = json.loads((third_party / f"claim169/test-vectors/invalid/{name}.json").read_text("utf-8"))
    with pytest.raises((CodeRejected, CoseError, ValueError)) as caught:
        read_fields(decode(payload(vector), FOREIGN_RULES))  # type: ignore[arg-type]
    if isinstance(caught.value, CodeRejected):
        reasons = {"Base45Decode": Reason.BAD_BASE45, "Decompress": Reason.BAD_COMPRESSION}
        assert caught.value.finding.reason is reasons[vector["expected_error"]]
    else:
        assert vector["expected_error"] == ("CoseParse" if isinstance(caught.value, CoseError) else "Claim169NotFound")
