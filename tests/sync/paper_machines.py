"""Machines of the sample city that have joined its center over HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.locales import current_language, set_language
from clerk_app.roles.paper_client import PAPER_CLIENT
from clerk_app.roles.picture_client import PICTURE_CLIENT
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.workstation import Workstation
from tests.no_camera import NoCamera
from tests.sample_node import RunningCenter, run_center
from tests.sync.test_http_sync import enrol_window_at, run_window


@pytest.fixture
def served(built_city: Path, tmp_path: Path) -> Iterator[RunningCenter]:
    """The center of the sample city, in English; the child processes end with it."""
    before = current_language()
    set_language("en")
    shutil.copytree(built_city, tmp_path / "city")
    center = open_office(tmp_path / "city")
    try:
        with run_center(center) as running:
            yield running
    finally:
        center.store.close()
        PAPER_CLIENT.close()
        PICTURE_CLIENT.close()
        set_language(before)


@contextmanager
def machine(served: RunningCenter, folder: Path, **place: object) -> Iterator[tuple[Office, Workstation]]:
    """Run a machine that joins the center; its store is in `folder`."""
    code = served.invite(hall="hall", **place)  # type: ignore[arg-type]
    enrol_window_at(folder, str(served.client.base_url), code)
    with run_window(folder) as (_sample, office, _connection):
        yield office, open_workstation(office, NoCamera())
