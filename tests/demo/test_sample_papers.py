"""The papers in the scanner's folder of the sample city can be taken in, and show what a page may lack."""

from __future__ import annotations

from pathlib import Path

from clerk_app.demo.sample_papers import write_sample_papers
from scanners import PaperClient


def test_the_sample_papers_are_read_and_one_of_them_is_blank(tmp_path: Path) -> None:
    write_sample_papers(tmp_path)
    client = PaperClient()
    pages = {path.name: client.read_file(path.read_bytes()) for path in tmp_path.iterdir()}
    client.close()
    assert {name: len(found) for name, found in pages.items()} == {
        "lease.pdf": 2,
        "marriage-certificate.jpg": 1,
        "employment-certificate.jpg": 1,
        "empty-page.jpg": 1,
    }
    assert [name for name, found in pages.items() if any(page.findings for page in found)] == ["empty-page.jpg"]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 1_000_000
