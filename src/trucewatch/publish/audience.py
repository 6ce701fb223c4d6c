"""Audiences: who a report is for, and what that means for delay and precision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from trucewatch.errors import ConfigError
from trucewatch.mission import FILE, Mission

EVERYTHING = "mission"
PUBLIC_DELAY_H = 24.0
PUBLIC_COARSEN_KM = 10.0


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a report is for; everyone but the mission itself gets the redacted form.

    delay_h: hours that must have passed since the period ended. coarsen_km: size of the cells
    that places are moved to, above 0.
    """

    id: str
    delay_h: float = 0.0
    coarsen_km: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Whether this audience sees every column."""
        return self.id == EVERYTHING

    def latest_utc(self, data_utc: datetime) -> datetime:
        """Return the instant up to which this audience may read at a data time."""
        return data_utc - timedelta(hours=self.delay_h)


def audience_named(mission: Mission, name: str) -> Audience:
    """Return an audience of the mission; `mission` and `public` always exist.

    Raises ConfigError for an unknown name, and for settings that would publish more than meant:
    a negative delay, or an audience that is not coarsened.
    """
    if name == EVERYTHING:
        return Audience(EVERYTHING)
    row = next((a for a in mission.audiences if str(a.get("id")) == name), None)
    if row is None and name != "public":
        known = sorted({EVERYTHING, "public", *(str(a.get("id")) for a in mission.audiences)})
        raise ConfigError.at(
            mission.root / FILE, None, found=f"audience {name!r}",
            expected=f"one of {', '.join(known)}",
            mend="Add it under audiences as {id, delay_h, coarsen_km}.",
        )  # fmt: skip
    given = row or {}
    try:
        delay_h = float(given.get("delay_h", PUBLIC_DELAY_H))
        coarsen_km = float(given.get("coarsen_km", PUBLIC_COARSEN_KM))
    except (TypeError, ValueError):
        delay_h = coarsen_km = -1.0
    if not (0 <= delay_h < 1e6 and 0 < coarsen_km <= 500):
        raise ConfigError.at(
            mission.root / FILE, None, found=f"audience {name!r} with {given}",
            expected="delay_h of 0 or more and coarsen_km above 0, at most 500",
            mend="Correct both; the mission's own report is the audience 'mission'.",
        )  # fmt: skip
    return Audience(name, delay_h, coarsen_km)
