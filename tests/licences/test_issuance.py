"""Issuer keys, the size of codes, and codes that the decoder reads back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import segno
import zxingcpp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image

from clerk_app.errors import BadData
from clerk_app.licences.code_verification import Result
from clerk_app.licences.crypto.cose import EDDSA, ES256
from clerk_app.licences.crypto.keys import IssuerKey, load_public_key, new_issuer_key
from clerk_app.licences.qr_code import render_terminal_code, save_png
from tests.licences.issuing_city import HOUSING, TYPE, IssuingCity, make_trusted_key


@pytest.mark.parametrize("algorithm", [ES256, EDDSA])
def test_a_saved_key_is_loaded_and_its_file_is_private(city: IssuingCity, tmp_path: Path, algorithm: int) -> None:
    key = new_issuer_key(algorithm)
    key.save(tmp_path / "key.pem")
    key.save_public(tmp_path / "key.pub.pem")
    again = IssuerKey.load(tmp_path / "key.pem")
    assert again.public == key.public == load_public_key(tmp_path / "key.pub.pem")
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    trust = city.trust_list([make_trusted_key(key, HOUSING, TYPE), *city.trusted_keys()])
    assert city.verify(city.licence_code(key=again), trust).result is Result.GREEN


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    new_issuer_key().save(tmp_path / "key.pem")
    before = (tmp_path / "key.pem").read_bytes()
    with pytest.raises(FileExistsError):
        new_issuer_key().save(tmp_path / "key.pem")
    assert (tmp_path / "key.pem").read_bytes() == before


def test_a_key_that_others_can_read_raises(tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("file rights are a matter of POSIX")
    new_issuer_key().save(tmp_path / "key.pem")
    (tmp_path / "key.pem").chmod(0o644)
    with pytest.raises(BadData):
        IssuerKey.load(tmp_path / "key.pem")


def test_a_file_without_a_supported_key_raises(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(b"nothing")
    file.chmod(0o600)
    for load in (IssuerKey.load, load_public_key):
        with pytest.raises(BadData):
            load(file)
    other = rsa.generate_private_key(65537, 2048)
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(other.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    with pytest.raises(BadData):
        IssuerKey.load(file)
    file.write_bytes(other.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(BadData):
        load_public_key(file)


def test_an_unknown_algorithm_raises() -> None:
    with pytest.raises(ValueError, match="5"):
        new_issuer_key(5)


def test_a_full_licence_fits_version_17_at_level_m(city: IssuingCity) -> None:
    code = segno.make_qr(city.licence_code(), error="m", boost_error=False)
    assert int(code.version) <= 17
    assert code.mode == "alphanumeric"


def test_a_birth_certificate_with_both_parents_fits_version_17_too(city: IssuingCity) -> None:
    parents = {
        "certificate_number": "W310012345",
        "child_name": "欧阳小明",
        "child_sex": "男",
        "birth_date": "2026-11-11",
        "mother_name": "司马相如",
        "mother_id_number": "310101199003071230",
        "father_name": "欧阳明日",
        "father_id_number": "11010519491231002X",
        "hospital": "上海市第一妇婴保健院东院区",
    }
    code = segno.make_qr(city.licence_code(organisation="", address="", extra=parents), error="m", boost_error=False)
    assert int(code.version) <= 17


def test_every_code_has_its_own_cti(city: IssuingCity) -> None:
    assert city.verify(city.licence_code()).cti != city.verify(city.licence_code()).cti


def test_a_saved_code_is_read_back_by_the_decoder(city: IssuingCity, tmp_path: Path) -> None:
    text = city.licence_code()
    save_png(text, tmp_path / "code.png")
    with Image.open(tmp_path / "code.png") as picture:
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == [text]


def test_a_code_in_the_terminal_is_read_back_by_the_decoder(city: IssuingCity) -> None:
    text = city.licence_code()
    shown = render_terminal_code(text)
    picture = Image.new("L", (shown.columns, shown.rows * 2), 255)
    for row, line in enumerate(shown.lines):
        for column, character in enumerate(line):
            picture.putpixel((column, row * 2), 0 if character in "▀█" else 255)
            picture.putpixel((column, row * 2 + 1), 0 if character in "▄█" else 255)
    large = picture.resize((shown.columns * 6, shown.rows * 12), Image.Resampling.NEAREST)
    assert [found.text for found in zxingcpp.read_barcodes(large)] == [text]


def test_a_code_in_the_terminal_is_black_on_white_in_any_theme(city: IssuingCity) -> None:
    shown = render_terminal_code(city.licence_code())
    for line in shown.to_ansi().splitlines():
        assert line.startswith("\x1b[38;5;16;48;5;231m")
        assert line.endswith("\x1b[0m")
    assert {len(line) for line in shown.lines} == {shown.columns}
    assert set(shown.lines[0]) == {" "}
    assert render_terminal_code(city.licence_code(), quiet=2).columns == shown.columns - 4


def test_a_dynamic_code_is_small() -> None:
    assert render_terminal_code("281234567890123456").rows <= 16
