"""Seeds of a simulated city: each run to its end and looked at; one that fails is cut down to a short story."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

from clerk_app.locales import _
from tests.simulation.city import SimulatedCity, open_city
from tests.simulation.city_files import CityTemplates
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.invariants import check_invariants
from tests.simulation.scenario import CitySize, ScenarioEvent, build_scenario

PROGRAM_FAILURE = "programs do not fail"


@dataclass
class FailedRun:
    """An invariant that did not hold, what was seen, and how it came to that."""

    seed: int
    invariant: str
    facts: dict[str, str]
    story: list[str] = field(default_factory=list)


def run_scenario(
    templates: CityTemplates, size: CitySize, seed: int, acts: Sequence[ScenarioEvent]
) -> FailedRun | None:
    """Does these acts, lets everything heal, and looks; the first invariant that does not hold."""
    with open_city(templates, size) as city:
        try:
            for act in acts:
                city.perform(act)
            city.heal()
            city.sync_until_quiet()
            check_invariants(city)
        except InvariantViolation as broken:
            return FailedRun(seed, broken.invariant, broken.facts, city.truth.story)
        except Exception as error:
            where = traceback.format_exc(limit=-6)
            return FailedRun(seed, PROGRAM_FAILURE, {"error": repr(error), "where": where}, city.truth.story)
    return None


def shrink_failure(
    templates: CityTemplates, size: CitySize, found: FailedRun, acts: Sequence[ScenarioEvent], seconds: float
) -> FailedRun:
    """The same invariant, not held, with as few acts as can be found in this time."""
    until = time.monotonic() + seconds
    left = list(acts)
    for who in sorted({act.target for act in acts}):  # most have nothing to do with it
        fewer = [act for act in left if act.target != who]
        again = run_scenario(templates, size, found.seed, fewer) if time.monotonic() < until else None
        if again is not None and again.invariant == found.invariant:
            left, found = fewer, again
    part = max(1, len(left) // 2)
    while time.monotonic() < until:
        start = 0
        before = len(left)
        while start < len(left) and time.monotonic() < until:
            fewer = left[:start] + left[start + part :]
            again = run_scenario(templates, size, found.seed, fewer)
            if again is not None and again.invariant == found.invariant:
                left, found = fewer, again
            else:
                start += part
        if part == 1 and len(left) == before:
            break
        part = max(1, part // 2)
    return found


def run_seeds(size: CitySize, first: int, seeds: int, *, as_json: bool, shrinking: float, stop: bool) -> int:
    """Runs so many seeds, and writes what was found to stdout; 1 if an invariant did not hold, else 0."""
    began, done, violations, first_failing = time.monotonic(), 0, 0, None
    with closing(CityTemplates()) as templates:
        for seed in range(first, first + seeds):
            acts = build_scenario(size, seed)
            found = run_scenario(templates, size, seed, acts)
            done += 1
            if found is None:
                continue
            violations += 1
            first_failing = seed if first_failing is None else first_failing
            if shrinking:
                found = shrink_failure(templates, size, found, acts, shrinking)
            _write_line(_format_json(found) if as_json else _format_text(found))
            if stop:
                break
    took = time.monotonic() - began
    last = {"seeds": done, "violations": violations, "first_failing_seed": first_failing}
    if as_json:
        _write_line(json.dumps(last))
    else:
        _write_line(
            _("{seeds} cities, {violations} with something wrong, {each:.2f} seconds each.").format(
                seeds=done, violations=violations, each=took / done
            )
        )
    return 1 if violations else 0


def _format_json(found: FailedRun) -> str:
    said = {"seed": found.seed, "invariant": found.invariant, "facts": found.facts, "story": found.story}
    return json.dumps(said, ensure_ascii=False)


def _format_text(found: FailedRun) -> str:
    head = _("Seed {seed}: this does not hold: {invariant}").format(seed=found.seed, invariant=_(found.invariant))
    facts = [f"    {name}: {value}" for name, value in found.facts.items()]
    return "\n".join([head, *facts, *(f"  {line}" for line in found.story)])


def _write_line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


__all__ = ["SimulatedCity", "run_scenario", "run_seeds"]
