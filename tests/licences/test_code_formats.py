"""Recognition of code formats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.errors import BadData
from clerk_app.licences.code_formats import CODE_FORMATS, recognise_code
from clerk_app.licences.identifiers import build_licence_number, is_credit_code, is_id_number, read_licence_number
from clerk_app.licences.issuance import new_dynamic_digits, new_dynamic_token
from clerk_app.licences.recognised_code import (
    CodePolicy,
    LookupKey,
    RecognisedDynamicCode,
    SignedLicence,
    UnknownCode,
    UnsupportedCode,
)
from tests.licences.issuing_city import HOLDER, HOUSING, TYPE

POLICY = CodePolicy(urls=("https://codes.city.example/l/{code}", "https://wallet.city.example:8443/q?c={code}&v=1"))
TOKEN = "Zm9vYmFyYmF6cXV4MTIzNA"

# From public code and pages. A sixth example there, with a UUID as serial, has a wrong check character.
LICENCE_NUMBERS = [
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.S",
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
    "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
    "1.2.156.3005.2.11100000000013338W087.11370800MB28559184.37080001202411010001.001.3",
]


def test_a_signed_licence_is_recognised_by_its_prefix() -> None:
    assert recognise_code("EL1:NCF\n", POLICY) == SignedLicence("EL1:NCF")
    assert recognise_code("EL2:NCF\n", POLICY) == SignedLicence("EL2:NCF", "EL2")


@pytest.mark.parametrize(
    "text",
    [
        f"https://codes.city.example/l/{TOKEN}",
        f"HTTPS://CODES.CITY.EXAMPLE/l/{TOKEN}",
        f"https://wallet.city.example:8443/q?c={TOKEN}&v=1",
    ],
)
def test_a_configured_address_is_a_dynamic_code_with_its_token(text: str) -> None:
    found = recognise_code(text, POLICY)
    assert isinstance(found, RecognisedDynamicCode)
    assert found.token == TOKEN


@pytest.mark.parametrize(
    "text",
    [
        f"https://codes.city.example.evil.example/l/{TOKEN}",
        f"https://codes.city.example@evil.example/l/{TOKEN}",
        f"https://evil.example/https://codes.city.example/l/{TOKEN}",
        f"https://codes.city.example:444/l/{TOKEN}",
        f"https://xn--cdes-5qa.city.example/l/{TOKEN}",
        f"https://c\u043edes.city.example/l/{TOKEN}",
        f"http://codes.city.example/l/{TOKEN}",
        f"https://codes.city.example/L/{TOKEN}",
        f"https://codes.city.example/l/../admin/{TOKEN}",
        f"https://codes.city.example/l/{TOKEN}?next=evil",
        f"https://codes.city.example/l/{TOKEN}#x",
        f"https://codes.city.example\\@evil.example/l/{TOKEN}",
        "https://codes.city.example/l/short",
        "https://codes.city.example/l/",
        f"ftp://codes.city.example/l/{TOKEN}",
    ],
)
def test_any_other_address_is_unknown(text: str) -> None:
    found = recognise_code(text, POLICY)
    assert isinstance(found, UnknownCode)
    assert found.sentence()


@pytest.mark.parametrize(
    "url", ["http://a.example/{code}", "https://a.example/", "https://{code}.example/", "https://u@a.example/{code}"]
)
def test_an_address_without_a_fixed_plain_host_cannot_be_configured(url: str) -> None:
    with pytest.raises(BadData):
        CodePolicy(urls=(url,))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("260000000427", "case-number"),
        ("CL-0A1B2C3D4E", "consent-list"),
        ("CS-0A1B2C3D4E", "signature-sheet"),
        ("SQ260000000010", "application"),
        (HOLDER, "id-number"),
        ("440524188001010014", "id-number"),  # the sample in GB 11643; its district no longer exists
        ("11010519491231002x", "id-number"),
        (HOUSING, "credit-code"),
        ("91110000600037341l", "credit-code"),
        ("281234567890123456", "dynamic-digits"),
        *((number, "licence-number") for number in LICENCE_NUMBERS),
    ],
)
def test_numbers_without_prefix_are_recognised_in_the_documented_order(text: str, form: str) -> None:
    assert recognise_code(text, POLICY).format_name == form


def test_a_lookup_key_has_a_sentence() -> None:
    for text in (HOLDER, HOUSING, "260000000427", LICENCE_NUMBERS[0]):
        found = recognise_code(text)
        assert isinstance(found, LookupKey)
        assert found.sentence()


def test_a_mistyped_identity_or_licence_number_has_its_own_reason() -> None:
    plain = recognise_code("hello")
    typed = recognise_code("11010519491231012X")
    number = recognise_code(LICENCE_NUMBERS[0][:-1] + "T")
    assert isinstance(plain, UnknownCode)
    assert isinstance(typed, UnknownCode)
    assert isinstance(number, UnknownCode)
    assert len({plain.reason, typed.reason, number.reason}) == 3


@pytest.mark.parametrize("text", ["mdoc:owBj", "MDOC:owBj", "openid4vp://?client_id=x", "HC1:NCF", "shc:/5676"])
def test_known_formats_that_are_not_accepted_are_explained(text: str) -> None:
    found = recognise_code(text, POLICY)
    assert isinstance(found, UnsupportedCode)
    assert found.sentence()


@pytest.mark.parametrize(
    "text", ["", " ", "el1:NCF", "EL3:NCF", "A023", "1" * 17, "1" * 19, "张三", "\x1b[2J", "EL1:\x00"]
)
def test_everything_else_is_unknown(text: str) -> None:
    assert isinstance(recognise_code(text, POLICY), UnknownCode)


def test_ten_kilobytes_are_unknown_with_any_prefix() -> None:
    for prefix in ("", "EL1:", "https://codes.city.example/l/", "mdoc:"):
        assert isinstance(recognise_code(prefix + "1" * 10_000, POLICY), UnknownCode)


@given(st.text())
def test_recognising_never_raises(text: str) -> None:
    assert recognise_code(text, POLICY).format_name in {row.name for row in CODE_FORMATS} | {"unknown"}


def test_issued_digits_are_always_recognised_as_dynamic_codes() -> None:
    for _ in range(300):
        assert isinstance(recognise_code(new_dynamic_digits(POLICY), POLICY), RecognisedDynamicCode)


def test_an_issued_token_fits_the_configured_address() -> None:
    token = new_dynamic_token()
    found = recognise_code(POLICY.urls[0].replace("{code}", token), POLICY)
    assert isinstance(found, RecognisedDynamicCode)
    assert found.token == token


def test_public_licence_numbers_have_the_computed_check_character() -> None:
    for text in LICENCE_NUMBERS:
        number = read_licence_number(text)
        assert number is not None
        assert str(number) == text
        assert build_licence_number(number.type_code, number.issuer, number.serial, number.version) == text
    uuid_serial = "1.2.156.3005.2.11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M"
    assert read_licence_number(uuid_serial) is None


@given(st.integers(0, 2**60), st.integers(0, 999), st.data())
def test_one_wrong_character_in_a_licence_number_is_always_found(
    serial: int, version: int, data: st.DataObject
) -> None:
    text = build_licence_number(TYPE, HOUSING, f"{serial:X}", version)
    at = data.draw(st.sampled_from([i for i, c in enumerate(text) if i > 15 and c != "."]))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assert (read_licence_number(text[:at] + other + text[at + 1 :]) is not None) == (other == text[at])


def test_invalid_parts_of_a_licence_number_raise() -> None:
    with pytest.raises(ValueError, match="no licence number"):
        build_licence_number(TYPE, HOUSING, "x.y")


@pytest.mark.parametrize("text", ["11010519491231002X", HOLDER])
def test_valid_identity_numbers_are_accepted(text: str) -> None:
    assert is_id_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",
        "110105491231002",
        "11010519491331002X",
        "",
        "１１０１０５194912310021",
        "01010519491231002X",
    ],
)
def test_invalid_identity_numbers_are_rejected(text: str) -> None:
    assert not is_id_number(text)


@pytest.mark.parametrize("text", ["91110000600037341M", "9111 0000600037341L", "91110000600037341", ""])
def test_invalid_credit_codes_are_rejected(text: str) -> None:
    assert not is_credit_code(text)


def test_the_stored_names_of_formats_stay_the_same() -> None:
    assert {row.name for row in CODE_FORMATS} == {
        "EL1",
        "EL2",
        "dynamic-url",
        "dynamic-digits",
        "licence-number",
        "id-number",
        "credit-code",
        "case-number",
        "consent-list",
        "signature-sheet",
        "application",
        "HC1",
        "claim-169",
        "explained",
    }


def test_exactly_signed_formats_can_be_verified_and_unverified_ones_are_explained() -> None:
    verified = {row.name for row in CODE_FORMATS if row.verify is not None}
    assert verified == {"EL1", "EL2", "HC1", "claim-169"}
    for row in CODE_FORMATS:
        if row.verify is None:
            assert row.explanation
