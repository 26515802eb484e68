"""European health certificates: the flags of the EU test data, and own vectors with one error each."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import base45
import cbor2
import pytest
from cryptography import x509

from clerk_app.errors import BadData
from clerk_app.licences.crypto.certificates import read_certificate
from clerk_app.licences.foreign.hcert_vectors import evaluate_vector, expected_flags, read_vector
from scanners import ScanError, read_picture
from tests.licences.health_authority import (
    CLAIMS,
    CLOCK,
    FLAGS,
    RECOVERY,
    SECOND,
    STATEMENT,
    TEST,
    VACCINATION,
    build_vector,
    certificate,
    key_id,
    png_base64,
    signed_certificate,
)

OTHER = b"otherkid"


def read_picture_texts(data: bytes) -> tuple[str, ...]:
    try:
        return tuple(code.text for code in read_picture(data))
    except ScanError:
        return ()


def false_flags(made: Mapping[str, object]) -> set[str]:
    return {flag for flag, holds in evaluate_vector(made, read_picture_texts).items() if not holds}


@pytest.mark.wide
def test_every_flag_of_the_eu_test_data_is_reproduced(third_party: Path) -> None:
    files = sorted((third_party / "hcert").rglob("*.json"))
    assert files
    differing = {}
    for file in files:
        made = read_vector(file)
        expects, finds = expected_flags(made), evaluate_vector(made, read_picture_texts)
        assert set(expects) == set(finds)
        if expects != finds:
            differing[str(file)] = {flag for flag in expects if expects[flag] != finds[flag]}
    assert differing == {}


def test_a_valid_certificate_passes_every_step() -> None:
    assert false_flags(build_vector()) == set()
    assert list(expected_flags(build_vector())) == list(FLAGS)


@pytest.mark.parametrize(
    "missing",
    [
        ("PICTURE",),
        ("CBOR",),
        ("COSE", "CBOR"),
        ("COMPRESSED",),
        ("COMPRESSED", "COSE", "CBOR"),
        ("BASE45", "COMPRESSED", "COSE", "CBOR", "PICTURE"),
        ("PREFIX", "BASE45", "COMPRESSED", "COSE", "CBOR"),
    ],
)
def test_missing_parts_of_a_vector_are_derived_from_the_others(missing: tuple[str, ...]) -> None:
    without: dict[str, None] = dict.fromkeys(missing)
    assert false_flags(build_vector(None, None, CLOCK, **without)) == set()


def test_a_vector_with_only_its_signed_form_is_verified() -> None:
    made = build_vector(PREFIX=None, BASE45=None, COMPRESSED=None, CBOR=None)
    made["EXPECTEDRESULTS"] = {"EXPECTEDVERIFY": True, "EXPECTEDEXPIRATIONCHECK": True}
    assert evaluate_vector(made, read_picture_texts) == {"EXPECTEDVERIFY": True, "EXPECTEDEXPIRATIONCHECK": True}


@pytest.mark.parametrize("bad", ["", "AAAA", base64.b64encode(b"\x89PNG").decode(), png_base64("hello"), "no base64!"])
def test_a_picture_without_a_readable_certificate(bad: str) -> None:
    made = build_vector(PICTURE=bad or png_base64("HC1:%%%"))
    assert false_flags(made) == {"EXPECTEDPICTUREDECODE"}


def test_a_picture_as_a_data_url_is_read() -> None:
    good = str(build_vector()["2DCODE"])
    assert false_flags(build_vector(PICTURE="data:image/png;base64," + good)) == set()


@pytest.mark.parametrize("prefix", ["", "HC2:", "HC1", "hc1:", "HL1:", "HC1 :"])
def test_a_missing_or_another_prefix(prefix: str) -> None:
    text = str(build_vector()["BASE45"])
    made = build_vector(PREFIX=prefix + text, PICTURE=png_base64(prefix + text))
    assert false_flags(made) == {"EXPECTEDUNPREFIX"}


@pytest.mark.parametrize("spoil", [lambda t: t[:-1] + "a", lambda t: "GGW" + t, lambda t: "AAA" + t, lambda t: t + "="])
def test_invalid_or_different_base45(spoil: object) -> None:
    assert callable(spoil)
    text = spoil(str(build_vector()["BASE45"]))
    made = build_vector(PREFIX="HC1:" + text, BASE45=text, PICTURE=png_base64("HC1:" + text))
    assert false_flags(made) == {"EXPECTEDB45DECODE"}


@pytest.mark.parametrize("spoil", [lambda c: c, lambda c: zlib.compress(c)[:-6], lambda c: zlib.compress(c) + b"x"])
def test_missing_or_invalid_compression(spoil: object) -> None:
    assert callable(spoil)
    packed = spoil(b"\xd2" + signed_certificate())
    text = base45.b45encode(packed).decode()
    made = build_vector(COMPRESSED=packed.hex(), BASE45=text, PREFIX="HC1:" + text, PICTURE=png_base64("HC1:" + text))
    assert false_flags(made) == {"EXPECTEDCOMPRESSION"}


@pytest.mark.parametrize(
    "payload",
    [b"\x01", b"\xa1", cbor2.dumps([CLAIMS]), cbor2.dumps({**CLAIMS, -260: {1: b"x"}}), cbor2.dumps({1: "XX"})],
)
def test_a_payload_without_certificate(payload: bytes) -> None:
    made = build_vector(b"\xd2" + signed_certificate(payload=payload))
    assert {"EXPECTEDDECODE", "EXPECTEDKEYUSAGE"} <= false_flags(made)
    assert "EXPECTEDVERIFY" not in false_flags(made)


def test_a_certificate_whose_cbor_is_damaged() -> None:
    assert false_flags(build_vector(CBOR="bf6376657265")) == {"EXPECTEDDECODE"}
    assert false_flags(build_vector(CBOR="01")) == {"EXPECTEDDECODE"}


def test_claims_instead_of_the_certificate_are_read() -> None:
    assert false_flags(build_vector(CBOR=cbor2.dumps(CLAIMS).hex())) == set()


@pytest.mark.parametrize("spoil", [lambda c: c[:-1], lambda c: c + b"\x00", lambda c: b"\xff" + c])
def test_a_signed_form_that_is_not_well_formed(spoil: object) -> None:
    assert callable(spoil)
    assert "EXPECTEDVERIFY" in false_flags(build_vector(spoil(b"\xd2" + signed_certificate())))


@pytest.mark.parametrize("opening", [b"", b"\xd2", b"\xd8\x3d\xd2", b"\xd8\x3d"])
def test_any_tag_or_none_is_accepted(opening: bytes) -> None:
    assert false_flags(build_vector(opening + signed_certificate())) == set()


def test_another_tag_is_rejected() -> None:
    assert "EXPECTEDVERIFY" in false_flags(build_vector(b"\xd1" + signed_certificate()))


def test_the_key_id_may_be_in_either_header_and_the_protected_one_wins() -> None:
    ours = key_id(certificate())
    good: list[tuple[dict[object, object], dict[object, object]]] = [
        ({1: -7, 4: ours}, {4: OTHER}),
        ({1: -7, 4: ours}, {4: ours}),
        ({1: -7}, {4: ours}),
        ({4: ours}, {1: -7}),
    ]
    for protected, unprotected in good:
        assert false_flags(build_vector(signed_certificate(protected=protected, unprotected=unprotected))) == set()
    bad: list[tuple[dict[object, object], dict[object, object]]] = [
        ({1: -7, 4: OTHER}, {4: ours}),
        ({1: -7}, {}),
        ({1: -7, 4: OTHER}, {}),
        ({1: -7}, {4: OTHER}),
        ({1: -37, 4: ours}, {}),
        ({4: ours}, {}),
        ({1: -8, 4: ours}, {1: -7}),
        ({1: "ES256", 4: ours}, {}),
    ]
    for protected, unprotected in bad:
        assert false_flags(build_vector(signed_certificate(protected=protected, unprotected=unprotected))) == {
            "EXPECTEDVERIFY"
        }


def test_a_changed_signature_and_another_certificate() -> None:
    changed = bytearray(signed_certificate())
    changed[-1] ^= 1
    assert false_flags(build_vector(bytes(changed))) == {"EXPECTEDVERIFY"}
    assert false_flags(build_vector(der=certificate("p384"))) == {"EXPECTEDVERIFY"}
    assert false_flags(build_vector(der=b"nothing")) == {"EXPECTEDVERIFY", "EXPECTEDKEYUSAGE"}


@pytest.mark.parametrize("kind", ["rsa", "p384"])
def test_rsa_and_larger_curves_are_verified(kind: str) -> None:
    assert false_flags(build_vector(signed_certificate(kind=kind), certificate(kind))) == set()


@pytest.mark.parametrize(
    ("issued", "expires", "valid"),
    [
        (SECOND, SECOND, True),
        (SECOND - 1, SECOND + 1, True),
        (SECOND - 2, SECOND - 1, False),
        (SECOND + 1, SECOND + 2, False),
        (float(SECOND - 1), cbor2.CBORTag(1, SECOND + 1), True),
        (SECOND - 1, (SECOND + 1) * 1000, False),
        (SECOND - 1, "2099-01-01", False),
        (SECOND - 1, float("nan"), False),
    ],
)
def test_times_are_checked_with_the_clock_of_the_vector(issued: object, expires: object, valid: bool) -> None:
    flags = false_flags(build_vector(signed_certificate({**CLAIMS, 4: expires, 6: issued})))
    assert ("EXPECTEDEXPIRATIONCHECK" not in flags) == valid
    assert false_flags(build_vector(clock=CLOCK + timedelta(days=2))) == {"EXPECTEDEXPIRATIONCHECK"}


@pytest.mark.parametrize(
    ("usages", "stated", "may"),
    [
        ((VACCINATION,), "v", True),
        ((TEST, RECOVERY), "v", False),
        ((VACCINATION, RECOVERY), "t", False),
        ((TEST, VACCINATION), "r", False),
        ((RECOVERY,), "r", True),
        (("1.3.6.1.5.5.7.3.1",), "t", False),
        (("1.3.6.1.5.5.7.3.1", TEST), "t", True),
        (("1.3.6.1.5.5.7.3.1", TEST), "v", False),
        (("2.5.29.37.0",), "r", True),
        (("2.5.29.37.0", TEST), "v", True),
        (("1.3.6.1.4.1.0.1847.2021.1.1",), "t", True),
        (("1.3.6.1.4.1.0.1847.2021.1.1",), "v", False),
        ((), "v", True),
        ((), "", False),
    ],
)
def test_a_signer_may_sign_only_statements_its_key_is_for(usages: tuple[str, ...], stated: str, may: bool) -> None:
    content: dict[str, object] = {"ver": "1.3.0", "nam": {}, "v": [], "t": None}
    content |= {stated: [{"tg": "1"}]} if stated else {}
    made = build_vector(signed_certificate({**CLAIMS, -260: {1: content}}, usages=usages), certificate("p256", usages))
    assert false_flags(made) == (set() if may else {"EXPECTEDKEYUSAGE"})


def test_a_certificate_with_an_error_in_an_unrelated_extension_is_read() -> None:
    """An encoded default value (X.690 11.5), as in the certificates of one authority."""
    good = certificate("p256", (VACCINATION,))
    slipped = good.replace(bytes.fromhex("0603551d130101ff04023000"), bytes.fromhex("0603551d1304053003010100"))
    assert len(slipped) == len(good) != 0
    assert slipped != good
    with pytest.raises(ValueError, match="EncodedDefault"):
        _ = x509.load_der_x509_certificate(slipped).extensions
    assert read_certificate(slipped).usages == frozenset({VACCINATION})
    assert read_certificate(slipped).key.raw == read_certificate(good).key.raw


def test_a_certificate_with_a_key_on_an_unknown_curve_raises() -> None:
    p256 = bytes.fromhex("06082a8648ce3d030107")
    with pytest.raises(ValueError, match="unsupported type"):
        read_certificate(certificate().replace(p256, p256[:-2] + b"\x7f\x07"))


@pytest.mark.parametrize("cut", [0, 1, 5, 40, 100, 200])
def test_a_truncated_certificate_raises(cut: int) -> None:
    with pytest.raises(ValueError, match=r"certificate|truncated|length"):
        read_certificate(certificate()[:cut])


def test_a_file_that_is_no_vector_raises(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '{"EXPECTEDRESULTS": 1}', "\x00"):
        (tmp_path / "x.json").write_text(text, "utf-8")
        with pytest.raises(BadData):
            read_vector(tmp_path / "x.json")
    with pytest.raises(BadData):
        read_vector(tmp_path / "none.json")
    (tmp_path / "x.json").write_text("\ufeff" + json.dumps(build_vector()), "utf-8")
    assert false_flags(read_vector(tmp_path / "x.json")) == set()


def test_indefinite_and_unsorted_cbor_is_read() -> None:
    inner = b"\xbf" + b"".join(cbor2.dumps(k) + cbor2.dumps(v) for k, v in STATEMENT.items()) + b"\xff"
    payload = b"\xbf" + b"".join(cbor2.dumps(k) + cbor2.dumps(v) for k, v in CLAIMS.items() if k != -260)
    payload += cbor2.dumps(-260) + b"\xbf\x01" + inner + b"\xff\xff"
    assert false_flags(build_vector(signed_certificate(payload=payload), CBOR=inner.hex())) == set()
