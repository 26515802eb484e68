"""`clerk bench feel`: what the program costs, as ratios to a minimal app of the same run."""

from __future__ import annotations

from argparse import Namespace

from clerk_app.cli.arguments import Parser
from clerk_app.locales import _


def describe(parser: Parser) -> None:
    """The benches; each explains its own arguments."""
    parser.add_argument("bench", choices=("feel",), help=_("feel: first paint, keys, pages and memory"))
    parser.take_rest("words")
    parser.runs(measure)


def measure(args: Namespace) -> int:
    """Runs the bench; its exit code says whether every bar was held."""
    from clerk_app.bench.feel import main

    return main(args.words)
