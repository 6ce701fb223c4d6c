"""Reading a report's facts from the store, for one day, one kind of report, one audience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from trucewatch.errors import ConfigError, TrucewatchError
from trucewatch.mission import FILE, Mission
from trucewatch.publish.alert import STATUSES
from trucewatch.publish.audience import EVERYTHING, Audience, audience_named
from trucewatch.publish.counting import count_facts
from trucewatch.publish.facts import Head, Report, SourceFacts
from trucewatch.publish.ground import lines_on, towns_on
from trucewatch.publish.happenings import happening_facts
from trucewatch.publish.judged import judged_facts
from trucewatch.publish.kinds import standing_kinds
from trucewatch.publish.placing import Placer, shapes_of
from trucewatch.publish.redact import redact
from trucewatch.publish.rows import clean
from trucewatch.publish.window import Steps, Window, rows_of
from trucewatch.when import instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Evenings that each kind of report covers.
DAYS = {"daily": 1, "status": 7, "spot": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a report beside its day.

    kind: daily, status (seven evenings) or spot. audience: an audience of the mission.
    data_utc: the instant up to which the store was read (default: the latest it knows).
    sources: what source folders say of themselves; a source not named may not be republished.
    """

    kind: str = "daily"
    audience: str = EVERYTHING
    data_utc: datetime | None = None
    run_id: str | None = None
    code_version: str | None = None
    sources: Mapping[str, SourceFacts] = field(default_factory=dict)


def read_report(
    store: Steps, mission: Mission, *, day: date | None = None, asked: Asked | None = None
) -> Report:
    """Return the facts of a report, redacted for its audience.

    day: the reporting day; None takes the last one that any account falls in.
    Raises ConfigError for an unknown kind or audience, and where the audience may not read that
    day yet; TrucewatchError where nothing was read so far and no day is given.
    """
    asked = asked or Asked()
    audience = audience_named(mission, asked.audience)
    window = _window(store, mission, day, asked, audience)
    counts, happenings = count_facts(window), happening_facts(window)
    more = {name: window.listed_max for name, cut in happenings.pop("more").items() if cut}
    counts["not_listed"] |= more
    regions = shapes_of(mission)
    report = Report(
        head=window.head, regions=regions, lines=lines_on(window), towns=towns_on(window, regions),
        **counts, **happenings,
    )  # fmt: skip
    whole = replace(report, **judged_facts(window, report, asked.sources))
    return whole if audience.is_whole else redact(whole, audience)


def _window(
    store: Steps, mission: Mission, day: date | None, asked: Asked, audience: Audience
) -> Window:
    if asked.kind not in DAYS:
        raise ConfigError.at(
            "report", None, found=f"kind {asked.kind!r}", expected=f"one of {', '.join(DAYS)}",
            mend="Ask for one of these reports.",
        )  # fmt: skip
    known_utc = _known_up_to(store, asked)
    if day is None:
        day = _last_day(store, mission, audience, known_utc)
    data_utc = known_utc or mission.clock.evening_of(day)
    _check_delay(mission, day, audience, data_utc)
    return Window(store, mission, _head(mission, day, asked, data_utc), Placer(mission.regions))


def _status(mission: Mission) -> str:
    """What an alert is handled as (options.publish.alert_status); an exercise must not alarm."""
    given = mission.options.get("publish", {}).get("alert_status", STATUSES[0])
    if given not in STATUSES:
        raise ConfigError.at(
            mission.root / FILE, None, found=f"options.publish.alert_status: {given!r}",
            expected=f"one of {', '.join(STATUSES)}", mend="Choose one of these words.",
        )  # fmt: skip
    return str(given)


def _known_up_to(store: Steps, asked: Asked) -> datetime | None:
    given = asked.data_utc or store.as_of_utc
    found = given or rows_of(store, "known_up_to", {})[0]["data_utc"]
    return instant(found) if found else None


def _last_day(
    store: Steps, mission: Mission, audience: Audience, known_utc: datetime | None
) -> date:
    """The last day with an account; for other audiences the last that ended long enough ago."""
    if known_utc is None:
        raise TrucewatchError(
            "no account was read yet, so there is no last day to report on: "
            "hand files in first (trucewatch read FILES), or name a day"
        )
    before_utc = audience.latest_utc(known_utc)
    asked = {"before_utc": before_utc}
    last_us = rows_of(store, "horizon", asked, standing_kind=standing_kinds())[0]["last_us"]
    moment = before_utc if last_us is None else EPOCH + timedelta(microseconds=last_us)
    day = mission.clock.day_containing(moment)
    is_over = mission.clock.evening_of(day) <= before_utc
    return day if audience.is_whole or is_over else day - timedelta(days=1)


def _check_delay(mission: Mission, day: date, audience: Audience, data_utc: datetime) -> None:
    evening_utc = mission.clock.evening_of(day)
    if audience.is_whole or evening_utc <= audience.latest_utc(data_utc):
        return
    raise ConfigError.at(
        mission.root / FILE, None, found=f"a report on {day} for the audience {audience.id!r}",
        expected=f"a day that ended {audience.delay_h:g} h before the data time",
        mend="Ask for an earlier day, or wait: the delay protects people on the ground.",
    )  # fmt: skip


def _head(mission: Mission, day: date, asked: Asked, data_utc: datetime) -> Head:
    days = DAYS[asked.kind]
    clock = mission.clock
    first, before = day - timedelta(days=days), day - timedelta(days=2 * days)
    since = mission.recommitted_utc
    return Head(
        kind=asked.kind, mission=mission.name, title=clean(mission.title), day=day,
        period=clock.reporting_span(first, day), previous=clock.reporting_span(before, first),
        days=days, zone=clock.zone.key, evening=clock.evening.strftime("%H:%M"),
        data_utc=data_utc, audience=asked.audience, recommitted_utc=since,
        recommitted_day=clock.day_containing(since + timedelta(microseconds=1)) if since else None,
        run_id=asked.run_id, code_version=asked.code_version, alert_status=_status(mission),
    )  # fmt: skip
