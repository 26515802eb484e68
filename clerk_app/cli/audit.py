"""`clerk audit`: verify, read and export the log; compare what several machines have seen of it."""

from __future__ import annotations

from pathlib import Path

from clerk_app.cli.arguments import Parser
from clerk_app.cli.audit_access import print_accesses
from clerk_app.cli.audit_application import print_evidence
from clerk_app.cli.audit_export import compare_checkpoints, export_proof
from clerk_app.cli.audit_log import print_log
from clerk_app.cli.audit_verify import print_checkpoint, print_verification
from clerk_app.locales import _


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk audit`."""
    verify = parser.add_command("verify", print_verification, _("Check every entry and every link between them."))
    verify.flag("--json", _("one JSON object: entries, breaks, checkpoints, unreadable"))
    verify.add_argument(
        "--checkpoint",
        action="append",
        type=Path,
        metavar=_("FILE"),
        help=_("also compare with the checkpoints in this file, which is kept elsewhere"),
    )
    checkpoint = parser.add_command("checkpoint", print_checkpoint, _("Print the newest checkpoint of the log."))
    checkpoint.option("--to", _("write it to this file"), value=_("FILE"), type=Path)
    log = parser.add_command("log", print_log, _("Print entries by person, case, actor or machine."))
    log.option("--person", _("entries on this person, their visits and cases"), value=_("ID"), default="")
    log.option("--case", _("entries on this case"), value=_("NUMBER"), default="")
    log.option("--actor", _("entries of this staff member"), value=_("ID"), default="")
    log.option("--machine", _("entries of this machine"), value=_("NODE"), default="")
    log.option("--since", _("from this day on (2026-05-06)"), value=_("DAY"), default="")
    log.option("--until", _("up to this day"), value=_("DAY"), default="")
    log.flag("--alone", _("what one administrator did alone that needs two"))
    log.flag("--json", _("one JSON object for each entry"))
    purpose = _("Verify the signed request of a portal: signature, message, what was made of it, scans.")
    application = parser.add_command("application", print_evidence, purpose)
    application.add_argument("number", metavar=_("NUMBER"), help=_("the number of the application"))
    access = parser.add_command("access", print_accesses, _("Print who saw the data of a person, when and why."))
    access.option("--person", _("the id of the person or organisation"), value=_("ID"), required=True)
    access.flag("--json", _("one JSON object for each access"))
    export = parser.add_command(
        "export", export_proof, _("Write the log without personal data, its checkpoints, and a program to verify them.")
    )
    export.add_argument("folder", type=Path, metavar=_("DIR"), help=_("a new folder"))
    compare = parser.add_command("compare", compare_checkpoints, _("Compare the checkpoints of several machines."))
    compare.add_argument(
        "paths", nargs="+", type=Path, metavar=_("PATH"), help=_("folders of exports, or files with checkpoints")
    )
