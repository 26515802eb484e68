"""Similar applications at a real center: their texts are read by the machine that searched, and by no other."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from clerk_app.cases.tasks.similar_cases import FindSimilar
from clerk_app.cases.tasks.similar_findings import SettleSimilar, digest_passage
from clerk_app.errors import Refused
from clerk_app.roles.sign_in import verify_here
from tests.cases.test_similar_cases import FIELD, accept, claim
from tests.city_policy import publish_field_check
from tests.office import SampleOffice
from tests.sample_data import PIN
from tests.sample_node import RunningCenter
from tests.similarity.test_texts import make_text
from tests.sync.test_registry_over_http import joined

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.wide
def test_the_texts_are_read_over_http_by_the_machine_that_searched_and_by_no_other(
    served: RunningCenter, office: SampleOffice, tmp_path: Path
) -> None:
    publish_field_check(office.office, FIELD, "similar_text")
    first, own = make_text(1, 5), make_text(2, 5)
    earlier = accept(office, "".join(first))
    task = claim(office, accept(office, "".join([*own[:2], first[3], *own[3:]])))
    (row,) = office.select("tasks", id=task)
    with ExitStack() as running:
        machine, other = (
            running.enter_context(joined(served, tmp_path / name, "window", organs=(row["organ"],)))
            for name in ("d1", "d2")
        )
        assert machine.connection is not None
        assert other.connection is not None
        number = office.select("staff", id=row["owner"])[0]["number"]
        verify_here(machine, number, PIN, "")
        key = machine.door.perform(FindSimilar(task=task), row["owner"]).key
        answer = machine.connection.read_similar(key)
        compared = next(text for text in answer.texts if text.other == earlier)
        passage = compared.passages[0]
        assert compared.text[passage.begin : passage.end] == first[3][:-1]
        with machine.store.read() as tx:  # the answer to the search brings the finding, so that no decision passes it
            finding = tx.get("similar_findings", task=task, other=earlier)
        assert finding is not None
        assert finding["passages"] == f'["{digest_passage(first[3][:-1])}"]'
        settle = SettleSimilar(task=task, fence=row["fence"], other=earlier, code="not_relevant")
        assert machine.door.perform(settle, row["owner"]).passages
        with machine.store.read() as tx:
            finding = tx.get("similar_findings", task=task, other=earlier)
        assert finding is not None
        assert finding["code"] == "not_relevant"
        for connection, asked in ((other.connection, key), (machine.connection, "x"), (machine.connection, f"{key}9")):
            with pytest.raises(Refused) as refused:
                connection.read_similar(asked)
            assert refused.value.reason == "no_answer"
        assert served.client.get(f"/v1/similarity/answers/{key}").status_code == 401
        office.clock.advance(minutes=11)
        with pytest.raises(Refused) as refused:
            machine.connection.read_similar(key)
        assert refused.value.reason == "old_answer"
