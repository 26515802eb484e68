"""How commands are written: the parser they share, the options every one has, and where an office is by default."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from clerk_app.errors import BadData
from clerk_app.locales import LANGUAGES, _, mark, translate

DEFAULT_LANGUAGE = "zh_CN"

Act = Callable[[argparse.Namespace], int]

# What argparse says itself goes through our catalogue too, or half of every help page would stay English.
vars(argparse)["_"] = translate
_ARGPARSE_SAYS = (
    mark("usage: "),
    mark("positional arguments"),
    mark("options"),
    mark("show this help message and exit"),
    mark("%(prog)s: error: %(message)s\n"),
    mark("argument %(argument_name)s: %(message)s"),
    mark("the following arguments are required: %s"),
    mark("unrecognized arguments: %s"),
    mark("one of the arguments %s is required"),
    mark("not allowed with argument %s"),
    mark("invalid choice: %(value)r (choose from %(choices)s)"),
    mark("invalid %(type)s value: %(value)r"),
    mark("expected one argument"),
    mark("expected at least one argument"),
)


class WrongUsage(BadData):
    """Arguments that do not go together, found after the parser was content with each."""


class Parser(argparse.ArgumentParser):
    """A parser that knows the options of every command. Words are spelled out: `--off` is not `--office`."""

    def __init__(self, *, prog: str, description: str) -> None:
        super().__init__(
            prog=prog,
            description=description,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self._acts: argparse._SubParsersAction[Parser] | None = None
        self.add_argument(
            "--language",
            choices=list(LANGUAGES),
            default=argparse.SUPPRESS,
            help=_("what the program speaks (also: CLERK_LANGUAGE)"),
        )
        self.add_argument(
            "--office",
            type=Path,
            metavar=_("DIR"),
            default=argparse.SUPPRESS,
            help=_("the folder of the office (also: CLERK_OFFICE)"),
        )

    def act(self, name: str, run: Act, purpose: str) -> Parser:
        """Adds the act `name` of a group; its own parser, for its arguments."""
        if self._acts is None:
            self._acts = self.add_subparsers(dest="act", required=True, metavar=_("ACT"), parser_class=Parser)
        added = self._acts.add_parser(name, prog=f"{self.prog} {name}", help=purpose, description=purpose)
        added.runs(run)
        return added

    def may_stand_alone(self) -> None:
        """Without an act, what `runs` says is done."""
        assert self._acts is not None
        self._acts.required = False

    def runs(self, run: Act) -> None:
        """What is done when this parser's arguments were given."""
        self.set_defaults(run=run)

    def flag(self, name: str, words: str) -> None:
        """Adds an option without a value."""
        self.add_argument(name, action="store_true", help=words)

    def option(
        self,
        name: str,
        words: str,
        *,
        value: str,
        type: Callable[[str], object] = str,
        default: object = None,
        required: bool = False,
    ) -> None:
        """Adds an option with a value; `value` names it in the help."""
        self.add_argument(name, metavar=value, type=type, default=default, required=required, help=words)

    def take_rest(self, name: str) -> None:
        """Takes whatever follows unread, as `name`."""
        self.add_argument(name, nargs=argparse.REMAINDER, help=argparse.SUPPRESS).required = False

    def add_version(self) -> None:
        """Adds `--version`."""
        self.add_argument("--version", action=_Version, nargs=0, help=_("print the program's version and end"))


class _Version(argparse.Action):
    """Prints the version of the installed program; looking it up costs a moment, so only now."""

    def __call__(self, parser: argparse.ArgumentParser, *_ignored: object) -> None:
        from importlib.metadata import version

        print(f"clerk {version('clerk')}")
        parser.exit()


def chosen_language(words: Sequence[str]) -> str:
    """The language that the arguments or the environment ask for.

    Read before anything else, because the help and every error are in it. A wrong `--language` is left to the parser.
    Raises BadData when CLERK_LANGUAGE names none that the program speaks.
    """
    for word, after in pairwise([*words, ""]):
        asked = after if word == "--language" else word.removeprefix("--language=")
        if asked != word and asked in LANGUAGES:
            return asked
    told = os.environ.get("CLERK_LANGUAGE") or DEFAULT_LANGUAGE
    if told not in LANGUAGES:
        raise BadData("The program speaks {known}; CLERK_LANGUAGE says {told}.", known=" / ".join(LANGUAGES), told=told)
    return told


def data_home() -> Path:
    """Where programs of this user keep their data (XDG Base Directory Specification)."""
    told = os.environ.get("XDG_DATA_HOME", "")
    return (Path(told) if os.path.isabs(told) else Path.home() / ".local" / "share") / "clerk"


def default_office() -> Path:
    """The folder of the office when none is named."""
    told = os.environ.get("CLERK_OFFICE")
    return Path(told) if told else data_home() / "office"


def shown_commands(purposes: Mapping[str, str]) -> str:
    """The list of commands for the end of the help."""
    width = max(map(len, purposes))
    lines = (f"  {name:<{width}}  {purpose}" for name, purpose in purposes.items())
    return "\n".join([_("commands:"), *lines, "", _("Each command explains itself: clerk COMMAND --help")])
