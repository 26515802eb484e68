"""Day of the hall: targets and estimates of tickets, results of visits, duty periods, announcements, messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

_TEXT = sa.String()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, _TEXT, nullable=False, server_default=sa.text("''"))


def _number(name: str, kind: type[sa.Integer]) -> sa.Column[int]:
    return sa.Column(name, kind(), nullable=False, server_default=sa.text("0"))


def _time(name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _required(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, _TEXT, nullable=False) for name in names]


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, _TEXT, primary_key=True)


def upgrade() -> None:
    """Add columns to windows, tickets and visits, and create the tables."""
    op.add_column("windows", _text("pause_reason"))
    op.add_column("windows", sa.Column("closes_after", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("windows", _text("zone"))
    for name in ("called_categories", "target_window", "target_staff", "return_to", "next_categories"):
        op.add_column("tickets", _text(name))
    op.add_column("tickets", _number("waiting_since", sa.BigInteger))
    op.add_column("tickets", _time("first_called_at"))
    op.add_column("tickets", _number("estimated_low", sa.Integer))
    op.add_column("tickets", _number("estimated_high", sa.Integer))
    op.add_column("visits", _time("arrived_at"))
    op.add_column("visits", _text("end_state"))
    op.add_column("visits", _text("category"))
    op.add_column("visits", _number("waited", sa.BigInteger))
    op.create_table("visit_cases", _key("visit"), _key("case_number"), _key("cause"), _time("at", nullable=False))
    op.create_index("ix_visit_cases_case_number", "visit_cases", ["case_number"])
    op.create_table(
        "duty_periods",
        _key("id"),
        *_required("hall", "day", "window_id", "staff", "state", "reason", "categories"),
        _time("began_at", nullable=False),
        _time("ended_at"),
    )
    op.create_index("duty_periods_day", "duty_periods", ["hall", "day"])
    op.create_index("duty_periods_window", "duty_periods", ["window_id", "ended_at"])
    op.create_table(
        "announcements",
        _key("id"),
        *_required("hall", "day", "ticket", "number", "window_id", "kind"),
        _time("at", nullable=False),
    )
    op.create_index("announcements_hall", "announcements", ["hall", "day", "at"])
    op.create_table(
        "appointments",
        _key("id"),
        *_required("hall", "day", "category", "code"),
        _time("slot_from", nullable=False),
        _time("slot_to", nullable=False),
        *_required("state", "ticket", "source"),
    )
    op.create_index("appointments_code", "appointments", ["hall", "day", "code"])
    op.create_table(
        "staff_messages",
        _key("id"),
        *_required("hall", "window_id", "staff"),
        sa.Column("text", _TEXT),
        *_required("sent_by"),
        _time("sent_at", nullable=False),
        _time("read_at"),
    )
    op.create_index("staff_messages_window", "staff_messages", ["window_id", "sent_at"])
    op.create_table(
        "emergency_calls",
        _key("id"),
        *_required("hall", "window_id", "staff"),
        _time("raised_at", nullable=False),
        _time("seen_at"),
        *_required("seen_by"),
        _time("ended_at"),
        *_required("ended_by"),
    )
    op.create_index("emergency_calls_hall", "emergency_calls", ["hall", "ended_at"])
