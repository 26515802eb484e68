"""What a code claims to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.errors import BadData
from clerk_app.licences import (
    CodeFormatName,
    CodePolicy,
    LookupKey,
    RecognisedDynamicCode,
    SignedLicence,
    UnknownCode,
    UnsupportedCode,
    build_licence_number,
    is_credit_code,
    is_id_number,
    new_dynamic_digits,
    new_dynamic_token,
    read_licence_number,
    recognise_code,
)
from tests.licences.issuing_city import HOLDER, HOUSING, TYPE

POLICY = CodePolicy(urls=("https://codes.city.example/l/{code}", "https://wallet.city.example:8443/q?c={code}&v=1"))
TOKEN = "Zm9vYmFyYmF6cXV4MTIzNA"

# From public code and pages; the sixth one there, with a UUID as serial, has a wrong check character.
LICENCE_NUMBERS = [
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.S",
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
    "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
    "1.2.156.3005.2.11100000000013338W087.11370800MB28559184.37080001202411010001.001.3",
]


def test_a_signed_licence_is_known_by_its_prefix() -> None:
    assert recognise_code("EL1:NCF\n", POLICY) == SignedLicence("EL1:NCF")
    assert recognise_code("EL2:NCF\n", POLICY) == SignedLicence("EL2:NCF", CodeFormatName.EL2)


@pytest.mark.parametrize(
    "text",
    [
        f"https://codes.city.example/l/{TOKEN}",
        f"HTTPS://CODES.CITY.EXAMPLE/l/{TOKEN}",
        f"https://wallet.city.example:8443/q?c={TOKEN}&v=1",
    ],
)
def test_an_address_on_the_list_is_a_dynamic_code_and_only_its_token_is_kept(text: str) -> None:
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
def test_any_other_address_is_unknown_and_never_opened(text: str) -> None:
    found = recognise_code(text, POLICY)
    assert isinstance(found, UnknownCode)
    assert found.sentence()


@pytest.mark.parametrize(
    "url", ["http://a.example/{code}", "https://a.example/", "https://{code}.example/", "https://u@a.example/{code}"]
)
def test_an_address_that_could_stand_for_another_host_cannot_be_configured(url: str) -> None:
    with pytest.raises(BadData):
        CodePolicy(urls=(url,))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("260000000427", CodeFormatName.CASE_NUMBER),
        (HOLDER, CodeFormatName.ID_NUMBER),
        ("440524188001010014", CodeFormatName.ID_NUMBER),  # the sample in GB 11643 itself; its district is long gone
        ("11010519491231002x", CodeFormatName.ID_NUMBER),
        (HOUSING, CodeFormatName.CREDIT_CODE),
        ("91110000600037341l", CodeFormatName.CREDIT_CODE),
        ("281234567890123456", CodeFormatName.DYNAMIC_DIGITS),
        *((number, CodeFormatName.LICENCE_NUMBER) for number in LICENCE_NUMBERS),
    ],
)
def test_bare_numbers_are_told_apart_in_the_documented_order(text: str, form: CodeFormatName) -> None:
    assert recognise_code(text, POLICY).format_name is form


def test_a_look_up_key_says_that_it_is_not_proof() -> None:
    for text in (HOLDER, HOUSING, "260000000427", LICENCE_NUMBERS[0]):
        found = recognise_code(text)
        assert isinstance(found, LookupKey)
        assert found.sentence()


def test_a_mistyped_identity_or_licence_number_is_named_as_such() -> None:
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


def test_ten_kilobytes_from_a_wedge_are_unknown_whatever_they_begin_with() -> None:
    for prefix in ("", "EL1:", "https://codes.city.example/l/", "mdoc:"):
        assert isinstance(recognise_code(prefix + "1" * 10_000, POLICY), UnknownCode)


@given(st.text())
def test_recognising_never_raises(text: str) -> None:
    assert recognise_code(text, POLICY).format_name in CodeFormatName


def test_digits_that_we_issue_are_always_dynamic_codes() -> None:
    for _ in range(300):
        assert isinstance(recognise_code(new_dynamic_digits(POLICY), POLICY), RecognisedDynamicCode)


def test_a_token_that_we_issue_fits_the_configured_address() -> None:
    token = new_dynamic_token()
    found = recognise_code(POLICY.urls[0].replace("{code}", token), POLICY)
    assert isinstance(found, RecognisedDynamicCode)
    assert found.token == token


def test_licence_numbers_of_others_carry_the_check_character_that_we_compute() -> None:
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


def test_parts_that_cannot_be_a_licence_number_are_refused() -> None:
    with pytest.raises(ValueError, match="no licence number"):
        build_licence_number(TYPE, HOUSING, "x.y")


@pytest.mark.parametrize("text", ["11010519491231002X", HOLDER])
def test_identity_numbers_with_right_check_and_date_hold(text: str) -> None:
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
def test_identity_numbers_with_a_slip_do_not(text: str) -> None:
    assert not is_id_number(text)


@pytest.mark.parametrize("text", ["91110000600037341M", "9111 0000600037341L", "91110000600037341", ""])
def test_credit_codes_with_a_slip_do_not(text: str) -> None:
    assert not is_credit_code(text)
