"""The check of an enterprise name at a window."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.people import SYSTEM
from clerk_app.similarity.names.register import RegisteredName, RegisterNames
from clerk_app.views.counter import CounterService
from tests.city_policy import publish_field_check
from tests.roles.workflows import prepare_birth

Code = Callable[[str], str]
NAME, FREE = "海州市华联科技有限公司", "海州市永盛科技有限公司"
FIELD = "home_address"


@pytest.fixture
def with_names(office: Office, counter: CounterService, code: Code) -> CounterService:
    """A window with a draft whose field is checked as an enterprise name."""
    publish_field_check(office, FIELD, "enterprise_name")
    rows = (
        RegisteredName(identifier="n", name=NAME, state="in_use", digest="d"),
        RegisteredName(identifier="p", name="云岫", state="pool", digest="d"),
    )
    office.door.perform(RegisterNames(source="market", rows=rows), SYSTEM)
    prepare_birth(counter, code("mother"))
    return counter


@pytest.mark.usefixtures("english")
def test_a_taken_name_is_shown_with_what_is_the_same_and_a_free_one(with_names: CounterService) -> None:
    view = with_names.fill_field(FIELD, NAME)
    assert view.intake is not None
    assert [option.id for option in view.intake.name_fields] == [FIELD]
    checked = with_names.check_name(FIELD)
    assert (checked.severity, checked.verdict) == ("stop", "cannot be used")
    same = f"the same core and trade at the same place: {NAME} (in use)"
    assert checked.findings == (f"海州市[华联]科技有限公司: {same}",)
    assert checked.alternatives == ("海州市云岫科技有限公司",)


@pytest.mark.wide
@pytest.mark.usefixtures("english")
def test_a_name_is_reserved_and_released(with_names: CounterService) -> None:
    with_names.fill_field(FIELD, FREE)
    assert FREE in with_names.reserve_name(FIELD).message
    assert with_names.check_name(FIELD).reserved_until
    assert "free again" in with_names.release_name(FIELD).message
    assert not with_names.check_name(FIELD).reserved_until


@pytest.mark.wide
def test_an_empty_field_is_not_checked(with_names: CounterService) -> None:
    with pytest.raises(Refused):
        with_names.check_name("unknown")


@pytest.mark.wide
@pytest.mark.usefixtures("english")
def test_an_unchecked_name_is_a_step_before_the_acceptance_until_it_is_checked(with_names: CounterService) -> None:
    def name_steps() -> list[str]:
        intake = with_names.read_view().intake
        assert intake is not None
        return [step.text for step in intake.open_steps if step.kind == "name"]

    with_names.fill_field(FIELD, FREE)
    (text,) = name_steps()
    assert text.startswith("Check the name (F8 69): ")
    with pytest.raises(Refused, match="F8 69"):
        with_names.accept_case()
    with_names.check_name(FIELD)
    assert name_steps() == []
    with_names.fill_field(FIELD, NAME)
    assert name_steps() == [text]
    with_names.check_name(FIELD)
    with pytest.raises(Refused, match="cannot be used"):
        with_names.accept_case()
