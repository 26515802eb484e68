"""Rules across the fields of a form: what has to hold between answers, such as an end after its beginning."""

from __future__ import annotations

from typing import Literal

from clerk_app.catalogue.base_model import CatalogueModel, Condition, Id, Text


class FieldRule(CatalogueModel):
    """A rule: `must` has to hold wherever `when` holds; None: always.

    A broken `stop` rule prevents the acceptance, and so does one that the answers do not decide; a broken `warn` rule
    is only shown. `reason` is shown with `basis`, the legal basis.
    """

    id: Id
    must: Condition
    when: Condition | None = None
    effect: Literal["stop", "warn"] = "stop"
    reason: Text
    basis: Text | None = None

    def field_ids(self) -> tuple[str, ...]:
        """Return the ids of the fields in the rule, in order, without duplicates."""
        guards = self.when.field_ids() if self.when else ()
        return tuple(dict.fromkeys((*self.must.field_ids(), *guards)))
