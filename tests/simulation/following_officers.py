"""Actions of officers on promises that they follow up, and on overdue tasks that were escalated to their organ."""

from __future__ import annotations

from collections.abc import Callable

from clerk_app.cases.promises.follow_ups import ExtendPromise, KeepPromise, ReportPromise
from clerk_app.cases.promises.offers import GAP
from clerk_app.cases.tasks.broken_promises import AnswerReport
from clerk_app.cases.tasks.escalations import AnswerEscalation
from clerk_app.errors import Refused
from db.engines import Row
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.officers import Officers


class FollowingOfficers(Officers):
    """Officers who also follow up promises, and answer about overdue tasks."""

    def actions(self) -> dict[str, Callable[[], str]]:
        """Return the actions by their names in a scenario."""
        more = {
            "follow_promise": self.follow_promise,
            "answer_report": self.answer_report,
            "answer_escalation": self.answer_escalation,
        }
        return {**super().actions(), **more}

    def follow_promise(self) -> str:
        """Record that a promise was kept, extend its check, or report it as false."""
        promises = self._promises("open")
        if not promises:
            return "no promise"
        row = self.rng.choice(promises)
        act = "report" if row["kind"] == GAP else self.rng.choices(("keep", "extend", "report"), (2, 1, 4))[0]
        officer = self._officer_of(row["organ"])
        if act == "keep":
            self.node.perform(KeepPromise(promise=row["id"], note="seen on site"), officer)
        elif act == "extend":
            extend = ExtendPromise(promise=row["id"], working_days=self.rng.randint(1, 5), reason="the works are late")
            self.node.perform(extend, officer)
        else:
            report = ReportPromise(promise=row["id"], reason="it was not so", evidence="photo")
            self.node.perform(report, officer)
            if self.rng.random() < 0.5:
                return f"{row['id']} reported, {self.answer_report()}"
        return f"{row['id']} {act} by {officer}"

    def answer_report(self) -> str:
        """Confirm or reject the report of a false promise; the person who reported it is refused."""
        promises = self._promises("reported")
        if not promises:
            return "no report"
        row = self.rng.choice(promises)
        officer, confirmed = self._officer_of(row["organ"]), self.rng.random() < 0.8
        command = AnswerReport(promise=row["id"], confirmed=confirmed, note="" if confirmed else "another road")
        try:
            self.node.perform(command, officer)
        except Refused as refused:
            return f"{row['id']} {refused.reason}"
        if officer == row["reported_by"]:
            raise InvariantViolation("a false promise needs two persons", promise=row["id"], officer=officer)
        return f"{row['id']} {'confirmed' if confirmed else 'rejected'} by {officer}"

    def answer_escalation(self) -> str:
        """Answer with what was arranged for an overdue task."""
        rows = self.node.rows("escalations", order=("id",), closed_at=None)
        rows = [row for row in rows if row["addressee"] in self.node.spec.organs]
        if not rows:
            return "no escalation"
        row = self.rng.choice(rows)
        answer = AnswerEscalation(escalation=row["id"], note="a colleague helps")
        self.node.perform(answer, self._officer_of(row["addressee"]))
        return str(row["id"])

    def _promises(self, state: str) -> list[Row]:
        rows = self.node.rows("promises", order=("id",), state=state)
        return [row for row in rows if row["organ"] in self.node.spec.organs]

    def _officer_of(self, organ: str) -> str:
        return self.rng.choice([name for name, own in self.people.items() if own == organ])
