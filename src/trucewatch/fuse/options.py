"""What a mission may set about fusing, and the estimated weights that fusing runs on."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

from trucewatch.config import YamlFile, read_yaml
from trucewatch.errors import ConfigError

PARAMETERS = Path(__file__).parent / "parameters.yaml"
# How an account came about: on the spot, from far above, in the news, by a party's word.
MODES = ("direct", "remote", "reported", "declared")
# How many of two accounts the press or a party told: weights and curves differ with it.
HELD = ("neither told", "one told", "both told")
# An incident of the field is a shelling, not a campaign: these are the widest that may be set.
EXTENT_MOST_KM, DURATION_MOST_H = 100.0, 24.0 * 14


@dataclass(frozen=True, slots=True, kw_only=True)
class FuseOptions:
    """The laws of binding and the bounds of work; every field may stand in mission.yaml.

    extent_km: greatest distance of two places in one incident. duration_h: greatest span from the
    first start to the last end. members: most observations in one incident. compared: most
    comparisons for one observation. pair_floor_bits: pairs below are not kept unless decided.
    reliability: Admiralty letter by source id. parameters: a weights file in place of ours.
    """

    extent_km: float = 10.0
    duration_h: float = 48.0
    members: int = 2000
    compared: int = 50_000
    pair_floor_bits: float = 0.0
    threads: int = 2
    reliability: Mapping[str, str] = field(default_factory=dict)
    parameters: str | None = None

    def __post_init__(self) -> None:
        _within("extent_km", self.extent_km, 0.1, EXTENT_MOST_KM)
        _within("duration_h", self.duration_h, 0.1, DURATION_MOST_H)
        _within("members", self.members, 2, 100_000)
        _within("compared", self.compared, 100, 10_000_000)
        _within("threads", self.threads, 1, 256)


def _within(name: str, value: float, low: float, high: float) -> None:
    if not (isinstance(value, (int, float)) and low <= value <= high):
        raise ConfigError.at(
            "mission.yaml", None, found=f"options.fuse.{name}: {value!r}",
            expected=f"a number from {low:g} to {high:g}", mend="Correct the value.",
        )  # fmt: skip


def fuse_options(settings: Mapping[str, Any]) -> FuseOptions:
    """Return the options of mission.yaml (options.fuse); raises ConfigError for an unknown key."""
    known = [entry.name for entry in fields(FuseOptions)]
    for name in settings:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise ConfigError.at(
                "mission.yaml", None, found=f"options.fuse.{name}",
                expected=f"one of {', '.join(known)}",
                mend=f"Did you mean {near[0]}?" if near else "Remove it.",
            )  # fmt: skip
    return FuseOptions(**settings)


@dataclass(frozen=True, slots=True)
class Parameters:
    """Estimated weights: per feature the log2 of how much more often true pairs show a level.

    bits: name -> bits by level. shares: how common each kind and weapon is. kind_pairs: bits of
    'kind+kind' for each of HELD. scales: lengths and times that are set, not estimated. siblings,
    compatible: kinds and families that go together. calibration: (bits, probability) knots,
    rising, for each of HELD.
    provenance: what it was estimated from, and when.
    """

    bits: Mapping[str, Any]
    shares: Mapping[str, Mapping[str, float]]
    kind_pairs: Mapping[str, Mapping[str, float]]
    scales: Mapping[str, float]
    siblings: tuple[tuple[str, ...], ...]
    compatible: tuple[tuple[str, str], ...]
    calibration: Mapping[str, tuple[tuple[float, float], ...]]
    provenance: Mapping[str, Any]


def read_parameters(path: Path | str | None = None) -> Parameters:
    """Read a weights file; raises ConfigError where a key is missing or a number is none."""
    document = read_yaml(Path(path) if path else PARAMETERS)
    value = document.value
    wanted = (
        "bits",
        "shares",
        "kind_pairs",
        "scales",
        "siblings",
        "compatible",
        "calibration",
        "provenance",
    )
    missing = [key for key in wanted if not isinstance(value, dict) or key not in value]
    if missing:
        raise ConfigError([
            document.fault((), found=f"no {key!r}", expected="a weights file",
                           mend="Estimate it again with: trucewatch fuse --estimate")
            for key in missing
        ])  # fmt: skip
    return Parameters(
        bits=value["bits"], shares=value["shares"], kind_pairs=value["kind_pairs"],
        scales=value["scales"],
        siblings=tuple(tuple(map(str, group)) for group in value["siblings"]),
        compatible=tuple((str(a), str(b)) for a, b in value["compatible"]),
        calibration=_curves(document), provenance=value["provenance"],
    )  # fmt: skip


def write_parameters(parameters: Parameters, path: Path) -> None:
    """Write a weights file that read_parameters reads back unchanged."""
    import yaml

    content = {
        "provenance": dict(parameters.provenance), "scales": dict(parameters.scales),
        "siblings": [list(group) for group in parameters.siblings],
        "compatible": [list(pair) for pair in parameters.compatible],
        "calibration": {name: [list(knot) for knot in knots]
                        for name, knots in parameters.calibration.items()},
        "shares": {name: dict(share) for name, share in parameters.shares.items()},
        "kind_pairs": {held: dict(pairs) for held, pairs in parameters.kind_pairs.items()},
        "bits": dict(parameters.bits),
    }  # fmt: skip
    text = yaml.safe_dump(content, sort_keys=False, width=100, default_flow_style=None)
    path.write_text(_ABOUT + text, encoding="utf-8")


_ABOUT = """\
# Weights by which two accounts are judged to be one happening. bits: log2 of how much more often
# true pairs show a level than chance does; the levels are named in fuse/weigh.py and docs/fuse.md.
"""


def _curves(document: YamlFile) -> dict[str, tuple[tuple[float, float], ...]]:
    found = document.value["calibration"]
    missing = [name for name in HELD if not isinstance(found, dict) or name not in found]
    if missing:
        raise ConfigError([
            document.fault(("calibration",), found=f"no curve {name!r}", expected="one for each of "
                           + ", ".join(HELD), mend="Estimate it again: trucewatch fuse --estimate")
            for name in missing
        ])  # fmt: skip
    return {name: _knots(document, name) for name in HELD}


def _knots(document: YamlFile, name: str) -> tuple[tuple[float, float], ...]:
    knots = tuple((float(x), float(p)) for x, p in document.value["calibration"][name])
    rising = all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(knots))
    if len(knots) < 2 or not rising or not all(0 <= p <= 1 for _, p in knots):
        raise ConfigError([
            document.fault(("calibration", name), found=f"{len(knots)} knots that do not rise",
                           expected="at least two (bits, probability) that rise",
                           mend="A heavier weight must never mean a lower probability.")
        ])  # fmt: skip
    return knots
