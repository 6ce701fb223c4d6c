"""Scenarios: tables of steps in YAML, checked as a whole, every fault with its line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from trucewatch.config import YamlFile, read_yaml
from trucewatch.errors import ConfigError, Fault
from trucewatch.respond.wording import words_of_force

FOLDER = Path(__file__).parent
LIBRARY = FOLDER / "library"
PLACEHOLDERS = ("zone", "provision", "outcome", "horizon_h", "probability", "notice")


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: who is advised to do what, until when, on which basis."""

    step: str
    action: str
    addressee: str
    says: str
    due_h: float
    basis: str
    precondition: str | None = None
    people_hours: float = 0.0

    def said(self, **words: object) -> str:
        """Return the step's words with $zone, $provision and the like filled in."""
        return Template(self.says).safe_substitute({k: str(v) for k, v in words.items()})


@dataclass(frozen=True, slots=True)
class Trigger:
    """The pattern that a group of findings, or of raised warnings, must show.

    register: what the deconfliction register must say of a finding; None: anything but that
    notices explain all of it.
    """

    on: str
    outcome: str | None = None
    outcomes: tuple[str, ...] = ("*",)
    probability_at_least: float | None = None
    severity_at_least: float | None = None
    patterns: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ("*",)
    provision_kinds: tuple[str, ...] = ()
    windows_at_least: int = 1
    persists_h: float = 0.0
    zones_at_least: int = 1
    register: str | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. starts: what opens the clock; lapses_h: after due, unanswered proposals end.

    repeats_after_h: a pattern that goes on so long is proposed anew; None: once an episode.

    quiet_h: hours of watched quiet (none seen, with power) that stop it; missed_upper_at_most:
    the weakest power that still counts as watched.
    """

    name: str
    title: str
    says: str
    agreements: tuple[str, ...]
    per: str
    trigger: Trigger
    starts: str
    lapses_h: float
    steps: tuple[Step, ...]
    stop_says: str
    quiet_h: float
    missed_upper_at_most: float | None
    deescalation: tuple[Step, ...] = ()
    sources: tuple[str, ...] = ()
    repeats_after_h: float | None = None

    @property
    def adjudicated(self) -> bool:
        """Whether a person must verify the first breach before the clock runs."""
        return self.starts == "first_verified_breach"

    def belongs_to(self, agreement: str) -> bool:
        """Return whether findings of an agreement may trigger this scenario."""
        return any(fnmatchcase(agreement, pattern) for pattern in self.agreements)


def library() -> list[Path]:
    """Return the files of the scenarios that come with the program."""
    return sorted(LIBRARY.glob("*/*.yaml"))


def read_scenario(path: Path) -> Scenario:
    """Read and check one scenario; raises ConfigError with every fault at once."""
    document = read_yaml(path)
    faults = list(_faults(document))
    if faults:
        raise ConfigError(faults)
    return _scenario(document.value)


def read_scenarios(paths: Iterable[Path]) -> list[Scenario]:
    """Read scenarios; raises ConfigError with the faults of all files, a name given twice too."""
    faults: list[Fault] = []
    found: dict[str, Scenario] = {}
    for path in paths:
        try:
            scenario = read_scenario(path)
        except ConfigError as error:
            faults += error.faults
            continue
        if scenario.name in found:
            faults.append(Fault(str(path), 1, f"scenario {scenario.name!r} again",
                                "a name of its own", "Rename one of the two."))  # fmt: skip
        found[scenario.name] = scenario
    if faults:
        raise ConfigError(faults)
    return list(found.values())


def chosen(root: Path, names: Sequence[str], agreements: Sequence[str]) -> list[Scenario]:
    """Return the scenarios of a mission: those named, or the library's for its agreements.

    names: scenarios of the library, or paths below `root`. Raises ConfigError.
    """
    shipped = {path.stem: path for path in library()}
    if not names:
        texts = [Path(name).stem for name in agreements] or ["none"]
        scenarios = read_scenarios(shipped.values())
        return [s for s in scenarios if any(s.belongs_to(name) for name in texts)]
    return read_scenarios(shipped.get(name, root / name) for name in names)


@cache
def _schema() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads((FOLDER / "scenario.schema.json").read_text("utf-8")))


def _faults(document: YamlFile) -> Iterator[Fault]:
    clean = True
    for error in sorted(_schema().iter_errors(document.value), key=lambda e: str(e.path)):
        clean = False
        at = ", ".join(map(str, error.path)) or "the file"
        yield document.fault(
            list(error.path), found=_brief(error.message), expected=_expected(error),
            mend=f"Correct {at}; docs/respond.md has the table.",
        )  # fmt: skip
    if clean:
        yield from _sense_faults(document)


def _brief(message: str) -> str:
    return message if len(message) <= 200 else message[:197] + "..."


def _expected(error: Any) -> str:
    if error.validator == "enum":
        return f"one of {', '.join(map(str, error.validator_value))}"
    if error.validator == "additionalProperties":
        return f"only {', '.join(error.schema['properties'])}"
    return f"{error.validator}: {_brief(json.dumps(error.validator_value, default=str))}"


def _sense_faults(document: YamlFile) -> Iterator[Fault]:
    """What a schema cannot say: names once, a clock that fits, words that are advice."""
    value = document.value
    on = next(iter(value["trigger"]))
    breach = value["trigger"].get("finding", {}).get("outcome") == "breach"
    allowed = ["warning"] if on == "warning" else ["finding"]
    allowed += ["first_verified_breach"] if breach else []
    if value["clock"]["starts"] not in allowed:
        yield document.fault(("clock", "starts"), found=value["clock"]["starts"],
                             expected=" or ".join(allowed), mend="Let the two fit.")  # fmt: skip
    seen: set[str] = set()
    for table in ("steps", "deescalation"):
        for index, step in enumerate(value.get(table) or ()):
            at = (table, index)
            if step["step"] in seen:
                yield document.fault((*at, "step"), found=f"step {step['step']!r} again",
                                     expected="a name of its own", mend="Rename it.")  # fmt: skip
            seen.add(step["step"])
            yield from _word_faults(document, at, step)


def _word_faults(
    document: YamlFile, at: tuple[str | int, ...], step: dict[str, Any]
) -> Iterator[Fault]:
    for key in ("says", "precondition"):
        if words := words_of_force(step.get(key, "")):
            yield document.fault((*at, key), found=f"words of force: {', '.join(words)}",
                                 expected="advice", mend="Say what people decide.")  # fmt: skip
    unknown = [n for n in Template(step["says"]).get_identifiers() if n not in PLACEHOLDERS]
    if unknown or not Template(step["says"]).is_valid():
        yield document.fault((*at, "says"), found=f"placeholder {', '.join(unknown) or '$'}",
                             expected=f"one of ${', $'.join(PLACEHOLDERS)}; $$ for a dollar",
                             mend="Correct it.")  # fmt: skip


def _scenario(value: dict[str, Any]) -> Scenario:
    stop, clock = value["stop"], value["clock"]
    return Scenario(
        name=value["scenario"], title=value["title"], says=" ".join(value["says"].split()),
        agreements=tuple(value["agreements"]), per=value.get("per", "zone"),
        trigger=_trigger(value["trigger"]), starts=clock["starts"],
        lapses_h=float(clock.get("lapses_h", 24)),
        steps=tuple(map(_step, value["steps"])), stop_says=" ".join(stop["says"].split()),
        quiet_h=float(stop["quiet_h"]), missed_upper_at_most=stop.get("missed_upper_at_most"),
        deescalation=tuple(map(_step, value.get("deescalation") or ())),
        sources=tuple(value.get("sources") or ()), repeats_after_h=clock.get("repeats_after_h"),
    )  # fmt: skip


def _trigger(value: dict[str, Any]) -> Trigger:
    ((on, terms),) = value.items()
    listed = ("outcomes", "patterns", "provisions", "provision_kinds")
    given: dict[str, Any] = {k: tuple(v) if k in listed else v for k, v in terms.items()}
    return Trigger(on, **given)


def _step(value: dict[str, Any]) -> Step:
    given = dict(value)
    for key in ("says", "precondition"):
        if key in given:
            given[key] = " ".join(given[key].split())
    return Step(**given)
