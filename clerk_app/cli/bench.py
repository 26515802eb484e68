"""`clerk bench`: what the program costs and what it reads, beside others in the same run."""

from __future__ import annotations

from argparse import Namespace
from importlib import import_module

from clerk_app.cli.arguments import Parser
from clerk_app.locales import _


def describe(parser: Parser) -> None:
    """The benches; each explains its own arguments."""
    words = _(
        "feel: first paint, keys, pages and memory; scan: from the lens to a verified result; "
        "decode: codes read, and the time that takes; "
        "queue: claims a second; accept: acceptances a second; sync: a center and its windows"
    )
    parser.add_argument("bench", choices=("feel", "scan", "decode", "queue", "accept", "sync"), help=words)
    parser.take_rest("words")
    parser.runs(measure)


def measure(args: Namespace) -> int:
    """Runs the bench; its exit code says whether every bar was held."""
    code: int = import_module(f"benchmarks.{args.bench}").main(args.words)
    return code
