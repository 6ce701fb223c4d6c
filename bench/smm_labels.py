"""Labels of monitors' sentences in their short form, and their full form for scoring.

A case: text, at (place, side, from, to, by: shared by its rows), rows, day (report day). A row:
kind, n (a number, 'about 20', or a vague word), what (description), split, weapon, mm, fly
(direction), km ([low, high]), deg, zero, watch (status), also (attributes that must be held).
"""

from __future__ import annotations

from typing import Any

from trucewatch.language.number_bounds import VAGUE, bounds_of

PLAIN = {
    "kind": "kind", "what": "description", "split": "split", "weapon": "weapon", "mm": "calibre_mm",
    "fly": "direction_deg", "deg": "bearings_deg", "by": "means", "place": "place_name",
    "side": "control_side", "from": "start", "to": "end", "also": "also", "quantity": "quantity",
    "unit": "unit", "actor": "claimed_actor", "claimant": "claimant", "status": "status",
}  # fmt: skip


def full(case: dict[str, Any]) -> dict[str, Any]:
    """Return a case with its rows in the long form; a case in the long form as it is."""
    if "expect" in case:
        return case
    shared = case.get("at", {})
    rows = [_row({**shared, **row}) for row in case["rows"]]
    return {k: v for k, v in case.items() if k not in ("at", "rows")} | {"expect": rows}


def _row(short: dict[str, Any]) -> dict[str, Any]:
    row = {name: short[key] for key, name in PLAIN.items() if short.get(key) is not None}
    if "watch" in short:
        kept = ("place_name", "control_side", "start", "end")
        return {"record": "watch", "status": short["watch"]} | {k: row[k] for k in kept if k in row}
    row["record"] = "observation"
    if "km" in short:
        row["range_low_km"], row["range_high_km"] = short["km"]
    if short.get("zero"):
        row |= {"is_null": True, "count_qualifier": "exact"}
        return row | dict.fromkeys(("count_low", "count_best", "count_high"), 0)
    return row | _count(short.get("n"))


def _count(said: float | str | None) -> dict[str, Any]:
    if said is None:
        return {}
    if isinstance(said, str) and said in VAGUE:
        low, best, high = VAGUE[said]
        qualifier = said
    else:
        words = str(said).split()
        qualifier = words[0] if len(words) > 1 else "exact"
        value = float(words[-1])
        low, best, high = bounds_of(value, value, qualifier)
    bounds = {"count_low": low, "count_best": best, "count_high": high}
    return {k: v for k, v in bounds.items() if v is not None} | {"count_qualifier": qualifier}
