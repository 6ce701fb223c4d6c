"""Detection figures: what each means can see of each kind, read from YAML and from watches."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from trucewatch import vocabulary
from trucewatch.config import YamlFile, read_yaml
from trucewatch.errors import ConfigError, Fault

DEFAULT = Path(__file__).parent / "detection.yaml"
FIGURES = ("p", "sigma_km", "range_km", "night", "trace_h", "source")
TRACE_MAX_H = 24.0 * 31
# Powers of a half, so that the kernel needs square roots only; 0 is independence.
DEPENDENCE = (1.0, 0.5, 0.25, 0.125, 0.0)


@dataclass(frozen=True, slots=True)
class Sight:
    """How one means sees one kind: p beside it, half-normal sigma, range, night factor, trace."""

    p: float
    sigma_km: float = math.inf
    range_km: float = math.inf
    night: float = 1.0
    trace_h: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Means:
    """One means of watching: default reach, loss under cloud, and what it sees."""

    reach_km: float | None
    cloud: float
    sees: dict[str, Sight]


@dataclass(frozen=True, slots=True)
class Detection:
    """The figures of every means; `sight` answers for one means and one row kind.

    own: kinds that befall the watches themselves, with the chance that they notice.
    dependence: how far what one observer misses others miss too (Clayton's copula, one of
    DEPENDENCE): happenings differ in loudness. 0: each misses by himself.
    """

    means: dict[str, Means]
    own: dict[str, float] = field(default_factory=dict)
    dependence: float = 0.0

    @property
    def halvings(self) -> int:
        """How often 1 is halved to give the dependence; -1 where there is none."""
        return DEPENDENCE.index(self.dependence) if self.dependence else -1

    @property
    def row_kinds(self) -> tuple[str, ...]:
        """Families and kinds that coverage is kept for: what some means sees, what befalls it."""
        seen = {key for means in self.means.values() for key in means.sees}
        return tuple(sorted(seen | set(self.own)))

    def row_kind(self, kind: str) -> str | None:
        """Return the row that answers for a kind of observation; None where no means sees it."""
        term = vocabulary.kinds().get(kind)
        family = kind if term is None else str(term.facts["family"])
        keys = (family,) if kind in _families() else (kind, family)
        return next((key for key in keys if key in self.row_kinds), None)

    def sight(self, means: str, row_kind: str) -> Sight | None:
        """Return how a means sees a row kind; a kind falls back on its family; None: blind."""
        known = self.means.get(means)
        if known is None:
            return None
        return known.sees.get(row_kind) or known.sees.get(family_of(row_kind))


def family_of(row_kind: str) -> str:
    """Return the family of a row kind; a family is its own ('fire' is always the family)."""
    if row_kind in _families():
        return row_kind
    term = vocabulary.kinds().get(row_kind)
    return row_kind if term is None else str(term.facts["family"])


@cache
def _families() -> frozenset[str]:
    return frozenset(str(term.facts["family"]) for term in vocabulary.kinds().values())


def read_detection(path: Path = DEFAULT) -> Detection:
    """Read and check detection figures; raises ConfigError with every fault and its line.

    A file replaces the library's figures of every means; without `own` or `dependence` it keeps
    the library's.
    """
    document = read_yaml(path)
    faults = list(_faults(document))
    if faults:
        raise ConfigError(faults)
    befalls = document.value.get("own")
    if befalls is None and path != DEFAULT:
        own = read_detection().own
    else:
        own = {kind: float(row["p"]) for kind, row in (befalls or {}).items()}
    means = {name: _means(row) for name, row in document.value["means"].items()}
    joint = document.value.get("dependence")
    if joint is None:
        return Detection(means, own, 0.0 if path == DEFAULT else read_detection().dependence)
    return Detection(means, own, float(joint["phi"]))


def _means(row: dict[str, Any]) -> Means:
    sees = {key: _sight(figures) for key, figures in row["sees"].items()}
    reach = row.get("reach_km")
    return Means(None if reach is None else float(reach), float(row.get("cloud", 0)), sees)


def _sight(figures: dict[str, Any]) -> Sight:
    sigma = figures.get("sigma_km")
    sigma_km = math.inf if sigma is None else float(sigma)
    reach = figures.get("range_km")
    return Sight(
        float(figures["p"]), sigma_km, 3 * sigma_km if reach is None else float(reach),
        float(figures.get("night", 1)), float(figures.get("trace_h", 0)),
        str(figures.get("source", "")),
    )  # fmt: skip


def _faults(document: YamlFile) -> Iterator[Fault]:
    value = document.value
    means = value.get("means") if isinstance(value, dict) else None
    if not isinstance(means, dict):
        yield document.fault((), found="no means", expected="means: {NAME: {sees: ...}}",
                             mend="List at least one means.")  # fmt: skip
        return
    joint = value.get("dependence")
    if joint is not None and not (isinstance(joint, dict) and joint.get("phi") in DEPENDENCE):
        yield document.fault(("dependence",), found=repr(joint), mend="Give phi and its source.",
                             expected=f"phi: one of {DEPENDENCE}")  # fmt: skip
    own = value.get("own")
    if own is not None and not isinstance(own, dict):
        yield document.fault(("own",), found=repr(own), expected="{FAMILY: {p: ..., source: ...}}",
                             mend="Write own as a mapping.")  # fmt: skip
        own = None
    for key, figures in (own or {}).items():
        yield from _sight_faults(document, ("own", key), figures)
    for name, row in means.items():
        if name not in vocabulary.means():
            yield document.fault(("means", name), found=repr(name), mend="See means.yaml.",
                                 expected="a term of the list 'means'")  # fmt: skip
        if not isinstance(row, dict) or not isinstance(row.get("sees"), dict):
            yield document.fault(("means", name), found="no sees", mend="Say what it sees.",
                                 expected="sees: {FAMILY: {p: ..., source: ...}}")  # fmt: skip
            continue
        yield from _means_faults(document, name, row)


def _means_faults(document: YamlFile, name: str, row: dict[str, Any]) -> Iterator[Fault]:
    at = ("means", name)
    if not _within(row.get("cloud", 0), 0, 1):
        yield document.fault((*at, "cloud"), found=repr(row["cloud"]), expected="0..1",
                             mend="Give the share of sight that full cloud takes.")  # fmt: skip
    if row.get("reach_km") is not None and not _within(row["reach_km"], 0, 20_000):
        yield document.fault((*at, "reach_km"), found=repr(row["reach_km"]), expected="kilometres",
                             mend="Give 0..20000 or null.")  # fmt: skip
    for key, figures in row["sees"].items():
        here = (*at, "sees", key)
        if key not in _families() and key not in vocabulary.kinds():
            yield document.fault(here, found=repr(key), expected="a family or kind",
                                 mend="See vocabulary/kinds.yaml.")  # fmt: skip
        yield from _sight_faults(document, here, figures)


def _sight_faults(document: YamlFile, at: tuple[str, ...], figures: Any) -> Iterator[Fault]:
    if not isinstance(figures, dict):
        yield document.fault(at, found=repr(figures), expected="{p: 0..1, source: ...}",
                             mend="Write the figures as a mapping.")  # fmt: skip
        return
    ranges = {"p": (0, 1), "night": (0, 1), "sigma_km": (1e-3, 20_000), "range_km": (0, 20_000),
              "trace_h": (0, TRACE_MAX_H)}  # fmt: skip
    for key in figures:
        if key not in FIGURES:
            yield document.fault((*at, key), found=f"unknown key {key!r}", mend="Correct it.",
                                 expected=f"one of {', '.join(FIGURES)}")  # fmt: skip
    for key, (low, high) in ranges.items():
        if figures.get(key) is not None and not _within(figures[key], low, high):
            yield document.fault((*at, key), found=repr(figures[key]), mend="Correct the figure.",
                                 expected=f"{low}..{high}")  # fmt: skip
    for key in ("p", "source"):
        if figures.get(key) in (None, ""):
            yield document.fault(at, found=f"no {key}", expected=f"{key}: ...",
                                 mend="Add it; a source may be 'working figure'.")  # fmt: skip


def _within(value: Any, low: float, high: float) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and low <= value <= high


def stated_sight(text: str | None, row_kind: str, usual: Sight | None) -> Sight | None:
    """Return the sight that a watch states of itself, or the usual one where it states none.

    text: JSON by kind, family or '*': a probability, or {p, sigma_km, range_km, night, trace_h}.
    A text that cannot be read, or figures out of range, give None: such a watch has no power.
    """
    if not text:
        return usual
    stated = _stated(text)
    if stated is None:
        return None
    keys = (row_kind, family_of(row_kind), "*")
    figures = next((stated[key] for key in keys if key in stated), None)
    if figures is None:
        return usual
    if isinstance(figures, int | float):
        figures = {"p": figures}
    return _overlaid(figures, usual or Sight(0.0)) if isinstance(figures, dict) else None


@cache
def _stated(text: str) -> dict[str, Any] | None:
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return stated if isinstance(stated, dict) else None


def _overlaid(figures: dict[str, Any], usual: Sight) -> Sight | None:
    ranges = {"p": 1.0, "night": 1.0, "sigma_km": 20_000.0, "range_km": 20_000.0,
              "trace_h": TRACE_MAX_H}  # fmt: skip
    given = {key: figures[key] for key in ranges if figures.get(key) is not None}
    if not all(_within(value, 0, ranges[key]) for key, value in given.items()):
        return None
    if given.get("sigma_km") == 0:
        return None
    if "sigma_km" in given and "range_km" not in given:
        given["range_km"] = 3 * given["sigma_km"]
    overlaid: dict[str, Any] = {key: float(value) for key, value in given.items()}
    return replace(usual, **overlaid)
