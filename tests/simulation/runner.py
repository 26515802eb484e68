"""Runs one simulated city per seed, and shortens the scenario of each failing city."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

from tests.simulation.city import open_city
from tests.simulation.city_files import CityTemplates
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.invariants import check_invariants
from tests.simulation.scenario import CitySize, ScenarioEvent, build_scenario

PROGRAM_FAILURE = "programs do not fail"


@dataclass
class FailedRun:
    """A run that violated an invariant: the invariant, facts about the violation, and the story of the run."""

    seed: int
    invariant: str
    facts: dict[str, str]
    story: list[str] = field(default_factory=list)


def run_scenario(
    templates: CityTemplates, size: CitySize, seed: int, events: Sequence[ScenarioEvent]
) -> FailedRun | None:
    """Perform the events, repair all faults, synchronise and check; return the first violation, or None."""
    with open_city(templates, size) as city:
        try:
            for event in events:
                city.perform(event)
            city.heal()
            city.sync_until_quiet()
            check_invariants(city)
        except InvariantViolation as violation:
            return FailedRun(seed, violation.invariant, violation.facts, city.truth.story)
        except Exception as error:
            where = traceback.format_exc(limit=-6)
            return FailedRun(seed, PROGRAM_FAILURE, {"error": repr(error), "where": where}, city.truth.story)
    return None


def shrink_failure(
    templates: CityTemplates, size: CitySize, failure: FailedRun, events: Sequence[ScenarioEvent], seconds: float
) -> FailedRun:
    """Return a run that violates the same invariant with the fewest events found within `seconds`."""
    deadline = time.monotonic() + seconds
    events_left = list(events)
    for target in sorted({event.target for event in events}):  # most of them are not involved in the violation
        fewer = [event for event in events_left if event.target != target]
        next_failure = run_scenario(templates, size, failure.seed, fewer) if time.monotonic() < deadline else None
        if next_failure is not None and next_failure.invariant == failure.invariant:
            events_left, failure = fewer, next_failure
    size_removed = max(1, len(events_left) // 2)
    while time.monotonic() < deadline:
        start = 0
        before = len(events_left)
        while start < len(events_left) and time.monotonic() < deadline:
            fewer = events_left[:start] + events_left[start + size_removed :]
            next_failure = run_scenario(templates, size, failure.seed, fewer)
            if next_failure is not None and next_failure.invariant == failure.invariant:
                events_left, failure = fewer, next_failure
            else:
                start += size_removed
        if size_removed == 1 and len(events_left) == before:
            break
        size_removed = max(1, size_removed // 2)
    return failure


def run_seeds(size: CitySize, first: int, seeds: int, *, as_json: bool, shrinking: float, stop: bool) -> int:
    """Run `seeds` seeds from `first` on and write each violation to stdout; return 1 if there was one, else 0."""
    started, runs, violations, first_failing = time.monotonic(), 0, 0, None
    with closing(CityTemplates()) as templates:
        for seed in range(first, first + seeds):
            events = build_scenario(size, seed)
            failure = run_scenario(templates, size, seed, events)
            runs += 1
            if failure is None:
                continue
            violations += 1
            first_failing = seed if first_failing is None else first_failing
            if shrinking:
                failure = shrink_failure(templates, size, failure, events, shrinking)
            _write_line(_format_json(failure) if as_json else _format_text(failure))
            if stop:
                break
    seconds = time.monotonic() - started
    last = {"seeds": runs, "violations": violations, "first_failing_seed": first_failing}
    if as_json:
        _write_line(json.dumps(last))
    else:
        _write_line(f"{runs} cities, {violations} with something wrong, {seconds / runs:.2f} seconds each.")
    return 1 if violations else 0


def _format_json(failure: FailedRun) -> str:
    result = {"seed": failure.seed, "invariant": failure.invariant, "facts": failure.facts, "story": failure.story}
    return json.dumps(result, ensure_ascii=False)


def _format_text(failure: FailedRun) -> str:
    head = f"Seed {failure.seed}: this does not hold: {failure.invariant}"
    facts = [f"    {name}: {value}" for name, value in failure.facts.items()]
    return "\n".join([head, *facts, *(f"  {line}" for line in failure.story)])


def _write_line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
