"""What a machine shows about a center that is out of reach: advice that holds for a call, and for its kind."""

from __future__ import annotations

import pytest

from clerk_app.errors import OutOfReach
from clerk_app.roles.connection_view import read_connection_view
from clerk_app.sync.transport import ConnectionLost, RetryLater, as_call_error
from tests.sync.city import SampleWindow

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize("error", [ConnectionLost(), RetryLater(2.0)])
def test_the_error_of_a_call_does_not_promise_that_it_is_sent_later(error: OutOfReach) -> None:
    shown = as_call_error(error)
    assert "kept and sent" in str(error)
    assert "sent" not in str(shown)
    assert type(shown) is type(error)


def test_a_reception_lists_what_a_reception_can_do_offline(counter: SampleWindow) -> None:
    counter.transport.down = True
    counter.client.record_connection_lost()
    view = read_connection_view(counter.office, at_reception=True)
    assert view.unavailable[0].startswith("Issuing tickets")
    assert view.available == ("Finding a ticket in the queue as it was last known, and printing its slip again.",)
