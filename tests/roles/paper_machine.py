"""A process that takes a paper in, page by page, and confirms each page on its output: `paper_machine FOLDER FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

from clerk_app.composition.office import open_office
from clerk_app.roles.papers.taking import PaperTaking
from clerk_app.views.papers import PaperTarget

TARGET = PaperTarget("case/260000000018", "lease", "Lease")


def main(folder: Path, file: str) -> None:
    office = open_office(folder)
    taking = PaperTaking(office)
    begun = len(taking.open_paper(TARGET).pages)

    def confirm(pages: int) -> None:
        sys.stdout.write(f"{begun + pages}\n")
        sys.stdout.flush()

    while True:
        taking.add_file(TARGET, file, confirm)
        taking.complete(TARGET.owner, TARGET.material)
        taking.drop_paper(TARGET)
        begun = 0


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
