"""Scores of the reader of monitors' prose on labelled sentences."""

# ruff: noqa: E501 - printed rows and labels read better unbroken
from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from smm_labels import full
from trucewatch.language.smm import ReportOptions, read_report
from trucewatch.model import Observation, Watch
from trucewatch.when import MissionClock

HERE = Path(__file__).parent
CLOCK = MissionClock(ZoneInfo("Europe/Kyiv"))
REPORT_DAY = date(2021, 2, 17)
PLAIN = ("kind", "count_best", "count_qualifier", "means", "description", "weapon", "calibre_mm",
         "direction_deg", "range_low_km", "range_high_km", "control_side", "quantity", "unit",
         "claimed_actor", "claimant")  # fmt: skip
OPEN_BOUNDS = ("about", "hundreds", "almost", "several", "few", "dozens", "range", "thousands")


def read_cases(*names: str) -> list[dict[str, Any]]:
    """Return the labelled sentences of YAML files beside this one."""
    return [
        full(case) for name in names
        for case in yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    ]  # fmt: skip


def local(moment: datetime | None) -> str | None:
    """Return a UTC instant as local text to the minute."""
    return moment.astimezone(CLOCK.zone).isoformat()[:16] if moment else None


def as_label(row: Observation | Watch) -> dict[str, Any]:
    """Return a row in the form of a label."""
    held = asdict(row)
    extra = json.loads(held["attributes"] or "{}")
    if isinstance(row, Watch):
        return {"record": "watch", "status": row.status, "place_name": extra.get("place"),
                "control_side": row.control_side, "start": local(row.start_utc), "end": local(row.end_utc)}  # fmt: skip
    label = {"record": "observation", **{k: held[k] for k in PLAIN}}
    label |= {
        "place_name": row.place_name,
        "start": local(row.start_utc),
        "end": local(row.end_utc),
    }
    bearings = extra.get("bearings_deg") or (
        [row.bearing_deg] if row.bearing_deg is not None else None
    )
    label |= {"split": extra.get("split"), "bearings_deg": bearings, "is_null": row.is_null or None}
    label |= {"also": extra or None}
    return label | {"count_low": row.count_low, "count_high": row.count_high}


def faults(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Return the fields that differ."""
    wrong = []
    for name in sorted(set(expected) | set(found)):
        want, got = expected.get(name), found.get(name)
        if name == "end" and want is None:
            continue
        if (
            name in ("count_low", "count_high")
            and want is None
            and found.get("count_qualifier") in OPEN_BOUNDS
        ):
            continue
        if name == "means" and expected["record"] == "watch":
            continue
        if name == "also":
            got = {k: (got or {}).get(k) for k in want} if want else None
        if isinstance(want, dict) and isinstance(got, dict):
            got = {k: v for k, v in got.items() if v}
            want = {k: v for k, v in want.items() if v}
        if want != got:
            wrong.append(f"{name}: {want!r} != {got!r}")
    return wrong


def aligned(wanted: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Return which expected record goes with which found one, in order, with the fewest faults."""
    far = 100
    cost = {(i, -1): far * i for i in range(-1, len(wanted))}
    cost |= {(-1, j): far * j for j in range(-1, len(found))}
    step: dict[tuple[int, int], tuple[int, int]] = {}
    for i, want in enumerate(wanted):
        for j, got in enumerate(found):
            ways = {
                (i - 1, j - 1): cost[i - 1, j - 1] + len(faults(want, got)),
                (i - 1, j): cost[i - 1, j] + far, (i, j - 1): cost[i, j - 1] + far,
            }  # fmt: skip
            step[i, j] = min(ways, key=lambda w: ways[w])
            cost[i, j] = ways[step[i, j]]
    at, pairs = (len(wanted) - 1, len(found) - 1), []
    while min(at) >= 0:
        if step[at] == (at[0] - 1, at[1] - 1):
            pairs.append(at)
        at = step[at]
    return pairs[::-1]


def score(cases: list[dict[str, Any]]) -> tuple[int, int, Counter[str], list[str]]:
    """Return records right, records in all, wrong fields and a line for each fault."""
    right = total = 0
    fields: Counter[str] = Counter()
    lines: list[str] = []
    for case in cases:
        day = date.fromisoformat(case["report_day"]) if "report_day" in case else REPORT_DAY
        rows = read_report(case["text"], clock=CLOCK, options=ReportOptions(report_day=day))
        found = [as_label(row) for row in rows]
        total += max(len(case["expect"]), len(found))
        pairs = aligned(case["expect"], found)
        right += sum(not faults(case["expect"][i], found[j]) for i, j in pairs)
        if len(found) != len(case["expect"]):
            fields["number of records"] += 1
            lines.append(f"{case['text']}\n    {len(case['expect'])} records expected, {len(found)} found: {[(f.get('kind') or f.get('status'), f.get('count_best')) for f in found]}")  # fmt: skip
        for i, j in pairs:
            wrong = faults(case["expect"][i], found[j])
            fields.update(w.split(":")[0] for w in wrong)
            if wrong:
                lines.append(f"{case['text']}\n    {'; '.join(wrong)}")
    return right, total, fields, lines


if __name__ == "__main__":
    import sys

    good, every, by_field, shown = score(read_cases(*sys.argv[1:]))
    print(good, every, f"{good / every:.1%}", dict(by_field))
    print("\n".join(shown[:60]))
