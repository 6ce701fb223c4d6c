"""Dials and levels: every one documented, every mistake named."""

from collections import Counter
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from trucewatch.errors import ConfigError
from trucewatch.exercise import Dials, ExerciseOptions
from trucewatch.exercise.dials import LEVELS, level_dials
from trucewatch.exercise.stream import exercise_for

DOC = Path(__file__).parents[2] / "docs" / "exercise.md"


def test_every_dial_stands_in_the_documentation_with_its_values() -> None:
    text = DOC.read_text(encoding="utf-8")
    easy, real, hard = map(level_dials, LEVELS)
    for dial in fields(Dials):
        name = dial.name
        cells = [f"{getattr(real, name):g}"]
        for level in (easy, hard):
            same = getattr(level, name) == getattr(real, name)
            cells.append("" if same else f"{getattr(level, name):g}")
        assert f"| `{name}` | {' | '.join(cells)} |".replace("  ", " ") in text.replace(
            "  ", " "
        ), name


def test_the_documented_call_works() -> None:
    text = DOC.read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0].replace("20_000", "800")
    exec(compile(code, "docs/exercise.md", "exec"), {})


def test_levels_grow_harder() -> None:
    easy, real, hard = map(level_dials, LEVELS)
    for name in ("outage", "denial", "cloud", "wrong_place", "copies", "claims_inflation"):
        assert getattr(easy, name) < getattr(real, name) < getattr(hard, name)
    assert easy.weapon_known > real.weapon_known > hard.weapon_known


def test_a_dial_may_differ_from_its_level() -> None:
    options = ExerciseOptions(days=1, observations=1, seed=0, overrides={"copies": 0})
    assert options.dials.copies == 0
    assert options.dials.outage == level_dials("real").outage


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"level": "brutal"}, "one of easy, real, hard"),
        ({"overrides": {"copy": 1}}, "Did you mean copies"),
        ({"overrides": {"copies": -1}}, "a number from 0"),
        ({"overrides": {"offspring": 1.0}}, "below 1"),
        ({"overrides": {"outage": 1.5}}, "0..1"),
    ],
)
def test_mistakes_are_named(options: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        _ = ExerciseOptions(days=1, observations=1, seed=0, **options).dials  # type: ignore[arg-type]


@pytest.mark.parametrize(("days", "observations", "seed"), [(0, 9, 1), (9, 0, 1), (9, 9, -1)])
def test_sizes_must_make_sense(days: int, observations: int, seed: int) -> None:
    with pytest.raises(ConfigError):
        ExerciseOptions(days=days, observations=observations, seed=seed)


def test_no_exercise_reaches_into_the_present() -> None:
    assert ExerciseOptions(days=30, observations=9, seed=0).first_day == date(2024, 3, 1)
    long = ExerciseOptions(days=3650, observations=9, seed=0)
    assert long.first_day < date(2016, 1, 1)


def test_one_party_may_invent_more() -> None:
    def told(uneven: float) -> Counter[str]:
        options = ExerciseOptions(
            days=20, observations=6000, seed=3,
            overrides={"claims_invented": 1.0, "claims_uneven": uneven},
        )  # fmt: skip
        made = exercise_for(options)
        sides: Counter[str] = Counter()
        for drawn in made.stream():
            staged = ~drawn.signs.occurred
            sides.update(made.ground.party_ids[n] for n in drawn.signs.side[staged].tolist())
        return sides

    assert len(told(1.0)) == 1
    even = sorted(told(0.0).values())
    assert len(even) == 2 and even[0] > 0.5 * even[1]
