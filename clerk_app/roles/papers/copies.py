"""Exact copies: the same file handed in for two materials of a draft or case."""

from __future__ import annotations

from collections.abc import Mapping

from clerk_app.cases.case_record import read_case
from clerk_app.cases.intake.drafts import decode_draft
from clerk_app.cases.intake.paper_file import PaperFile
from clerk_app.catalogue import publication
from clerk_app.composition.office import Office
from clerk_app.composition.open_papers import CASE_OWNER, DRAFT_OWNER, OpenPaper
from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.roles.formatting import localize
from clerk_app.roles.unreadable import UNREADABLE
from db.engines import Transaction


def read_draft_files(office: Office, owner: str) -> Mapping[str, PaperFile]:
    """Return the files of papers of a draft, by material; empty for another owner."""
    if not owner.startswith(DRAFT_OWNER):
        return {}
    with office.store.read() as tx:
        row = tx.get("drafts", id=owner.removeprefix(DRAFT_OWNER))
    return decode_draft(row).paper_files if row is not None else {}


def list_copies(office: Office, paper: OpenPaper) -> tuple[str, ...]:
    """Return a sentence for each material of the same draft or case for which the same file was handed in."""
    own = {page.source for page in paper.pages if page.source} | ({paper.file.content} if paper.file else set())
    if not own:
        return ()
    others: dict[str, set[str]] = {}
    for material, file in read_draft_files(office, paper.owner).items():
        others[material] = {file.content, *file.sources}
    for other in office.open_papers.list_of(paper.owner):
        others[other.material] = {page.source for page in other.pages if page.source}
    try:
        with office.store.read() as tx:
            for material, digests in _read_case_files(tx, paper.owner):
                others.setdefault(material, set()).update(digests)
            names = _read_names(tx, paper.owner)
    except (ClerkError, *UNREADABLE):
        return ()
    sentence = _("The same file as for {name}.")
    found = [name for name, digests in others.items() if name != paper.material and own & digests]
    return tuple(sentence.format(name=names.get(name, name)) for name in found)


def _read_case_files(tx: Transaction, owner: str) -> list[tuple[str, set[str]]]:
    if not owner.startswith(CASE_OWNER):
        return []
    rows = tx.select("materials", case_number=owner.removeprefix(CASE_OWNER))
    return [(row["material"], {digest for digest in (row["content"], row["source"]) if digest}) for row in rows]


def _read_names(tx: Transaction, owner: str) -> dict[str, str]:
    """Return the names of the materials of the catalogue of a draft or case, in the current language."""
    if owner.startswith(CASE_OWNER):
        catalogue = read_case(tx, owner.removeprefix(CASE_OWNER)).catalogue
    else:
        row = tx.get("drafts", id=owner.removeprefix(DRAFT_OWNER))
        if row is None:
            return {}
        catalogue = publication.load_part(tx, row["catalogue"], row["catalogue_version"], row["one_thing"])
    return {material.id: localize(material.name) for material in catalogue.materials}
