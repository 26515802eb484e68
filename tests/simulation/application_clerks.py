"""Actions of clerks on applications from outside."""

from __future__ import annotations

from collections.abc import Callable

from clerk_app.cases.applications.answers import AnswerApplication
from clerk_app.cases.applications.opening import OpenApplication, ReturnApplication
from clerk_app.cases.applications.queries import ListApplications
from tests.simulation.clerks import ActionResult, CounterClerk, counter_actions


class ApplicationClerk(CounterClerk):
    """A clerk who also works on applications from outside."""

    def handle_application(self) -> ActionResult:
        """Open an application from outside that waits; accept or answer it, return it, or leave it open."""
        waiting = self.node.perform(ListApplications(), self.clerk).applications
        if not waiting:
            return "no application"
        number = self.rng.choice(waiting).number
        self.node.perform(OpenApplication(application=number, purpose="review"), self.clerk)
        act = self.rng.choices(("accept", "answer", "return", "leave"), (6, 3, 1, 2))[0]
        if act == "accept":
            visit, citizen = self.start_visit("birth")
            materials = self._collect_materials("birth", visit, citizen)
            values = self._generate_values("birth", citizen)
            draft = self._save_draft(visit, "birth", values)
            case = self._accept_draft(draft, visit, "birth", values, materials, citizen, number)
            self.finish_visit(visit)
            return f"{number} {case}"
        if act == "answer":
            command = AnswerApplication(application=number, outcome="refused", reason="not for this city")
            self.node.perform(command, self.clerk)
        elif act == "return":
            self.node.perform(ReturnApplication(application=number), self.clerk)
        return f"{number} {act}"


def all_counter_actions(counter: ApplicationClerk) -> dict[str, Callable[[], ActionResult]]:
    """Return the actions of a window by their names in a scenario."""
    return {**counter_actions(counter), "application": counter.handle_application}
