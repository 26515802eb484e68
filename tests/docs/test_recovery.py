"""The recovery rehearsed in `docs/operating.md` works step by step."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.cli.test_encryption import Machine, machine  # noqa: F401 - the second is a fixture
from tests.docs.code_blocks import DOCS, read_commands

pyrage = pytest.importorskip("pyrage")
pytest.importorskip("sqlcipher3")


@pytest.mark.wide
def test_the_recovery_of_the_page_works_step_by_step(
    machine: Machine,  # noqa: F811
    tmp_path: Path,
) -> None:
    machine.set_key_source("passphrase")
    shown: dict[str, str] = {}
    for command in read_commands(DOCS / "operating.md", "Encryption and recovery"):
        words = [shown.get(word, word) for word in shlex.split(command)]
        if words[0] == "age-keygen":
            identity = pyrage.x25519.Identity.generate()
            (tmp_path / words[-1]).write_text(f"{identity}\n")
            shown[f"RECIPIENT-OF-{words[-1].removesuffix('.txt').upper()}"] = str(identity.to_public())
            continue
        backups = [str(path) for path in (tmp_path / "mnt" / "sealed").glob("*.age")]
        words = [backups[0] if word.endswith("BACKUP.age") else word for word in words]
        words = [word.replace("/mnt/", f"{tmp_path}/mnt/", 1) if word.startswith("/mnt/") else word for word in words]
        words = [str(tmp_path / word) if word.endswith(".txt") else word for word in words]
        (tmp_path / "mnt").mkdir(exist_ok=True)
        office = machine if words[2] == "/srv/clerk" else Machine(tmp_path / "recovered", tmp_path)
        ran = office.run(*words[3:])
        assert (ran.code, ran.err) == (0, ""), command
