"""Everything that reads what strangers hold up, fed with spoilt good codes: for minutes with CLERK_FUZZ_SECONDS.

No exception, no wrong answer, no hang and no growth. A try is named by its number alone.
"""

from __future__ import annotations

import random
import time
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress

import base45
import cbor2
import pytest

from clerk_app.licences import CodePolicy, ForeignCode, Form, Result, new_issuer_key, present, recognise, verify_foreign
from clerk_app.licences.cbor import ENVELOPE, FOREIGN, STRICT, CborError, decode, encode
from clerk_app.licences.certificates import read_certificate
from clerk_app.licences.cose import sign1_with
from clerk_app.licences.vectors import found
from tests.licences.city import NOW, City, opened
from tests.licences.fuzzing import tries
from tests.licences.health import CLOCK, certificate, signed, vector
from tests.licences.test_foreign import listed, packed

CITY = City()
PHONE = new_issuer_key()
TRUST, STATUS = CITY.trust(), CITY.status()
BOUND = CITY.code(device=PHONE.public)
PRESENTED = present(BOUND, PHONE, NOW)
ON = CodePolicy(foreign=frozenset({Form.HC1, Form.CLAIM_169}))
PERSON = {1: "x", 4: 2_000_000_000, 6: 1_600_000_000, 169: {4: "Jane"}}
IDENTITY = sign1_with(cbor2.dumps({1: -7}), cbor2.dumps(PERSON), PHONE)
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
SLOWEST = 1.0  # seconds for one try on a busy machine; the usual one is a thousandth
MOST_GROWTH = 300_000  # bytes


def spoil(chance: random.Random, good: bytes) -> bytes:
    """`good` after one to four of the things that can happen to bytes."""
    spoilt = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(spoilt) + 1)
        match chance.randrange(6):
            case 0 if at < len(spoilt):
                spoilt[at] ^= 1 << chance.randrange(8)
            case 1 if at < len(spoilt):
                spoilt[at] = chance.choice((0, 0x1B, 0x3B, 0x5B, 0x7F, 0x9B, 0x9F, 0xBF, 0xDB, 0xFF))
            case 2:
                del spoilt[at : at + chance.randint(1, 30)]
            case 3:
                spoilt[at:at] = chance.randbytes(chance.randint(1, 20))
            case 4:
                start = chance.randrange(len(spoilt) + 1)
                spoilt[at:at] = spoilt[start : start + chance.randint(1, 60)]
            case _:
                spoilt[at:at] = bytes([chance.choice((0x81, 0xA1, 0xD2, 0x9F, 0x5F, 0xC1))]) * chance.randint(1, 40)
    return bytes(spoilt)


def judged(act: Callable[[random.Random], None]) -> None:
    """Runs the tries: none may take long, and together they may keep nothing."""
    grown_from = 0
    tracemalloc.start()
    try:
        for number, chance in enumerate(tries()):
            began = time.perf_counter()
            act(chance)
            assert time.perf_counter() - began < SLOWEST, number
            if number == 200:  # caches are warm by now
                grown_from = tracemalloc.get_traced_memory()[0]
        assert tracemalloc.get_traced_memory()[0] - grown_from < MOST_GROWTH
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("rules", [STRICT, ENVELOPE, FOREIGN], ids=["strict", "envelope", "foreign"])
def test_cbor_is_a_value_or_an_error(rules: object) -> None:
    good = [opened(BOUND), signed(), IDENTITY, cbor2.dumps(PERSON)]

    def act(chance: random.Random) -> None:
        try:
            value = decode(spoil(chance, chance.choice(good)), rules)  # type: ignore[arg-type]
        except CborError:
            return
        if rules is STRICT:
            assert decode(encode(value)) == value

    judged(act)


@pytest.mark.parametrize(("good", "prefix"), [(BOUND, "EL1:"), (PRESENTED, "EL2:")], ids=["EL1", "EL2"])
def test_a_spoilt_licence_is_never_believed(good: str, prefix: str) -> None:
    data = opened("EL1:" + good[4:])

    def act(chance: random.Random) -> None:
        spoilt = spoil(chance, data)
        packing = chance.randrange(3)
        whole = (
            spoil(chance, zlib.compress(data)) if packing == 0 else zlib.compress(spoilt) if packing == 1 else spoilt
        )
        verdict = CITY.check(prefix + base45.b45encode(whole).decode(), TRUST, STATUS)
        assert all(verdict.sentences())
        if verdict.result is not Result.RED:
            unpacked = zlib.decompress(whole) if whole[:1] == b"\x78" else whole
            assert unpacked.removeprefix(b"\xd8\x3d") == data  # the tag of a CWT may stand around it

    judged(act)


def test_a_licence_spoilt_as_text_is_never_believed_unless_it_says_the_same() -> None:
    def act(chance: random.Random) -> None:
        text = list(chance.choice((BOUND, PRESENTED)))
        for _ in range(chance.randint(1, 5)):
            text[chance.randrange(len(text))] = chance.choice(ALPHABET + "aé张\x00\u202e")
        whole = "".join(text)
        recognise(whole, ON)
        verdict = CITY.check(whole, TRUST, STATUS)
        if verdict.result is not Result.RED:
            assert opened("EL1:" + whole.strip()[4:]) in (opened(BOUND), opened("EL1:" + PRESENTED[4:]))

    judged(act)


def test_what_a_trusted_issuer_signs_never_breaks_the_counter() -> None:
    claims = encode(CITY.claims())

    def act(chance: random.Random) -> None:
        verdict = CITY.check(CITY.signed({}, payload=spoil(chance, claims)), TRUST, STATUS)
        assert all(verdict.sentences())
        assert (verdict.claims is None) == (verdict.result is Result.RED)

    judged(act)


def test_a_spoilt_code_of_another_issuer_is_never_believed() -> None:
    health = signed()
    trust = {
        "HC1:": (health, listed(CITY, read_certificate(certificate()).key, CLOCK, "HC1:v"), CLOCK),
        "": (IDENTITY, listed(CITY, PHONE.public, NOW, "claim-169"), NOW),
    }

    def act(chance: random.Random) -> None:
        prefix = chance.choice(("HC1:", ""))
        good, listing, now = trust[prefix]
        spoilt = spoil(chance, good)
        code = ForeignCode(packed(spoilt, prefix), Form.HC1 if prefix else Form.CLAIM_169)
        recognise(code.text, ON)
        verdict = verify_foreign(code, listing, now)
        assert all(verdict.sentences())
        if verdict.result is not Result.RED:
            # another issuer's envelope may be written in several ways, and its unsigned header is nobody's
            assert cbor2.loads(good.removeprefix(b"\xd2"))[2] in spoilt

    judged(act)


def test_a_spoilt_certificate_or_vector_is_refused_without_a_fuss() -> None:
    der = certificate()
    good = vector(PICTURE=None)

    def act(chance: random.Random) -> None:
        with suppress(ValueError):
            read_certificate(spoil(chance, der))
        made = {
            **good,
            **{name: spoil(chance, str(good[name]).encode()).decode("latin-1") for name in ("COSE", "CBOR")},
        }
        made["EXPECTEDRESULTS"] = dict.fromkeys(("EXPECTEDDECODE", "EXPECTEDVERIFY", "EXPECTEDKEYUSAGE"), True)
        found(made, lambda _picture: ())

    judged(act)
