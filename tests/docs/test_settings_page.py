"""`docs/settings.md` lists every setting; its tables are those that the schemas give."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import yaml
from pydantic import BaseModel

from clerk_app.cases.status_query import SECOND_FACTOR_LENGTH
from clerk_app.catalogue.policy import CityPolicy
from clerk_app.composition.settings import Settings
from clerk_app.composition.settings_schema import make_model
from clerk_app.hall.ticket_numbers import MAX_TICKET_SERIAL
from clerk_app.ledger.offline_authority import SILENCE_LIMIT
from clerk_app.licences.trust_list import AMBER_AFTER, RED_AFTER
from screens.kiosk.idle import COUNTDOWN_SECONDS
from tests.cli.conftest import Clerk
from tests.docs.code_blocks import ROOT
from tests.docs.settings_tables import PAGE, with_current_tables

TEXT = PAGE.read_text("utf-8")
OPTIONS = re.findall(r"^\| `clerk ([a-z -]+)` \| `(--\w+)` \|", TEXT, re.MULTILINE)


def test_the_tables_follow_from_the_schemas() -> None:
    assert with_current_tables(TEXT) == TEXT, "run: python -m tests.docs.settings_tables"


@pytest.mark.parametrize("schema", [CityPolicy, make_model(Settings)])
def test_every_setting_has_a_row_with_its_meaning(schema: type[BaseModel]) -> None:
    for name, field in schema.model_fields.items():
        assert re.search(rf"^\| `{field.alias or name}(`|\.|\[)", TEXT, re.MULTILINE), name
        assert field.description


def test_every_environment_variable_that_the_program_reads_is_listed() -> None:
    sources = [path.read_text("utf-8") for room in ("clerk_app", "screens") for path in (ROOT / room).rglob("*.py")]
    names = {name for source in sources for name in re.findall(r"environ\.get\(\"(\w+)\"", source)}
    assert names
    assert [name for name in sorted(names) if f"| `{name}` |" not in TEXT] == []


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_the_listed_options_exist(clerk: Clerk, command: str, option: str) -> None:
    ran = clerk(*command.split(), "--help")
    assert (ran.code, option in ran.out) == (0, True)


def test_the_fixed_values_are_those_of_the_program() -> None:
    for value in (
        f"| {SECOND_FACTOR_LENGTH} characters:",
        f"| {COUNTDOWN_SECONDS:.0f} s: countdown",
        f"| {SILENCE_LIMIT // 1_000_000} s without",
        f"| {MAX_TICKET_SERIAL} tickets of a category",
        f"| {AMBER_AFTER // timedelta(hours=1)} h amber, {RED_AFTER.days} d red",
    ):
        assert value in TEXT


def test_the_sample_of_the_page_is_a_policy() -> None:
    sample, _hall = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert CityPolicy.model_validate(yaml.safe_load(sample)["policy"]).claim_lease_minutes == 30
