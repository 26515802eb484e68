"""Papers counted as printed are the papers that came out and were confirmed, over any order of prints and crashes."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from clerk_app.cases.prints import CONFIRMED, MISSING, PRINTED, WRITTEN
from clerk_app.composition.office import open_office
from clerk_app.errors import Refused
from clerk_app.roles.print_recovery import settle_left_prints
from clerk_app.roles.printing import CasePrinter
from tests.office import SampleOffice, find_faults
from tests.paper.escpos_reader import read_escpos
from tests.roles.print_machine import Behaviour, TrayPrinter, TrayPrinters

BEHAVIOURS: list[Behaviour] = [
    "printed", "written", "mute", "mute and empty", "failed", "cut before", "cut after",
]  # fmt: skip


class PrintMachine(RuleBasedStateMachine):
    """A clerk prints the receipt of a case; the printer fails, stays mute, and the power is lost."""

    template: ClassVar[Path]

    @initialize()
    def open_the_office(self) -> None:
        self.folder = Path(mkdtemp())
        self.office = SampleOffice.open_copy(self.template, self.folder / "office")
        self.number = self.office.door.perform(self.office.prepare_road(), "clerk-1").number
        self.receipt = f"{self.number}-receipt"
        self.is_dark = False
        self.tray = TrayPrinter(self.lose_power)
        self.use_printer()

    def use_printer(self) -> None:
        settings = self.office.office.settings
        printers = TrayPrinters(self.office.office.folder, settings.spool, settings.paper_mm)
        printers.printer = self.tray
        vars(self.office.office)["printers"] = printers  # where its cached property keeps them
        self.printer = CasePrinter(self.office.office, "clerk-1", "1001")

    def lose_power(self) -> None:
        self.is_dark = True
        self.office.close()  # nothing more is written

    def restart(self) -> None:
        self.is_dark = False
        clock = self.office.clock
        self.office = SampleOffice(open_office(self.folder / "office", clock=clock), clock)
        self.use_printer()
        settle_left_prints(self.office.office, "clerk-1")

    def teardown(self) -> None:
        if hasattr(self, "office"):
            faults = find_faults(self.office.store)
            self.office.close()
            shutil.rmtree(self.folder)
            assert faults == []

    def open_prints(self) -> list[str]:
        return [row["id"] for row in self.office.select("prints") if row["outcome"] in ("printing", "unknown")]

    @rule(behaviour=st.sampled_from(BEHAVIOURS), is_new=st.booleans())
    def print_it(self, behaviour: Behaviour, is_new: bool) -> None:
        """Print the receipt, or another version of it."""
        self.office.clock.advance(minutes=1)
        self.tray.behaviour, before, is_open = behaviour, len(self.tray.tray), bool(self.open_prints())
        try:
            (self.printer.print_new_version if is_new else self.printer.print_notice)(self.receipt)
        except Refused:
            assert len(self.tray.tray) == before  # a refused print does not come out
            return
        except Exception:
            if not self.is_dark:
                raise
            self.restart()
        assert not is_open  # nothing is printed before the question is answered

    @precondition(lambda self: self.open_prints())
    @rule()
    def answer_truthfully(self) -> None:
        (print_id,) = self.open_prints()
        answer = CONFIRMED if print_id in self.tray.tray else MISSING
        self.printer.answer(print_id, answer)

    @rule()
    def the_case_changes(self) -> None:
        self.office.clock.advance(hours=25)
        if self.office.case(self.number)["state"] == "accepted":
            self.office.withdraw(self.number)

    @invariant()
    def what_is_counted_came_out_and_was_confirmed(self) -> None:
        prints = self.office.select("prints")
        counted = {row["id"] for row in prints if row["outcome"] in (PRINTED, WRITTEN, CONFIRMED)}
        assert counted == set(self.tray.tray) - set(self.open_prints())
        (notice,) = self.office.select("notices", id=self.receipt)
        assert (notice["prints"], notice["state"]) == (len(counted), "printed" if counted else "pending")

    @invariant()
    def no_two_papers_look_alike(self) -> None:
        """Papers of one version differ in the number of the reprint; only the first has none."""
        headings = [read_escpos(data) for data in self.tray.tray.values()]
        marks = [
            (
                next((row for row in paper.wide_rows if "REPRINT" in row), ""),
                next((row.strip() for row in paper.rows if "VERSION" in row), ""),
            )
            for paper in headings
        ]
        assert len(set(marks)) == len(marks)


@pytest.mark.parametrize("examples", [4, pytest.param(120, marks=pytest.mark.wide)])
def test_counted_papers_are_those_that_came_out_and_were_confirmed(office_template: Path, examples: int) -> None:
    PrintMachine.template = office_template
    run_state_machine_as_test(
        PrintMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
