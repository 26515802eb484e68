"""What a window gets of papers of earlier cases: those of its visit alone, and a scan after consent and release."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

from clerk_app.licences.licence_release import ReleaseLicences
from clerk_app.licences.repository import CreateDynamicCode, ResolveDynamicCode, digest_dynamic_code
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent
from clerk_app.people import SYSTEM
from tests.office import SampleOffice, paper_materials
from tests.sample_data import sample_city
from tests.sample_node import RunningCenter
from tests.sample_scans import build_jpeg
from tests.sync.test_attachments import close_windows, ignore_progress, open_window

SCAN = build_jpeg()
DIGEST = sha256(SCAN).hexdigest()
THING = "road-excavation"


@pytest.mark.wide
def test_a_window_gets_the_papers_of_its_visit_and_their_scans_after_consent(
    served: RunningCenter, office: SampleOffice, tmp_path: Path
) -> None:
    command = office.prepare_road("w2")
    assert command.personal is not None
    (plan,) = paper_materials("traffic-plan", content=DIGEST)
    parties = tuple(replace(party, known_by="code") for party in command.personal.parties)
    given = tuple(plan if each.material == plan.material else each for each in command.materials)
    office.office.attachments.add(SCAN)
    number = office.accept(replace(command, materials=given, personal=replace(command.personal, parties=parties)))

    window, line = open_window(served, tmp_path / "w1", window="w1")
    other, other_line = open_window(served, tmp_path / "w2", window="w2")
    visit, city, paper = window.serve("enterprise"), sample_city(), f"{number}/traffic-plan/1"
    line.sync_now(ignore_progress)
    code = digest_dynamic_code("shown at w1")
    office.door.perform(CreateDynamicCode(digest=code, subject="enterprise"), SYSTEM)
    window.door.perform(
        ResolveDynamicCode(digest=code, visit=visit, window="w1", purpose="identify", nonce=code[:8]), "clerk-1"
    )
    fetch = FetchMaterials(visit=visit, one_thing=THING, catalogue=city.id, catalogue_version=city.version)
    window.door.perform(fetch, "clerk-1")
    line.sync_now(ignore_progress)
    other_line.sync_now(ignore_progress)
    assert [row["content"] for row in window.select("earlier_materials", id=paper)] == [None]
    assert other.select("earlier_materials") == []

    window.door.perform(GiveConsent(visit=visit, licences=(paper,), purpose=THING), "clerk-1")
    line.sync_now(ignore_progress)
    release = ReleaseLicences(
        visit=visit,
        licences=(paper,),
        purpose=THING,
        matters=city.one_thing(THING).matters,
        catalogue=city.id,
        catalogue_version=city.version,
    )
    window.door.perform(release, "clerk-1")
    line.sync_now(ignore_progress)
    assert [row["content"] for row in window.select("earlier_materials", id=paper)] == [DIGEST]
    assert line.attachments.request_download(DIGEST)
    line.attachments.download_requested()
    assert window.office.attachments.read(DIGEST) == SCAN
    line.attachments.remove_unused()
    assert window.office.attachments.read(DIGEST) == SCAN
    close_windows((window, line), (other, other_line))
