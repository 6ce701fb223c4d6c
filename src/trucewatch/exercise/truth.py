"""The truth beside the sources: happenings, members, roots, counts, breaches, outcomes."""

from __future__ import annotations

import csv as plain_csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.exercise.evenings import Evenings, tallied
from trucewatch.exercise.files import Folder
from trucewatch.exercise.ground import Floats, apart, arms
from trucewatch.exercise.happen import SPECIALS
from trucewatch.exercise.plan import PHASES
from trucewatch.exercise.rows import KIND, KINDS, Rows, arm_kinds
from trucewatch.exercise.scene import DAY_S
from trucewatch.exercise.stream import Drawn, Exercise
from trucewatch.exercise.tables import numbers, words
from trucewatch.exercise.text import iso_text, row_ids, truth_ids

HEAVY_MM, WITHDRAWAL_KM = 100.0, 15.0
COUNT_KINDS = ("burst", "shot", "explosion", "projectile", "flare", "uav_strike")


@dataclass(slots=True)
class Tally:
    """Sums over the exercise by evening, region and kind: happened, seen, rounds, seen rounds."""

    sums: Floats

    def add(self, drawn: Drawn, evenings: Evenings) -> None:
        """Add a scene's incidents; training counts as fire (and is noted), demining is left out."""
        it = drawn.happened.taken(drawn.happened.special != 1)
        seen = drawn.seen[drawn.happened.special != 1].astype(float)
        codes = np.array([COUNT_KINDS.index(kind) for kind in arms().kinds])
        at = (evenings.of(it.start_s), it.region, codes[it.arm])
        weights = (np.ones(len(it)), seen, it.count, it.count * seen)
        for place, weight in enumerate(weights):
            self.sums[place] += tallied(self.sums.shape[1:], at, weight)


def new_tally(evenings: Evenings, regions: int) -> Tally:
    """Return a tally of zeros."""
    return Tally(np.zeros((4, len(evenings), regions, len(COUNT_KINDS))))


def write_scene_truth(
    made: Exercise, drawn: Drawn, written: list[tuple[str, int, Rows]], folder: Folder
) -> None:
    """Write what is true of a scene: its happenings, whose reports are which, and breaches."""
    folder.add("incidents.csv", incident_table(made, drawn))
    folder.add("incidents.csv", sign_table(made, drawn))
    folder.add("breaches.csv", breach_table(made, drawn))
    for name, before, reports in written:
        folder.add("members.csv", member_table(name, before, reports))
        folder.add("roots.csv", root_table(reports))


def incident_table(made: Exercise, drawn: Drawn) -> pa.Table:
    """Return the fire of a scene: one row per incident."""
    it, ground = drawn.happened, made.ground
    return _happenings({
        "incident_id": truth_ids(it.number), "kind": words(arm_kinds()[it.arm], KINDS),
        "special": words(it.special, SPECIALS), "weapon": words(it.arm, arms().weapons),
        "calibre_mm": numbers(np.where(arms()["calibre"][it.arm] > 0,
                                       arms()["calibre"][it.arm], np.nan)),
        "count": pa.array(it.count), "start_utc": iso_text(it.start_s),
        "end_utc": iso_text(it.start_s + it.minutes * 60),
        "lon": pa.array(np.round(it.lon, 5)), "lat": pa.array(np.round(it.lat, 5)),
        "zone": words(it.region, ground.region_ids), "party": words(it.party, ground.party_ids),
        "control_side": words(it.side, ground.party_ids),
        "direction_deg": numbers(np.round(it.direction_deg)), "seen": pa.array(drawn.seen),
    }, len(it))  # fmt: skip


def sign_table(made: Exercise, drawn: Drawn) -> pa.Table:
    """Return what happened (or was staged) besides fire: one row per sign."""
    it, ground = drawn.signs, made.ground
    told = np.isin(it.number, drawn.reports["label"])
    return _happenings({
        "incident_id": truth_ids(it.number), "kind": words(it.kind, KINDS),
        "weapon": words(it.arm, arms().weapons), "start_utc": iso_text(it.start_s),
        "calibre_mm": numbers(np.where(it.arm >= 0, arms()["calibre"][it.arm], np.nan)),
        "end_utc": iso_text(it.start_s + it.minutes * 60),
        "lon": pa.array(np.round(it.lon, 5)), "lat": pa.array(np.round(it.lat, 5)),
        "zone": words(it.region, ground.region_ids), "party": words(it.party, ground.party_ids),
        "control_side": words(it.side, ground.party_ids), "seen": pa.array(told),
        "occurred": pa.array(it.occurred), "caused_by": truth_ids(it.caused_by),
    }, len(it))  # fmt: skip


def _happenings(given: dict[str, pa.Array], count: int) -> pa.Table:
    columns = (
        ("incident_id", pa.string()), ("kind", pa.string()), ("special", pa.string()),
        ("weapon", pa.string()), ("calibre_mm", pa.float64()), ("count", pa.float64()),
        ("start_utc", pa.string()), ("end_utc", pa.string()), ("lon", pa.float64()),
        ("lat", pa.float64()), ("zone", pa.string()), ("party", pa.string()),
        ("control_side", pa.string()), ("direction_deg", pa.float64()), ("seen", pa.bool_()),
        ("occurred", pa.bool_()), ("caused_by", pa.string()),
    )  # fmt: skip
    absent = {"occurred": pa.repeat(True, count)}
    return pa.table({
        name: given.get(name, absent.get(name, pa.nulls(count, kind))) for name, kind in columns
    })  # fmt: skip


def member_table(name: str, before: int, reports: Rows) -> pa.Table:
    """Return which happening each record tells of: null for null observations and noise."""
    count = len(reports["label"])
    fires = name.startswith("fires/")
    report = pa.nulls(count, pa.string()) if fires else row_ids("", reports["serial"])
    copied = reports["copy_of"]
    return pa.table({
        "file": pa.repeat(f"inbox/{name}", count),
        "record_no": pa.array(before + 1 + np.arange(count)), "report_id": report,
        "incident_id": truth_ids(reports["label"]),
        "copy_of": pc.if_else(pa.array(copied >= 0), row_ids("", np.maximum(copied, 0)), None),
        "is_null": pa.array(reports["is_null"]),
    })  # fmt: skip


def root_table(reports: Rows) -> pa.Table:
    """Return for each copy the report it repeats, the first of the chain, and how."""
    at = np.flatnonzero(reports["copy_of"] >= 0)
    return pa.table({
        "report_id": row_ids("", reports["serial"][at]),
        "copied_from": row_ids("", reports["copy_of"][at]),
        "root_report_id": row_ids("", reports["root"][at]),
        "verbatim": pa.array(reports["verbatim"][at]),
    })  # fmt: skip


def breach_table(made: Exercise, drawn: Drawn) -> pa.Table:
    """Return each breach of the exercise's agreement: provision, party, zone, instant, seen."""
    parts = [
        _fire_breaches(made, drawn),
        _sign_breaches(made, drawn),
        _notice_breaches(made, drawn),
    ]
    return pa.concat_tables(parts)


def _breaches(made: Exercise, provision: pa.Array, **columns: np.ndarray) -> pa.Table:
    ground = made.ground
    return pa.table({
        "provision_id": provision, "party": words(columns["party"], ground.party_ids),
        "zone": words(columns["region"], ground.region_ids),
        "at_utc": iso_text(columns["start_s"]), "seen": pa.array(columns["seen"]),
        "incident_id": truth_ids(columns["number"]),
    })  # fmt: skip


def _fire_breaches(made: Exercise, drawn: Drawn) -> pa.Table:
    """Return fire, and demining or training that nobody announced: the text excepts no other."""
    it, notices = drawn.happened, drawn.notices
    excused = np.isin(it.number, notices.incident.number[notices.announced])
    fire = np.flatnonzero(~excused)
    heavy = fire[arms()["calibre"][it.arm[fire]] >= HEAVY_MM]
    at = np.concatenate([fire, heavy])
    provision = words(np.repeat([0, 1], [len(fire), len(heavy)]),
                      ["exercise/no_fire", "exercise/no_heavy_fire"])  # fmt: skip
    return _breaches(
        made, provision, party=it.party[at], region=it.region[at], start_s=it.start_s[at],
        seen=drawn.seen[at], number=it.number[at],
    )  # fmt: skip


def _sign_breaches(made: Exercise, drawn: Drawn) -> pa.Table:
    it, ground = drawn.signs, made.ground
    from_line = np.abs(apart(it.lon, it.lat, it.lon, ground.line_lat(it.lon))[1])
    near = (it.kind == KIND["weapon_presence"]) & (from_line < WITHDRAWAL_KM)
    near &= arms()["calibre"][it.arm] >= HEAVY_MM
    articles = {
        "exercise/heavy_back": near, "exercise/no_uav": it.kind == KIND["uav"],
        "exercise/no_advance": it.kind == KIND["advance"],
        "exercise/free_access": np.isin(it.kind, [KIND["jamming"], KIND["access_denied"]]),
    }  # fmt: skip
    found = [np.flatnonzero(which) for which in articles.values()]
    at = np.concatenate(found)
    provision = words(np.repeat(np.arange(len(found)), [len(f) for f in found]), list(articles))
    seen = np.isin(it.number[at], drawn.reports["label"])
    return _breaches(
        made, provision, party=it.party[at], region=it.region[at], start_s=it.start_s[at],
        seen=seen, number=it.number[at],
    )  # fmt: skip


def _notice_breaches(made: Exercise, drawn: Drawn) -> pa.Table:
    """Return work that nobody announced; seen where an observer told it from fire."""
    it, reports = drawn.notices.incident.taken(~drawn.notices.announced), drawn.reports
    told = reports["label"][np.isin(reports["kind"], [KIND["demining"], KIND["training"]])]
    provision = words(np.zeros(len(it), np.int64), ["exercise/announce"])
    return _breaches(
        made, provision, party=it.party, region=it.region, start_s=it.start_s,
        seen=np.isin(it.number, told), number=it.number,
    )  # fmt: skip


def write_tables(made: Exercise, evenings: Evenings, tally: Tally, root: Path) -> None:
    """Write the zones, and counts per evening, zone and kind."""
    zones, ground = made.ground.region_ids, made.ground
    totals = tally.sums
    edges = np.asarray(ground.lon_of(np.arange(len(zones) + 1) * ground.line_km / len(zones)))
    span = evenings.day(0), evenings.day(len(evenings) - 1)
    _rows_to(root / "zones.csv", ("zone", "lon_west", "lon_east", "first_evening",
                                  "last_evening"), (
        (zone, f"{edges[n]:.6f}", f"{edges[n + 1]:.6f}", *span) for n, zone in enumerate(zones)
    ))  # fmt: skip
    at = np.argwhere(totals[0] > 0)
    _rows_to(root / "counts.csv", ("evening", "zone", "kind", "happened", "seen", "rounds",
                                   "seen_rounds"), (
        (evenings.day(int(e)), zones[z], COUNT_KINDS[k], *totals[:, e, z, k].astype(int))
        for e, z, k in at))  # fmt: skip


def episode_table(made: Exercise) -> pa.Table:
    """Return the episodes of the plan: zone, phase, start, end."""
    episodes = sorted(made.plan.episodes, key=lambda e: (e.start_day, e.region))
    region, phase, start, end = (
        np.array([getattr(e, name) for e in episodes], dtype=np.int64)
        for name in ("region", "phase", "start_day", "end_day")
    )
    return pa.table({
        "zone": words(region, made.ground.region_ids), "phase": words(phase, PHASES),
        "start_utc": iso_text(np.asarray(made.first_s + start * DAY_S, dtype=np.float64)),
        "end_utc": iso_text(np.asarray(made.first_s + end * DAY_S, dtype=np.float64)),
    })  # fmt: skip


def _rows_to(path: Path, header: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = plain_csv.writer(opened, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)
