"""Actions of a window on the promises of the draft: taken, taken back, declined, and printed for the signature."""

from __future__ import annotations

import msgspec

from clerk_app.cases.promises.offers import find_bar
from clerk_app.catalogue.plan import NO_COMMITMENT
from clerk_app.errors import Refused
from clerk_app.locales import _
from clerk_app.roles.counter.draft_actions import DraftActions
from clerk_app.roles.counter.draft_values import prefill_content
from clerk_app.views.counter import CounterView


class PromiseActions(DraftActions):
    """Commitments, and papers to be brought later."""

    def set_promise(self, promise: str, *, is_made: bool) -> CounterView:
        draft = self._read_unmasked_draft()
        kind, _colon, subject = promise.partition(":")
        if is_made:
            if draft.promise_bar is not None:
                raise draft.promise_bar
            bar = find_bar(draft.catalogue, draft.plan, kind, subject)
            if bar is not None:
                raise bar
        others = [text for text in draft.content.promised if text.partition(":")[2] != subject]
        promised = tuple(sorted([*others, promise] if is_made else others))
        self._save(msgspec.structs.replace(draft.content, promised=promised))
        return self.read_view()

    def decline_commitments(self, *, is_declined: bool) -> CounterView:
        draft = self._read_unmasked_draft()
        values = {name: value for name, value in draft.content.values.items() if name != NO_COMMITMENT}
        values |= {NO_COMMITMENT: "yes"} if is_declined else {}
        self._save(msgspec.structs.replace(draft.content, values=values))
        self._save(prefill_content(self._read_draft()))
        return self.read_view()

    def print_promises(self) -> CounterView:
        from clerk_app.roles.counter.promise_sheet import print_promise_sheet  # papers: not before the first one

        draft, visit = self._read_unmasked_draft(), self._current_visit()
        if draft.promise_bar is not None:
            raise draft.promise_bar
        if draft.identity_gap:
            raise Refused("no_applicant", "Nobody has shown a code yet: the applicant is not known.")
        number, delivery = print_promise_sheet(self._office, draft, visit, self._staff)
        return self._view_with_message(_("Sheet {number}. {delivery}").format(number=number, delivery=delivery))
