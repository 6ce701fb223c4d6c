"""Distances on a local plane: enough to tell which of two places is nearer."""

from __future__ import annotations

import math

KM_PER_DEGREE = 111.2


def plane_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Return the distance on a local plane; within 1% up to 300 km at these latitudes."""
    east = (lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return KM_PER_DEGREE * math.hypot(east, lat2 - lat1)
