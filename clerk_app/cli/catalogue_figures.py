"""The table of `clerk catalogue show`: days, critical path and four reductions of every one thing."""

from __future__ import annotations

from clerk_app.catalogue.model import Catalogue, OneThing
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.plan_course import project_course
from clerk_app.locales import _, current_language

_FIGURES = ("steps", "days", "papers", "visits")


def list_figures(catalogue: Catalogue) -> list[list[str]]:
    """Return a heading and a row for each one thing, of the matters that are proposed without any answer.

    Days are working days: promised, of all matters in turn, and of the critical path. The four reductions (四减) are
    the published figures before the bundle, and those of the plan.
    """
    heading = [_("one thing"), _("matters"), _("promised"), _("in turn"), _("longest chain")]
    heading += [_("steps"), _("days"), _("papers"), _("visits"), _("name")]
    return [heading, *(_describe(catalogue, one_thing) for one_thing in catalogue.one_things)]


def _describe(catalogue: Catalogue, one_thing: OneThing) -> list[str]:
    plan = make_plan(catalogue, one_thing.id, None, {})
    course = project_course(plan)
    before, after = plan.reductions.published, plan.reductions.after
    return [
        one_thing.id,
        str(len(plan.active_matters)),
        str(one_thing.promised_days),
        str(course.serial_days),
        str(plan.promised_days),
        *(f"{getattr(before, name)} > {getattr(after, name)}" for name in _FIGURES),
        one_thing.name.in_language(current_language()),
    ]
