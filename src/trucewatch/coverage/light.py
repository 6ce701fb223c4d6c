"""Day, twilight and night from the sun's elevation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DAY_SECONDS = 86_400.0
# 1970-01-01 was a Thursday at the start of year 1970; 365.2425 is the Gregorian mean year.
YEAR_DAYS = 365.2425
CIVIL_TWILIGHT_DEG = -6.0


def solar_elevation_deg(lon: Floats, lat: Floats, unix_s: Floats) -> Floats:
    """Return the sun's elevation above the horizon in degrees, -90..90, refraction left out.

    lon, lat: degrees; unix_s: seconds since 1970 UTC; arrays that broadcast together.
    Within 0.6 degrees of the full ephemeris for 1970-2100.
    Source: NOAA Global Monitoring Laboratory, General Solar Position Calculations (after
    Spencer 1971).
    """
    days = unix_s / DAY_SECONDS
    year = 2 * np.pi * np.mod(days - 0.5, YEAR_DAYS) / YEAR_DAYS
    minutes = np.mod(days, 1.0) * 1440 + _equation_of_time_min(year) + 4 * lon
    hour_angle = np.radians(minutes / 4 - 180)
    declination = _declination(year)
    phi = np.radians(lat)
    sine = np.sin(phi) * np.sin(declination)
    sine = sine + np.cos(phi) * np.cos(declination) * np.cos(hour_angle)
    return np.asarray(np.degrees(np.arcsin(np.clip(sine, -1, 1))), dtype=np.float64)


def _equation_of_time_min(year: Floats) -> Floats:
    return np.asarray(
        229.18
        * (
            0.000075
            + 0.001868 * np.cos(year)
            - 0.032077 * np.sin(year)
            - 0.014615 * np.cos(2 * year)
            - 0.040849 * np.sin(2 * year)
        )
    )


def _declination(year: Floats) -> Floats:
    return np.asarray(
        0.006918
        - 0.399912 * np.cos(year)
        + 0.070257 * np.sin(year)
        - 0.006758 * np.cos(2 * year)
        + 0.000907 * np.sin(2 * year)
        - 0.002697 * np.cos(3 * year)
        + 0.00148 * np.sin(3 * year)
    )


def daylight_share(elevation_deg: Floats) -> Floats:
    """Return 1 by day, 0 below civil twilight (-6 degrees), and a straight line between."""
    return np.clip(1 - elevation_deg / CIVIL_TWILIGHT_DEG, 0, 1)
