"""Pre-review of papers (F8 60): of a draft, taken into the form, explained or set aside; of a case, only shown."""

from __future__ import annotations

from functools import partial

from clerk_app.locales import _, mark
from clerk_app.views.case import MaterialRow
from clerk_app.views.counter import CounterView
from clerk_app.views.paper_review import PaperReview
from screens.counter.coded_reasons import ask_coded_reason
from screens.counter.differences import explain_difference
from screens.counter.frame import CounterFrame
from screens.counter.menu_item import MenuItem
from screens.papers.review import PaperReviewDialog, ReviewAnswer
from screens.papers.review_rows import waiting_review
from screens.widgets.dialogs import ReadDialog, drop_texts
from screens.widgets.pick import PickDialog, PickRow


async def review_papers(screen: CounterFrame, material: str = "") -> None:
    """Show the pre-review of a paper; without `material`, ask which one first if there are several."""
    rows = reviewable(screen.view)
    row = next((row for row in rows if row.id == material), rows[0] if len(rows) == 1 and not material else None)
    if row is None and not material and rows:
        found = [PickRow(row.id, row.name, str(number), row.state_name) for number, row in enumerate(rows, 1)]
        chosen = await screen.host.show(PickDialog(_("Pre-review of a paper"), found))
        row = next((row for row in rows if row.id == chosen), None)
    if row is not None and screen.view is not None and screen.view.case is not None:
        read, draw = partial(screen.service.review_paper, row.id), partial(screen.service.draw_value, row.id)
        await screen.host.show(PaperReviewDialog(waiting_review(row), draw, read=read))
    elif row is not None:
        await _show_review(screen, row.id)
    elif material:
        screen.host.notify(_("No pages of this paper were taken in: there is nothing to read."))


async def _show_review(screen: CounterFrame, material: str) -> None:
    """Show the pre-review, and carry out what the clerk chooses in it, until the clerk goes back."""
    row = ""
    while True:
        review = await screen.host.ask(partial(screen.service.review_paper, material))
        if review.state in ("off", "waiting"):
            await screen.host.show(ReadDialog(review.name, sentences=[review.headline]))
            return
        draw = partial(screen.service.draw_value, material)
        answer = await screen.host.show(PaperReviewDialog(review, draw, row=row))
        if answer is None:
            return
        row = f"{'finding' if answer.act == 'ignore' else 'value'}:{answer.id}"
        await _carry_out(screen, review, answer)
        if answer.act == "again":
            return


async def _carry_out(screen: CounterFrame, review: PaperReview, answer: ReviewAnswer) -> None:
    service, material = screen.service, review.material
    if answer.act == "take":
        await screen.call_and_paint(partial(service.take_value, material, answer.id))
    elif answer.act == "ignore":
        await _set_aside(screen, review, answer.id)
    elif answer.act == "again":
        screen.reader.retry(material)
        await screen.call_and_paint(partial(service.read_again, material))
    else:
        field = next((value.field for value in review.values if value.id == answer.id), "")
        await explain_difference(screen, field)


async def _set_aside(screen: CounterFrame, review: PaperReview, name: str) -> None:
    """Set a finding aside, a difference with a reason, or show it again."""
    service, finding = screen.service, next(found for found in review.findings if found.id == name)
    if not finding.needs_reason or finding.is_ignored:
        await screen.call_and_paint(partial(service.ignore_finding, review.material, name))
        return
    draft = screen.view.intake.draft if screen.view is not None and screen.view.intake is not None else ""
    key = f"finding {draft} {review.material} {name}"
    reasons = await screen.host.ask(service.list_finding_reasons)
    sentence = _("{finding} Why does the paper count?").format(finding=finding.sentence)
    given = await ask_coded_reason(screen, key, _("Set a difference aside"), sentence, reasons)
    if given is not None:
        await screen.call_and_paint(partial(service.ignore_finding, review.material, name, *given))
        drop_texts(screen, key)


def reviewable(view: CounterView | None) -> tuple[MaterialRow, ...]:
    """Return the papers of the open case, or of the draft, whose pages were taken in."""
    subject = view.case or view.intake if view is not None else None
    return tuple(row for row in subject.materials if row.reading) if subject is not None else ()


REVIEW_ITEMS = (
    MenuItem(60, "review", mark("Pre-review of a paper"), lambda view: bool(reviewable(view)), review_papers),
)
