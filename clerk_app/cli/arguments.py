"""The parser that all commands share, their common options, and the default office."""

from __future__ import annotations

import argparse
import gettext
import os
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from clerk_app import locales
from clerk_app.errors import BadData
from clerk_app.locales import LANGUAGES, _, mark

DEFAULT_LANGUAGE = "zh_CN"

ROLE_COMMANDS = ("counter", "department", "supervisor", "admin", "reception", "kiosk", "board")
SCREEN_COMMANDS = (*ROLE_COMMANDS, "view")  # named in the help on one line, so that it fits on 24 lines

CommandFunction = Callable[[argparse.Namespace], int]

# Messages of argparse itself, translated by `translate_argparse`.
_ARGPARSE_MESSAGES = (
    mark("usage: "),
    mark("positional arguments"),
    mark("options"),
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
    """Raised for wrong usage that argparse does not detect, such as arguments that exclude each other."""


class Parser(argparse.ArgumentParser):
    """Parser with the common options. Options cannot be abbreviated: `--off` is not `--office`."""

    def __init__(self, *, prog: str, description: str, list_options: bool = True) -> None:
        super().__init__(
            prog=prog,
            description=description,
            add_help=False,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self._commands: argparse._SubParsersAction[Parser] | None = None
        words = {
            "help": _("show this help message and exit"),
            "language": _("language: zh_CN or en (also: CLERK_LANGUAGE)"),
            "office": _("the folder of the office (also: CLERK_OFFICE)"),
        }
        if not list_options:
            words = dict.fromkeys(words, argparse.SUPPRESS)
        self.add_argument("-h", "--help", action="help", default=argparse.SUPPRESS, help=words["help"])
        self.add_argument(
            "--language",
            choices=list(LANGUAGES),
            metavar="L",
            default=argparse.SUPPRESS,
            help=words["language"],
        )
        self.add_argument(
            "--office",
            type=Path,
            metavar=_("DIR"),
            default=argparse.SUPPRESS,
            help=words["office"],
        )

    def format_help(self) -> str:
        """Return the help; of the program without the empty line after its usage, so that it fits on 24 lines."""
        text = super().format_help()
        return text if self._commands is not None or not self.epilog else text.replace("\n\n", "\n", 1)

    def add_command(self, name: str, run: CommandFunction, purpose: str) -> Parser:
        """Add the subcommand `name` and return its parser."""
        if self._commands is None:
            self._commands = self.add_subparsers(
                dest="subcommand", required=True, metavar=_("COMMAND"), parser_class=Parser
            )
        added = self._commands.add_parser(name, prog=f"{self.prog} {name}", help=purpose, description=purpose)
        added.set_function(run)
        return added

    def make_command_optional(self) -> None:
        """Make the subcommand optional; without one, the function set by `set_function` is called."""
        if self._commands is not None:
            self._commands.required = False

    def set_function(self, run: CommandFunction) -> None:
        """Set the function that is called with the parsed arguments."""
        self.set_defaults(run=run)

    def flag(self, name: str, words: str) -> None:
        """Add an option without a value."""
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
        """Add an option with a value; `value` names it in the help."""
        self.add_argument(name, metavar=value, type=type, default=default, required=required, help=words)

    def take_rest(self, name: str) -> None:
        """Store the remaining arguments unparsed under `name`."""
        self.add_argument(name, nargs=argparse.REMAINDER, help=argparse.SUPPRESS).required = False

    def add_version(self) -> None:
        """Add `--version`, which is not listed."""
        self.add_argument("--version", action=_Version, nargs=0, help=argparse.SUPPRESS)


class _Version(argparse.Action):
    """Prints the version of the installed package. It is looked up only then, because that takes milliseconds."""

    def __call__(self, parser: argparse.ArgumentParser, *_ignored: object) -> None:
        from importlib.metadata import version

        print(f"clerk {version('clerk')}")
        parser.exit()


def chosen_language(words: Sequence[str]) -> str:
    """Return the language named by the arguments or by CLERK_LANGUAGE.

    Called before the arguments are parsed, because help and errors are in this language. The parser reports a wrong
    `--language` later. Raises BadData when CLERK_LANGUAGE names an unknown language.
    """
    for word, following in pairwise([*words, ""]):
        language = following if word == "--language" else word.removeprefix("--language=")
        if language != word and language in LANGUAGES:
            return language
    language = os.environ.get("CLERK_LANGUAGE") or DEFAULT_LANGUAGE
    if language not in LANGUAGES:
        raise BadData(
            "CLERK_LANGUAGE is {value}; the languages are {known}.", value=language, known=" / ".join(LANGUAGES)
        )
    return language


def data_home() -> Path:
    """Return the data folder of this user (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".local" / "share") / "clerk"


def default_office() -> Path:
    """Return the folder of the office that is used without `--office`."""
    folder = os.environ.get("CLERK_OFFICE")
    return Path(folder) if folder else data_home() / "office"


def format_commands(purposes: Mapping[str, str]) -> str:
    """Return the list of commands for the end of the help: one line for all roles, one for each other command."""
    roles = ", ".join(name for name in SCREEN_COMMANDS if name in purposes)
    others = {name: purpose for name, purpose in purposes.items() if name not in SCREEN_COMMANDS}
    width = max(map(len, others))
    lines = (f"  {name:<{width}}  {purpose}" for name, purpose in others.items())
    heading = _("commands:")
    return "\n".join([f"{heading} {roles}", *lines])


def is_language_given(args: argparse.Namespace) -> bool:
    """Return whether the arguments or CLERK_LANGUAGE name the language."""
    return hasattr(args, "language") or bool(os.environ.get("CLERK_LANGUAGE"))


def translate_argparse(language: str) -> None:
    """Make argparse translate its own messages with the gettext catalogue of this program (domain `clerk`)."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("clerk", str(Path(locales.__file__).parent))
    gettext.textdomain("clerk")
