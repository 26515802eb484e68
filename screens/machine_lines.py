"""What the sign-in shows about the machine: its place, the connection, what is unsent, the lists, the version."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import _
from clerk_app.views.shared import Status
from screens.widgets.paint import Line, Span, cell_width, flow, level_style, level_symbol


def machine_lines(status: Status, version: str, width: int) -> Iterable[Line]:
    """Yield a line for each fact, with its name in a column at the left."""
    connection = f"{level_symbol(status.connection_level)} {status.connection}".strip()
    facts: list[tuple[str, list[Span]]] = [(_("Place"), [(status.place, "strong")])] if status.place else []
    facts.append((_("Connection"), [(connection, level_style(status.connection_level))]))
    work = [(_("{count} unsent").format(count=status.unsent), "warn" if status.unsent else "")]
    if status.rejected:
        work.append((_("{count} to settle").format(count=status.rejected), "bad"))
    facts.append((_("Entries"), work))
    lists = [(f"{known.name} {known.age}", level_style(known.level)) for known in status.lists]
    facts += [(_("Lists"), lists)] if lists else []
    facts.append((_("Version"), [(version, "")]))
    if status.clock_wrong:
        facts.append((_("Clock"), [(f"{level_symbol('bad')} " + _("The clock of this machine is wrong."), "bad")]))
    column = max(cell_width([(name, "")]) for name, _spans in facts) + 2
    for name, spans in facts:
        for row, line in enumerate(flow(spans, width - column)):
            label = name if not row else ""
            yield [(label, "dim"), (" " * (column - cell_width([(label, "")])), ""), *line]
