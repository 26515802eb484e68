"""Encrypted stores, sealed backups and escrowed keys, each command in a process of its own: a key is of a process."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from clerk_app.composition.store_key import generate_store_key, unwrap_key, wrap_key
from clerk_app.errors import BadData
from tests.cli.conftest import Ran
from tests.office import SampleOffice

pyrage = pytest.importorskip("pyrage")
pytest.importorskip("sqlcipher3")

PASSPHRASE = "correct horse battery"
NAME = "王芳"


class Machine:
    """An office whose commands run in processes of their own."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.home = home
        self.environment = os.environ | {"CLERK_LANGUAGE": "en", "CLERK_PASSPHRASE_FILE": str(home / "passphrase")}
        (home / "passphrase").write_text(PASSPHRASE + "\n")

    def run(self, *words: object) -> Ran:
        program = [sys.executable, "-m", "clerk_app", "--office", str(self.folder), *map(str, words)]
        ran = subprocess.run(program, capture_output=True, encoding="utf-8", env=self.environment)
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def set_key_source(self, source: str) -> None:
        settings = self.folder / "office.toml"
        lines = [line for line in settings.read_text("utf-8").splitlines() if not line.startswith("store_key")]
        settings.write_text("\n".join([f'store_key = "{source}"', *lines, ""]), "utf-8")


@pytest.fixture
def machine(office: SampleOffice, tmp_path: Path) -> Machine:
    """A closed plain office with a case and a picture."""
    office.accept_birth()
    office.office.attachments.add(b"a scan")
    office.store.settle_location()
    office.close()
    return Machine(office.office.folder, tmp_path)


@pytest.fixture
def recipients(tmp_path: Path) -> list[object]:
    """The words that name two recipients; their identities are in the files `city` and `escrow`."""
    words: list[object] = []
    for name in ("city", "escrow"):
        identity = pyrage.x25519.Identity.generate()
        (tmp_path / name).write_text(f"# of the {name}\n{identity}\n")
        words += ["--recipient", str(identity.to_public())]
    return words


def files_contain(folder: Path, text: str) -> bool:
    return any(text.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.wide
def test_a_store_is_encrypted_used_backed_up_recovered_and_decrypted(
    machine: Machine, recipients: list[object], tmp_path: Path
) -> None:
    assert files_contain(machine.folder, NAME)
    assert "Set store_key" in machine.run("db", "encrypt").refused
    machine.set_key_source("passphrase")
    assert "not encrypted yet" in machine.run("audit", "verify").refused
    entries = len_of_log(machine.folder)
    assert machine.run("db", "encrypt").code == 0
    assert not files_contain(machine.folder, NAME)
    assert machine.run("audit", "verify").lines[0].startswith(f"{entries} entries were read; nothing")
    for words in (("db", "check"), ("db", "rebuild", "--check"), ("db", "stats"), ("db", "upgrade")):
        ran = machine.run(*words)
        assert (ran.code, ran.err) == (0, ""), words
    (tmp_path / "passphrase").write_text("wrong wrong wrong\n")
    assert "passphrase is wrong" in machine.run("db", "check").refused
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    # backups: in the form of the store, and sealed
    assert machine.run("db", "backup", tmp_path / "backups").code == 0
    assert not files_contain(tmp_path / "backups", NAME)
    assert machine.run("db", "backup", tmp_path / "sealed", *recipients).code == 0
    assert machine.run("keys", "escrow", tmp_path / "keys.age", *recipients).code == 0
    (sealed,) = (tmp_path / "sealed").glob("*.age")
    assert (sealed.stat().st_mode & 0o777, files_contain(tmp_path / "sealed", "a scan")) == (0o600, False)
    # the machine burns: another one gets the backup and the keys
    new = Machine(tmp_path / "new", tmp_path)
    assert "--identity" in new.run("db", "restore", sealed).refused
    ran = new.run("db", "restore", sealed, "--identity", tmp_path / "escrow")
    assert (ran.code, ran.err) == (0, "")
    assert not files_contain(new.folder, NAME)
    assert "key file" in new.run("audit", "verify").refused
    (tmp_path / "passphrase").write_text("another long passphrase\n")
    assert new.run("keys", "recover", tmp_path / "keys.age", "--identity", tmp_path / "city").code == 0
    assert new.run("audit", "verify").code == 0
    # with the keys first, also a backup that has the key of the store; the old passphrase is not needed
    other, (backup,) = Machine(tmp_path / "other", tmp_path), (tmp_path / "backups").glob("*.db")
    (tmp_path / "passphrase").write_text("another long passphrase\n")
    assert other.run("keys", "recover", tmp_path / "keys.age", "--identity", tmp_path / "escrow").code == 0
    assert other.run("db", "restore", backup).code == 0
    assert other.run("audit", "verify").code == 0
    # back to a plain file
    assert new.run("db", "decrypt").code == 0
    assert "not encrypted yet" in new.run("audit", "verify").refused
    new.set_key_source("")
    assert new.run("audit", "verify").code == 0


def len_of_log(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "store.db")) as store:
        (count,) = store.execute("SELECT count(*) FROM ledger_entries").fetchone()
    return int(count)


@pytest.mark.wide
def test_a_credential_of_systemd_is_a_key_and_a_store_in_use_is_not_converted(
    machine: Machine, office: SampleOffice, tmp_path: Path
) -> None:
    machine.set_key_source("credential")
    assert "gave no credential" in machine.run("db", "encrypt").refused
    machine.environment["CREDENTIALS_DIRECTORY"] = str(tmp_path)
    assert machine.run("keys", "generate", tmp_path / "clerk-store-key").code == 0
    assert (tmp_path / "clerk-store-key").stat().st_mode & 0o777 == 0o600
    assert machine.run("db", "encrypt").code == 0
    entries = machine.run("audit", "verify", "--json").json["entries"]
    assert machine.run("staff", "list").code == 0
    assert machine.run("audit", "verify", "--json").json["entries"] == entries  # no new incarnation: it is no copy
    (tmp_path / "clerk-store-key").write_text(generate_store_key())
    ran = machine.run("db", "decrypt")
    assert "does not open" in ran.refused


def cut(data: bytes) -> bytes:
    return data[:-100]


def changed(data: bytes) -> bytes:
    return data[:-5000] + bytes([data[-5000] ^ 1]) + data[-4999:]


@pytest.mark.parametrize("change", [cut, pytest.param(changed, marks=pytest.mark.wide)])
def test_a_cut_or_changed_backup_leaves_no_plain_text(
    machine: Machine, recipients: list[object], tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    machine.run("db", "backup", tmp_path / "sealed", *recipients)
    (sealed,) = (tmp_path / "sealed").glob("*.age")
    sealed.write_bytes(change(sealed.read_bytes()))
    new = Machine(tmp_path / "new", tmp_path)
    refused = new.run("db", "restore", sealed, "--identity", tmp_path / "city").refused
    assert "cannot be decrypted" in refused
    assert [path for path in new.folder.rglob("*") if path.is_file()] == []
    assert "Name two recipients" in machine.run("db", "backup", tmp_path / "x", *recipients[:2]).refused


@pytest.mark.wide
def test_a_key_is_unwrapped_with_its_passphrase_only() -> None:
    key = generate_store_key()
    wrapped = wrap_key(key, PASSPHRASE)
    assert unwrap_key(wrapped, PASSPHRASE) == key
    with pytest.raises(BadData):
        unwrap_key(wrapped, PASSPHRASE + "x")
    with pytest.raises(BadData):
        wrap_key(key, "short")
