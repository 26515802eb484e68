"""Sentences of earlier versions that entries still store: they stay translated."""

from __future__ import annotations

from clerk_app.locales import mark

EARLIER_SENTENCES = (
    mark("Case {number} is archived. Nothing of it changes any more."),
    mark("Case {number} is at this centre already."),
    mark("Everybody signs in for themselves."),
    mark("Licence {id} was revoked and does not come back; issue a new one."),
    mark("Nothing is known (any more) about the holder of this licence."),
    mark("Setting up does not include this."),
    mark("This window belongs to another centre."),
    mark("Version {version} of the catalogue is not here."),
    mark("You are signed in at {other} already. Sign out there first."),
)
