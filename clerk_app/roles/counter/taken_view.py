"""View of a paper of a draft whose pages were taken in at this window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.composition.office import Office
from clerk_app.locales import _
from clerk_app.roles.formatting import localize
from clerk_app.roles.papers.page_findings import describe_pages
from clerk_app.roles.papers.photo_check import list_photo_facts
from clerk_app.roles.papers.viewing import FilePages, make_terms, read_stored_file
from clerk_app.views.case import MaterialView
from clerk_app.views.shared import LabelledValue

if TYPE_CHECKING:
    from clerk_app.roles.counter.draft_state import DraftState


def read_taken_view(office: Office, draft: DraftState, material: str, staff: str) -> MaterialView:
    """Return the view of the file of a paper; `staff` is the number of the clerk who has taken it in or serves now."""
    file = draft.content.paper_files[material]
    terms = make_terms(office, localize(draft.plan.one_thing.name), staff)
    pages = FilePages(lambda: read_stored_file(office, file.content), terms, office.local_time, findings=file.findings)
    taken = f"{office.local_time(file.taken_at):%Y-%m-%d %H:%M}" if file.taken_at else ""
    facts = (
        LabelledValue(_("Taken in"), taken),
        LabelledValue(_("Pages"), describe_pages(file.pages)),
        *(list_photo_facts(file.photo.flaws, file.photo.code, file.photo.reason) if file.photo is not None else ()),
    )
    return MaterialView(
        name=localize(draft.catalogue.material(material).name),
        facts=tuple(fact for fact in facts if fact.value),
        picture=None,
        watermark=terms.watermark,
        pages=pages,
        is_paper=True,
    )
