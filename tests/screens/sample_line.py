"""A line to a center that was lost, with a decision that came back: what every sample desk says and settles."""

from __future__ import annotations

from clerk_app.desk import LineView, Pair, Refused, Returned

REFUSED = Returned(
    id="refusal:7",
    what="Decision on a task",
    case="260000000017",
    at="05-06 09:31",
    sentence="You hold this task no longer: it was given to another.",
    typed=(Pair("Reason", "not born here"),),
)


class SampleLine:
    """The line part of a desk (desk.LineDesk)."""

    asked: list[str]
    came_back: tuple[Returned, ...] = ()

    def line(self) -> LineView:
        return LineView(
            headline="center out of reach since 09:12",
            level="warn",
            facts=(Pair("Center", "c1  https://center.example.cn"), Pair("Waits to be sent", "3")),
            cannot=("Claiming further tasks: those already held can be decided.",),
            can=("Accepting cases: numbers and receipts are final.",),
            returned=self.came_back,
        )

    def settle(self, returned: str, note: str) -> None:
        if not note.strip():
            raise Refused("reason", "Say what was done about it: that is kept with it.")
        self.asked.append(f"settle {returned} {note}")
        self.came_back = ()
