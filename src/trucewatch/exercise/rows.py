"""Reports as arrays, one entry a row, before they become files or an Arrow table.

Words are kept as codes into short lists (-1 is missing), numbers as floats (NaN is missing).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.exercise.ground import Ints, arms

Rows = dict[str, NDArray[Any]]

KINDS = (
    *("explosion", "shelling", "projectile", "burst", "shot", "muzzle_flash", "flare"),
    *("uav_strike", "casualty", "fire", "uav", "jamming", "access_denied", "movement", "advance"),
    *(
        "count_claimed",
        "count_violations",
        "count_explosions",
        "weapon_presence",
        "demining",
        "training",
    ),
)
KIND = {name: code for code, name in enumerate(KINDS)}
MEANS = (
    *("heard", "saw", "recorded", "uav", "acoustic", "thermal", "reported", "declared", "patrol"),
)
MEAN = {name: code for code, name in enumerate(MEANS)}
QUALIFIERS = ("exact", "about", "at_least", "over", "almost", "hundreds", "numerous")
QUALIFIER = {name: code for code, name in enumerate(QUALIFIERS)}
WHEN = ("instant", "minute", "hour", "day", "evening", "period")
WHEN_CODE = {name: code for code, name in enumerate(WHEN)}
WHERE = ("exact", "settlement", "oblast", "line")
WHERE_CODE = {name: code for code, name in enumerate(WHERE)}
DESCRIPTIONS = ("impact", "outgoing", "undetermined")
STREAMS = ("field", "media", "claims", "fires", "counts")
STREAM = {name: code for code, name in enumerate(STREAMS)}

_CODE, _TRUE, _NUMBER = (np.int64, -1), (np.bool_, False), (np.float64, np.nan)
COLUMNS: dict[str, tuple[Any, Any]] = {
    "label": _CODE,  # truth: incident the row tells of; -1 none
    "copy_of": _CODE,  # truth: serial of the report it repeats; -1 an own account
    "root": _CODE,  # truth: serial of the first report in a chain of copies; -1 an own account
    "verbatim": _TRUE,  # truth: the copy has the words of the report it repeats
    "cites": _CODE,  # observer whom the text names as its origin
    "serial": _CODE,  # running number of the report in the exercise
    "stream": _CODE, "observer": _CODE, "kind": _CODE,
    "start_s": _NUMBER, "end_s": _NUMBER, "when": _CODE, "published_s": _NUMBER,
    "lon": _NUMBER, "lat": _NUMBER, "radius_km": _NUMBER, "where": _CODE, "place": _CODE,
    "count_low": _NUMBER, "count_best": _NUMBER, "count_high": _NUMBER, "qualifier": _CODE,
    "means": _CODE, "description": _CODE, "weapon": _CODE, "calibre_mm": _NUMBER,
    "direction_deg": _NUMBER, "observer_lon": _NUMBER, "observer_lat": _NUMBER,
    "range_low_km": _NUMBER, "range_high_km": _NUMBER, "bearing_deg": _NUMBER,
    "claimed_actor": _CODE, "claimant": _CODE, "control_side": _CODE,
    "quantity": _NUMBER, "is_null": _TRUE, "text": _CODE,
    "region": _CODE,
}  # fmt: skip


def rows(count: int, **columns: Any) -> Rows:
    """Return `count` rows with the columns given and the rest missing."""
    unknown = columns.keys() - COLUMNS.keys()
    if unknown:
        raise KeyError(f"no such columns: {sorted(unknown)}")
    return {
        name: np.broadcast_to(np.asarray(columns.get(name, default)), count).astype(kind)
        for name, (kind, default) in COLUMNS.items()
    }


def stacked(parts: list[Rows]) -> Rows:
    """Return several groups of rows as one."""
    return {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}


def taken(of: Rows, at: Any) -> Rows:
    """Return the chosen rows."""
    return {name: column[at] for name, column in of.items()}


def size(of: Rows) -> int:
    """Return the number of rows."""
    return len(of["label"])


def arm_kinds() -> Ints:
    """Return the kind code of each arm."""
    return np.array([KIND[kind] for kind in arms().kinds])
