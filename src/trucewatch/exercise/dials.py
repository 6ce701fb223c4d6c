"""The dials of an exercise: every nuisance has one, with a documented default in levels/*.yaml."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from trucewatch.config import read_yaml
from trucewatch.errors import ConfigError

FOLDER = Path(__file__).parent / "levels"
LEVELS = ("easy", "real", "hard")
SHARES = frozenset((
    *("night_share", "day_memory", "return_fire", "outage", "denial", "jammed", "fog", "hearing"),
    *("weapon_known", "weapon_mistaken", "count_noticed", "count_vague", "null_reports"),
    *("direction_known", "cloud", "news_hour_known", "wrong_place", "copies_verbatim"),
    *("interim", "claims", "claims_uneven", "unannounced", "missing_counts", "work_told"),
))  # fmt: skip
ABOVE_ZERO = frozenset((
    *("observations_per_km_day", "line_km_least", "line_km_most", "region_km"),
    *("settlement_gap_km", "patrol_gap_km", "camera_gap_km", "uav_gap_km", "station_gap_km"),
))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Dials:
    """Every setting of the synthetic truce; defaults are those of level 'real'.

    Shares and probabilities lie in 0..1; rates and lengths are not negative.
    """

    # The country: line of contact, settlements, how busy a kilometre of line is.
    observations_per_km_day: float = 1.0  # sets the length of the line from days and observations
    line_km_least: float = 60.0  # shortest line, however few observations
    line_km_most: float = 3000.0  # longest line; more observations make it denser
    region_km: float = 120.0  # length of line that one region (zone) holds
    settlement_gap_km: float = 3.5  # mean distance of settlements along the line
    hot_spots: float = 0.8  # exponent by which few settlements draw most fire; 0 is even
    # What happens: clusters in space and time.
    offspring: float = 0.45  # mean incidents that one incident sets off; below 1
    offspring_delay_h: float = 1.5  # mean hours until then
    offspring_km: float = 1.2  # standard deviation of how far off, east and north
    night_share: float = 0.62  # of spontaneous incidents between 18:00 and 06:00 UTC
    day_spread: float = 0.45  # standard deviation of the log daily level of a region
    day_memory: float = 0.6  # its correlation from one day to the next
    return_fire: float = 0.5  # an offspring is by the other party
    # How direct observers see.
    patrol_gap_km: float = 6.0  # length of line for one patrol team
    camera_gap_km: float = 7.0  # length of line for one camera
    uav_gap_km: float = 45.0  # length of line for one UAV team, two flights a day
    station_gap_km: float = 60.0  # acoustic and seismic stations
    outage: float = 0.08  # share of camera and station days with an outage
    denial: float = 0.06  # share of patrol days denied
    jammed: float = 0.12  # share of UAV flights jammed
    fog: float = 0.12  # share of region-days with poor sight
    hearing: float = 0.92  # a patrol in good range notices what it could hear
    range_error: float = 0.15  # relative error of a patrol's range by ear
    bearing_error_deg: float = 8.0  # before it is rounded to a 16-point word
    clock_error_min: float = 1.0  # standard deviation of a patrol's clock
    weapon_known: float = 0.55  # the weapon is named
    weapon_mistaken: float = 0.06  # named, but another of its class
    count_noticed: float = 0.93  # of the rounds of an incident, by one observer
    count_vague: float = 0.2  # a count given with 'about', 'at least' and their like
    null_reports: float = 0.3  # a working watch without a happening says so
    direction_known: float = 0.35  # the direction of flight is given
    # Satellite fires.
    cloud: float = 0.5  # mean share of the sky covered
    farm_fires_km_day: float = 0.02  # background fires per kilometre of line and day, in season
    fire_position_km: float = 0.35  # error of a pixel, east and north
    # Media.
    news: float = 0.10  # a middling incident is reported by a first outlet
    news_delay_h: float = 5.0  # mean hours until a first report
    news_hour_known: float = 0.75  # the report gives the hour; else only the day
    wrong_place: float = 0.06  # a report names another settlement nearby
    copies: float = 0.8  # mean copies of one report
    copies_again: float = 0.25  # mean copies of a copy
    copies_verbatim: float = 0.5  # of the copies; the rest cite and rephrase
    interim: float = 0.2  # a first figure is followed by a final one
    # Party claims: each party counts the other side only.
    claims: float = 0.12  # fire of the other party is claimed
    claims_inflation: float = 1.4  # factor on rounds
    claims_invented: float = 0.03  # invented incidents per claimed one
    claims_uneven: float = 0.0  # one party invents more: 0 both alike, 1 the northern one alone
    # Spoilers.
    staged_km_day: float = 0.0004  # staged reports with a story spread by several outlets
    demining_km_day: float = 0.004  # controlled explosions behind the line
    training_km_day: float = 0.001  # shoots behind the line, with heavy weapons
    movements_km_day: float = 0.004  # columns on the move; more in a build-up
    weapons_km_day: float = 0.01  # heavy weapons standing within 30 km of the line
    drones_km_day: float = 0.008  # flights of the parties' own UAVs
    work_told: float = 0.6  # an observer tells demining or training from fire
    unannounced: float = 0.25  # share of demining and training without notice
    # Episodes per region and year.
    offensives: float = 0.5  # build-ups that end in an offensive
    feints: float = 0.5  # build-ups that end in nothing
    surprises: float = 0.1  # offensives without a build-up
    local_escalations: float = 2.0  # some days at three to six times the level
    single_peaks: float = 4.0  # one day at four to nine times the level
    build_up_days: float = 12.0  # mean length of a build-up and of a feint
    erosions: float = 0.25  # two months of slow rise to three times the level
    fighting_days: float = 14.0  # an offensive lasts, until the parties recommit
    missing_counts: float = 0.28  # evenings without a daily report (weekends)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseOptions:
    """What to write: span, size, seed, level, and single dials that differ from the level's.

    observations: rows wanted, met within about 5%, small exercises within 10%. start: first day;
    without one the exercise begins on 1 March 2024, or so much earlier that it ends in 2025.
    swap_parties swaps the parties' names in all that is written and nothing else.
    """

    days: int
    observations: int
    seed: int
    level: str = "real"
    start: date | None = None
    swap_parties: bool = False
    overrides: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, least, most in (
            ("days", 1, 20_000), ("observations", 1, 10**9), ("seed", 0, 2**63)
        ):  # fmt: skip
            value = getattr(self, name)
            if not isinstance(value, int) or not least <= value <= most:
                raise ConfigError.at(
                    "exercise", None, found=f"{name} {value!r}",
                    expected=f"a whole number from {least} to {most}", mend="Correct the number.",
                )  # fmt: skip

    @property
    def first_day(self) -> date:
        """Return the first day of the truce."""
        return self.start or min(date(2024, 3, 1), date(2025, 12, 1) - timedelta(days=self.days))

    @property
    def dials(self) -> Dials:
        """Return the level's dials with the overrides; raises ConfigError for an unknown one."""
        return _replaced(level_dials(self.level), self.overrides, f"level {self.level}")


@cache
def level_dials(level: str) -> Dials:
    """Return the dials of a level: easy, real or hard; raises ConfigError for another word."""
    if level not in LEVELS:
        raise ConfigError.at(
            "exercise", None, found=f"level {level!r}", expected=f"one of {', '.join(LEVELS)}",
            mend="Choose one of the three, and set single dials beside it.",
        )  # fmt: skip
    path = FOLDER / f"{level}.yaml"
    return _replaced(Dials(), read_yaml(path).value or {}, str(path))


def _replaced(dials: Dials, changes: Mapping[str, float], path: str) -> Dials:
    known = [entry.name for entry in fields(Dials)]
    for name, value in changes.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=2)
            raise ConfigError.at(
                path, None, found=f"dial {name!r}", expected="a dial of the exercise",
                mend=f"Did you mean {' or '.join(near)}?" if near else "See docs/exercise.md.",
            )  # fmt: skip
        wanted = _wrong(name, value)
        if wanted:
            raise ConfigError.at(
                path, None, found=f"{name}: {value!r}", expected=wanted, mend="Correct the value."
            )
    return replace(dials, **{name: float(value) for name, value in changes.items()})


def _wrong(name: str, value: object) -> str | None:
    """Return what a dial's value should be, or None where it is right."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e6:
        return "a number from 0 up"
    if name in SHARES and value > 1:
        return "a share, 0..1"
    if name == "offspring" and value >= 1:
        # Each incident would set off one more for ever.
        return "a number below 1"
    return "a number above 0" if name in ABOVE_ZERO and value == 0 else None
