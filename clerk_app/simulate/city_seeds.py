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
from clerk_app.simulate.city import City, opened_city
from clerk_app.simulate.city_diary import Broken
from clerk_app.simulate.city_founding import Templates
from clerk_app.simulate.city_invariants import check
from clerk_app.simulate.city_plan import Act, Size, script

FAILED = "programs do not fail"


@dataclass
class Violation:
    """An invariant that did not hold, what was seen, and how it came to that."""

    seed: int
    invariant: str
    facts: dict[str, str]
    story: list[str] = field(default_factory=list)


def run(templates: Templates, size: Size, seed: int, acts: Sequence[Act]) -> Violation | None:
    """Does these acts, lets everything heal, and looks; the first invariant that does not hold."""
    with opened_city(templates, size) as city:
        try:
            for act in acts:
                city.perform(act)
            city.heal()
            city.quiet()
            check(city)
        except Broken as broken:
            return Violation(seed, broken.invariant, broken.facts, city.diary.story)
        except Exception as error:
            where = traceback.format_exc(limit=-6)
            return Violation(seed, FAILED, {"error": repr(error), "where": where}, city.diary.story)
    return None


def shrunk(templates: Templates, size: Size, found: Violation, acts: Sequence[Act], seconds: float) -> Violation:
    """The same invariant, not held, with as few acts as can be found in this time."""
    until = time.monotonic() + seconds
    left = list(acts)
    for who in sorted({act.who for act in acts}):  # most have nothing to do with it
        fewer = [act for act in left if act.who != who]
        again = run(templates, size, found.seed, fewer) if time.monotonic() < until else None
        if again is not None and again.invariant == found.invariant:
            left, found = fewer, again
    part = max(1, len(left) // 2)
    while time.monotonic() < until:
        start = 0
        before = len(left)
        while start < len(left) and time.monotonic() < until:
            fewer = left[:start] + left[start + part :]
            again = run(templates, size, found.seed, fewer)
            if again is not None and again.invariant == found.invariant:
                left, found = fewer, again
            else:
                start += part
        if part == 1 and len(left) == before:
            break
        part = max(1, part // 2)
    return found


def simulate(size: Size, first: int, seeds: int, *, as_json: bool, shrinking: float, stop: bool) -> int:
    """Runs so many seeds, and writes what was found to stdout; 1 if an invariant did not hold, else 0."""
    began, done, violations, first_failing = time.monotonic(), 0, 0, None
    with closing(Templates()) as templates:
        for seed in range(first, first + seeds):
            acts = script(size, seed)
            found = run(templates, size, seed, acts)
            done += 1
            if found is None:
                continue
            violations += 1
            first_failing = seed if first_failing is None else first_failing
            if shrinking:
                found = shrunk(templates, size, found, acts, shrinking)
            _write(_as_json(found) if as_json else _for_people(found))
            if stop:
                break
    took = time.monotonic() - began
    last = {"seeds": done, "violations": violations, "first_failing_seed": first_failing}
    if as_json:
        _write(json.dumps(last))
    else:
        _write(
            _("{seeds} cities, {violations} with something wrong, {each:.2f} seconds each.").format(
                seeds=done, violations=violations, each=took / done
            )
        )
    return 1 if violations else 0


def _as_json(found: Violation) -> str:
    said = {"seed": found.seed, "invariant": found.invariant, "facts": found.facts, "story": found.story}
    return json.dumps(said, ensure_ascii=False)


def _for_people(found: Violation) -> str:
    head = _("Seed {seed}: this does not hold: {invariant}").format(seed=found.seed, invariant=_(found.invariant))
    facts = [f"    {name}: {value}" for name, value in found.facts.items()]
    return "\n".join([head, *facts, *(f"  {line}" for line in found.story)])


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


__all__ = ["City", "run", "simulate"]
