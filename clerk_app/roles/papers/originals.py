"""Opens the file of a paper of a case in the desktop's program, where the city allows it; recorded as an access."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from clerk_app.cases.case_record import read_case
from clerk_app.cases.originals import OpenOriginal
from clerk_app.catalogue.publication import read_policy
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import _
from clerk_app.roles.formatting import localize
from clerk_app.roles.papers.opened_files import find_desktop_program, open_in_desktop, opened_files
from clerk_app.roles.papers.viewing import read_stored_file


def may_open_originals(office: Office) -> bool:
    """Return whether the city allows papers to be opened in another program."""
    with office.store.read() as tx:
        return read_policy(tx).open_originals


def require_originals(office: Office) -> None:
    """Raise Refused unless the city allows papers to be opened in another program, OutOfReach without a desktop."""
    if not may_open_originals(office):
        raise Refused("originals", "The city does not allow papers to be opened in another program.")
    find_desktop_program()


def open_original(office: Office, staff: str, case: str, material: str) -> tuple[Path, int]:
    """Open the newest file of a material in the desktop's program; return the copy and the minutes that it stays.

    `staff` is the id of a person who has signed in. The opening is recorded before the copy is made. Raises Refused
    (not allowed, not held, no file), OutOfReach (no desktop, the file is not here).
    """
    require_originals(office)
    with office.store.read() as tx:
        record, policy = read_case(tx, case), read_policy(tx)
    program = find_desktop_program()
    digest = next((row["content"] for row in reversed(record.materials) if row["material"] == material), None)
    if not digest:
        raise Refused("nothing", "The case has no file of this paper.")
    content = read_stored_file(office, digest)
    one_thing = record.plan.one_thing
    command = OpenOriginal(case=case, material=material, content=digest, purpose=one_thing.id)
    office.door.perform(command, staff)
    paper = localize(record.catalogue.material(material).name)
    name = f"{localize(one_thing.name)} {office.local_time():%Y-%m-%d %H-%M} {paper}"
    path = opened_files(office.folder).write(content, name, policy.original_minutes * 60.0)
    open_in_desktop(program, path)
    return path, policy.original_minutes


def make_opener(office: Office, staff: str, case: str, material: str) -> Callable[[], str] | None:
    """Return what opens the file of a material and returns a sentence; None where the city does not allow it."""
    if not may_open_originals(office):
        return None
    return lambda: describe_opened(open_original(office, staff, case, material)[1])


def describe_opened(minutes: int) -> str:
    """Return what happened and what follows, for the person at the screen."""
    sentence = _("Opened in another program; this is recorded. The copy is removed after {minutes} minutes.")
    return sentence.format(minutes=minutes)
