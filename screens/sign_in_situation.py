"""The situation at the sign-in, as sentences for F1."""

from __future__ import annotations

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from screens.situation import Situation


def describe_situation(*, locked: bool, is_open: bool, error: ClerkError | None) -> Situation:
    """Return the situation: whether somebody's work lies below a lock, and whether the store is open."""
    now = _("Nobody is signed in.")
    if locked:
        now = _("The screen is locked; everything is as it was left.")
    following = [_("Type the staff number, Enter, the PIN, Enter. A badge that is scanned gives the staff number.")]
    if locked:
        following.append(_("The same person continues at the same place; another person signs in with a new session."))
    blocked: list[str] = []
    if error is not None:
        blocked = [str(error), _("Signing in opens the store again.")]
    elif not is_open:
        blocked = [_("The store is being opened; you can type already.")]
    forgotten = _(
        "A forgotten PIN is set by an administrator; after too many wrong ones a supervisor ends the lock-out."
    )
    return Situation(now, (*following, forgotten), tuple(blocked))
