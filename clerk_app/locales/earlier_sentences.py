"""Sentences of earlier versions that entries still store: they stay translated."""

from __future__ import annotations

from clerk_app.locales import mark

EARLIER_SENTENCES = (
    mark("A case that is {state} cannot do this: {act}."),
    mark("A staff number and a name are needed, in printable characters."),
    mark("A task that is {state} cannot do this: {act}."),
    mark("Call {more} more time(s) before marking as not here."),
    mark("Case {number} is archived. Nothing of it changes any more."),
    mark("Case {number} is at this centre already."),
    mark(
        "Done under the staff number {number} at the machine {machine}, which had not been connected since this person "
        "got a new PIN. The sign-in was with the old one."
    ),
    mark("Everybody signs in for themselves."),
    mark("Licence {id} was revoked and does not come back; issue a new one."),
    mark("Nothing is known (any more) about the holder of this licence."),
    mark("Something is still missing: {what}. Nothing was accepted."),
    mark("Setting up does not include this."),
    mark("The center does not know this window, or its key is wrong. Enrol it again."),
    mark("The center does not know this window, or its key is wrong. Enrol it anew."),
    mark("This needs a second administrator: clerk staff confirm {reference}. Then do it again."),
    mark("This code is older than a minute. Ask the citizen to refresh it."),
    mark("This window belongs to another centre."),
    mark("This window is not open under your name."),
    mark(
        "This was visible at your organ's previous notice and was not requested: {materials}."
        " Requesting it now needs a reason, which the citizen and the supervisor read."
    ),
    mark("Version {version} of the catalogue is not here."),
    mark("You are signed in at {other} already. Sign out there first."),
)
