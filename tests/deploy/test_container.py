"""The container files of `deploy/container`, without a container engine."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONTAINER = ROOT / "deploy" / "container"
CONTAINERFILE = (CONTAINER / "Containerfile").read_text("utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file."""
    content: dict[str, Any] = yaml.safe_load((CONTAINER / "compose.yaml").read_text("utf-8"))
    return content


def test_the_image_runs_without_root_and_reports_its_health() -> None:
    instructions = re.findall(r"^([A-Z]+) (.*)$", CONTAINERFILE.rpartition("\nFROM ")[2], re.MULTILINE)
    assert ("USER", "clerk-center") in instructions
    assert [word for word, _rest in instructions if word in ("HEALTHCHECK", "ENTRYPOINT", "STOPSIGNAL", "VOLUME")] == [
        "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT",
    ]  # fmt: skip


def test_everything_that_the_image_copies_exists() -> None:
    lines = re.findall(r"^COPY (?!--from)(?:--\S+ )*(.+) \S+$", CONTAINERFILE, re.MULTILINE)
    assert [path for line in lines for path in line.split() if not (ROOT / path).exists()] == []


def test_no_file_names_the_host_of_a_registry(compose: dict[str, Any]) -> None:
    images = [service["image"] for service in compose["services"].values()]
    images += re.findall(r"^(?:FROM|ARG BASE=) ?(\S+)", CONTAINERFILE, re.MULTILINE)
    assert [image for image in images if "." in image.partition("/")[0] and "/" in image] == []


def test_everything_that_a_service_names_is_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service["secrets"]) <= set(compose["secrets"])
        assert set(service["networks"]) <= set(compose["networks"])
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(compose["volumes"])
        assert set(service.get("depends_on", ())) <= set(compose["services"])


def test_the_password_of_the_database_is_in_no_argument(tmp_path: Path) -> None:
    (tmp_path / "database_password").write_text("secret words\n")
    environment = {**os.environ, "CLERK_SECRETS": str(tmp_path)}
    command = [str(CONTAINER / "entrypoint"), "sh", "-c", 'echo "$PGPASSWORD $#"']
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout == "secret words 0\n"
