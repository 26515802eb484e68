"""Fuzzing of all readers of codes with corrupted valid codes; CLERK_FUZZ_SECONDS sets the seconds a test.

There must be no exception, no wrong verdict, no hang and no memory growth. The number of a try is its random seed.
"""

from __future__ import annotations

import random
import zlib
from contextlib import suppress

import base45
import cbor2
import pytest

from clerk_app.licences.code_formats import recognise_code, verify_code
from clerk_app.licences.code_verification import Result, VerificationContext
from clerk_app.licences.crypto.cbor import ENVELOPE_RULES, FOREIGN_RULES, STRICT_RULES, CborError, decode, encode
from clerk_app.licences.crypto.certificates import read_certificate
from clerk_app.licences.crypto.cose import create_sign1_with_headers
from clerk_app.licences.crypto.keys import new_issuer_key
from clerk_app.licences.foreign.hcert_vectors import evaluate_vector
from clerk_app.licences.issuance import create_presentation_code
from clerk_app.licences.recognised_code import CodePolicy, ForeignCode
from tests.fuzz_source import corrupt, run_tries
from tests.licences.health_authority import CLOCK, build_vector, certificate, signed_certificate
from tests.licences.issuing_city import NOW, IssuingCity, unpack_code
from tests.licences.test_foreign import encode_text, trust_list_with

pytestmark = pytest.mark.wide

CITY = IssuingCity()
PHONE = new_issuer_key()
TRUST, STATUS = CITY.trust_list(), CITY.status_lists()
BOUND_CODE = CITY.licence_code(device=PHONE.public)
PRESENTATION_CODE = create_presentation_code(BOUND_CODE, PHONE, NOW)
ON = CodePolicy(enabled_formats=frozenset({"HC1", "claim-169"}))
PERSON = {1: "x", 4: 2_000_000_000, 6: 1_600_000_000, 169: {4: "Jane"}}
IDENTITY = create_sign1_with_headers(cbor2.dumps({1: -7}), cbor2.dumps(PERSON), PHONE)
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@pytest.mark.parametrize("rules", [STRICT_RULES, ENVELOPE_RULES, FOREIGN_RULES], ids=["strict", "envelope", "foreign"])
def test_corrupted_cbor_decodes_or_raises_cbor_error(rules: object) -> None:
    good = [unpack_code(BOUND_CODE), signed_certificate(), IDENTITY, cbor2.dumps(PERSON)]

    def act(chance: random.Random) -> None:
        try:
            value = decode(corrupt(chance, chance.choice(good)), rules)  # type: ignore[arg-type]
        except CborError:
            return
        if rules is STRICT_RULES:
            assert decode(encode(value)) == value

    run_tries(act)


@pytest.mark.parametrize(("good", "prefix"), [(BOUND_CODE, "EL1:"), (PRESENTATION_CODE, "EL2:")], ids=["EL1", "EL2"])
def test_a_corrupted_licence_is_rejected(good: str, prefix: str) -> None:
    data = unpack_code("EL1:" + good[4:])

    def act(chance: random.Random) -> None:
        corrupted = corrupt(chance, data)
        packing = chance.randrange(3)
        packed = (
            corrupt(chance, zlib.compress(data))
            if packing == 0
            else zlib.compress(corrupted)
            if packing == 1
            else corrupted
        )
        verdict = CITY.verify(prefix + base45.b45encode(packed).decode(), TRUST, STATUS)
        assert all(verdict.sentences())
        if verdict.result is not Result.RED:
            unpacked = zlib.decompress(packed) if packed[:1] == b"\x78" else packed
            assert unpacked.removeprefix(b"\xd8\x3d") == data  # the tag of a CWT is allowed around it

    run_tries(act)


def test_a_licence_with_corrupted_text_is_rejected_unless_it_unpacks_to_the_same() -> None:
    def act(chance: random.Random) -> None:
        text = list(chance.choice((BOUND_CODE, PRESENTATION_CODE)))
        for _ in range(chance.randint(1, 5)):
            text[chance.randrange(len(text))] = chance.choice(ALPHABET + "aé张\x00\u202e")
        packed = "".join(text)
        recognise_code(packed, ON)
        verdict = CITY.verify(packed, TRUST, STATUS)
        if verdict.result is not Result.RED:
            assert unpack_code("EL1:" + packed.strip()[4:]) in (
                unpack_code(BOUND_CODE),
                unpack_code("EL1:" + PRESENTATION_CODE[4:]),
            )

    run_tries(act)


def test_corrupted_claims_of_a_trusted_issuer_never_raise() -> None:
    claims = encode(CITY.decoded_claims())

    def act(chance: random.Random) -> None:
        verdict = CITY.verify(CITY.sign_claims({}, payload=corrupt(chance, claims)), TRUST, STATUS)
        assert all(verdict.sentences())
        assert (verdict.claims is None) == (verdict.result is Result.RED)

    run_tries(act)


def test_a_corrupted_code_of_another_issuer_is_rejected() -> None:
    health = signed_certificate()
    trust = {
        "HC1:": (health, trust_list_with(CITY, read_certificate(certificate()).key, CLOCK, "HC1:v"), CLOCK),
        "": (IDENTITY, trust_list_with(CITY, PHONE.public, NOW, "claim-169"), NOW),
    }

    def act(chance: random.Random) -> None:
        prefix = chance.choice(("HC1:", ""))
        good, listing, now = trust[prefix]
        corrupted = corrupt(chance, good)
        code = ForeignCode(encode_text(corrupted, prefix), "HC1" if prefix else "claim-169")
        recognise_code(code.text, ON)
        verdict = verify_code(code, VerificationContext(trust=listing, status=STATUS, now=now))
        assert all(verdict.sentences())
        if verdict.result is not Result.RED:
            # The envelope of another issuer has several encodings, and its unprotected header is not signed.
            assert cbor2.loads(good.removeprefix(b"\xd2"))[2] in corrupted

    run_tries(act)


def test_a_corrupted_certificate_or_vector_raises_no_unexpected_error() -> None:
    der = certificate()
    good = build_vector(PICTURE=None)

    def act(chance: random.Random) -> None:
        with suppress(ValueError):
            read_certificate(corrupt(chance, der))
        made = {
            **good,
            **{name: corrupt(chance, str(good[name]).encode()).decode("latin-1") for name in ("COSE", "CBOR")},
        }
        made["EXPECTEDRESULTS"] = dict.fromkeys(("EXPECTEDDECODE", "EXPECTEDVERIFY", "EXPECTEDKEYUSAGE"), True)
        evaluate_vector(made, lambda _picture: ())

    run_tries(act)
