"""Measure how papers are read.

python -m benchmarks papers --papers 200 --seed 3    kinds and fields of drawn papers, time, memory
python -m benchmarks papers --pages                  find the page in photographs
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from benchmarks.papers.page_shares import main as measure_pages
from benchmarks.papers.reading_quality import main as measure_reading
from clerk_app.errors import BadData


def main(argv: Sequence[str]) -> int:
    """Run the benchmark with its command-line arguments; return 0 when every bar is held, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks papers", allow_abbrev=False)
    parser.add_argument("--pages", action="store_true", help="find the page in photographs")
    parser.add_argument("--papers", type=int, default=112, help="drawn papers; 112: each drawing in each condition")
    parser.add_argument("--children", type=int, default=2, help="processes that read papers at once")
    parser.add_argument("--photographs", type=int, default=200, help="number of photographs, with --pages")
    parser.add_argument("--seed", type=int, default=1, help="seed of the papers, or of the first photograph")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each result")
    args = parser.parse_args(list(argv))
    if args.pages:
        return measure_pages(args.photographs, args.seed, as_json=args.json)
    if args.papers < 1 or args.children < 1:
        raise BadData("At least one paper has to be read, by at least one process.")
    return measure_reading(args.papers, args.seed, args.children, as_json=args.json)
