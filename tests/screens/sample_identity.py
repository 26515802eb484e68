"""The comparison of face and photo in memory, for tests."""

from __future__ import annotations

from clerk_app.errors import Refused
from clerk_app.views.counter import CounterView
from clerk_app.views.identity import Compared
from clerk_app.views.page_view import PaperPages
from tests.screens.sample_data import localized
from tests.screens.sample_pages import draw_lease, open_pages

SECOND, SECOND_PIN = "1002", "471902"


class SampleIdentity:
    """Outcomes of a comparison. `compared` is what the last one stated."""

    _confirmed: bool
    _doubted: bool = False
    compared: Compared = ""

    def _do(self, name: str, message: str = "", **has: bool) -> CounterView:
        raise NotImplementedError

    def confirm_person(self, compared: Compared = "") -> CounterView:
        self._confirmed, self.compared = True, compared
        return self._do("confirm_person")

    def reject_person(self, compared: Compared = "") -> CounterView:
        self._doubted, self.compared = False, compared
        return self._do("reject_person", localized("Not this person.", "不是此人。"), applicant=False)

    def doubt_person(self, compared: Compared = "") -> CounterView:
        self._doubted, self.compared = True, compared
        return self._do("doubt_person")

    def settle_doubt(self, number: str, pin: str, *, same: bool, compared: Compared = "") -> CounterView:
        if (number, pin) != (SECOND, SECOND_PIN):
            raise Refused("wrong", localized("Number or PIN is wrong.", "编号或 PIN 有误。"))
        self._doubted, self._confirmed, self.compared = False, same, compared
        return self._do(f"settle_doubt {number} {'same' if same else 'other'}", applicant=same)

    def open_portrait(self) -> PaperPages:
        return open_pages(draw_lease, purpose="comparing")
