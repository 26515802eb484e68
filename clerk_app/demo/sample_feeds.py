"""What other registers have sent to the sample city: persons, relations and licences, and a row that was refused."""

from __future__ import annotations

from pathlib import Path

from clerk_app.composition.office import Office
from clerk_app.demo.city_data import SAMPLE_CITY_DATA
from clerk_app.people import SYSTEM
from clerk_app.registry.file_import import FileImport
from clerk_app.registry.source_files import open_source_file

FEEDS = SAMPLE_CITY_DATA / "feeds"
"""Files in the order in which they were sent; each is named by a number and its source."""


def import_feeds(office: Office, folder: Path = FEEDS) -> None:
    """Import the files of the registers, as `clerk registry import` does."""
    today = office.local_time().date()
    for path in sorted(folder.glob("*.csv")):
        source = path.stem.partition("-")[2]
        file = open_source_file(path)
        run = FileImport(
            office.door, file, source, SYSTEM, is_dry_run=False, today=today, report_mistake=lambda _mistake: None
        )
        run.run()
