"""Sentences of a monitors' report into rows, one after the other, with what carries over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from trucewatch.language import smm_words as words
from trucewatch.language.fold import JOINER, fold
from trucewatch.language.places import PlaceContext, find_places
from trucewatch.language.smm_clauses import clauses
from trucewatch.language.smm_events import instrument_events
from trucewatch.language.smm_holdings import section_of
from trucewatch.language.smm_items import Item, read_items
from trucewatch.language.smm_layout import Layout
from trucewatch.language.smm_line import Line, span_of
from trucewatch.language.smm_notices import Notice, notices_in
from trucewatch.language.smm_range import Where
from trucewatch.language.smm_scene import Scene, scene_of, scenes_of_cameras
from trucewatch.language.smm_where import located
from trucewatch.language.times import TimeMention, find_times
from trucewatch.model import Observation, Watch
from trucewatch.when import Interval, MissionClock, WhenPrecision

SINCE = re.compile(r"\bsince\b", re.IGNORECASE)
SUMMARY_AREA = re.compile(r"\bregions?\b|\boblasts?\b", re.IGNORECASE)
AREA_AFTER = re.compile(r"(?:\s+\w+){0,2}?\s+in\s+(?:the\s+)?[A-Z]\w+\s+(?:region|oblast)")
NEAR_REPORT_DAYS = 10
# No report names more positions; a text that does is an attack on the memory.
MAX_PLACES = 5_000


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What is known of a report beside its text.

    report_day: the reporting day (its evening ends it), local. source_id and root_id go into the
    rows; monitors of one mission are one root. context: what the mission writes about, else learnt
    from the report itself.
    """

    report_day: date | None = None
    source_id: str = "smm"
    root_id: str | None = None
    published_utc: datetime | None = None
    context: PlaceContext | None = None


class Reader:
    """Reads sentence after sentence and carries position, date and window over."""

    def __init__(self, clock: MissionClock, options: ReportOptions, day: date) -> None:
        self.clock, self.options = clock, options
        self.context = options.context
        self.day = self.report_day = day
        self.scene: Scene | None = None
        self.times: list[TimeMention] = []
        self.places: dict[str, Scene] = {}
        self.layout = Layout()

    def sentence(self, raw: str, base: int, lead: str = "") -> Iterator[Observation | Watch]:
        """Yield the rows of one sentence; lead: the words of a list's first line before it."""
        folded = words.FOOTNOTE.sub(lambda m: " " * len(m.group()), lead + plain(raw))
        mentions = find_places(folded, context=self.context)
        times = [
            t for t in find_times(folded, reference_date=self.day, clock=self.clock)
            if not words.EARLIER.search(folded, max(0, t.start - 90), t.start)
        ]  # fmt: skip
        carried, section = times, section_of(folded) or self.layout.status
        instrument: str | None = None
        for start, end in clauses(folded):
            clause = " " * start + folded[start:end] + " " * (len(folded) - end)
            own = [t for t in times if start <= t.start < end] or carried
            if words.SAME_TIME.search(clause) and not _narrow(own):
                own = self.times
            scene = self.known(scene_of(clause, mentions, self.scene))
            if start and scene.means is None and not words.VERB.search(clause):
                scene = replace(scene, means=instrument)
            instrument = scene.means
            verbs = list(words.VERB.finditer(folded, 0, start))
            verb = str(verbs[-1].lastgroup) if verbs else None
            line = Line(raw, clause, base, scene, mentions, own, verb, section)
            rows = list(self._rows(line))
            self.scene = scene if scene.own else self.scene
            self.times = own if rows else self.times
            yield from rows
            carried = own
        self._turn_to(times)

    def heading(self, raw: str) -> None:
        """Take note of a heading; what has no date below it is of the reporting day again."""
        self.layout.heading(raw, self.clock, self.report_day)
        day = self.layout.day
        self.day = day.start_utc.astimezone(self.clock.zone).date() if day else self.report_day

    def _untimed(self) -> Interval:
        """Return the window of a row that names no time: the heading's day or the reporting day."""
        return self.layout.day or self.clock.reporting_day(self.day)

    def known(self, scene: Scene) -> Scene:
        """Fill in what the report said of a place where it named it first, with its brackets."""
        if not scene.own or scene.place_name is None:
            return scene
        if scene.control is not None or scene.place_name not in self.places:
            if len(self.places) < MAX_PLACES:
                self.places[scene.place_name] = scene
            return scene
        first = self.places[scene.place_name]
        return replace(
            scene, control=first.control, place_id=scene.place_id or first.place_id,
            region=scene.region or first.region,
            precision=scene.precision if scene.region else first.precision,
        )  # fmt: skip

    def _turn_to(self, times: list[TimeMention]) -> None:
        """Later sentences without a date are of the first day that this one names."""
        if times:
            local = times[0].interval.start_utc.astimezone(self.clock.zone).date()
            if abs((local - self.report_day).days) <= NEAR_REPORT_DAYS:
                self.day = local

    def _rows(self, line: Line) -> Iterator[Observation | Watch]:
        folded = line.folded
        if words.OUTAGE.search(folded) and words.INSTRUMENT.search(folded):
            yield from self._outages(line)
            return
        if _of_fire(folded):
            yield from self._nothing(line)
            blank = words.NOTHING.sub(lambda m: " " * len(m.group()), folded)
            line = replace(line, folded=blank)
            if not _counts_beside(blank):
                return
        if notices := instrument_events(folded) or notices_in(folded, line.section):
            yield from (self._notice(line, notice) for notice in notices)
        else:
            yield from self._counts(line)

    # -- counts -------------------------------------------------------------------------------

    def _counts(self, line: Line) -> Iterator[Observation]:
        if words.SUMMARY_HEAD.search(line.folded):
            if words.OTHER_PERIOD.search(line.folded):
                return
            text = words.COMPARED.sub(lambda m: " " * len(m.group()), line.folded)
            text = words.NONE_OF.sub(lambda m: " " * len(m.group()), text)
            text = words.SHARE.sub(lambda m: " " * len(m.group()), text)
            for item in read_items(text):
                if item.low is not None or item.high is not None or item.qualifier:
                    yield self._summary(line, item)
            return
        items = read_items(line.folded)
        for item, window in zip(items, _own_windows(line, items), strict=True):
            seen = self._item(line, item)
            if window:
                seen = replace(
                    seen, start_utc=window.start_utc, end_utc=window.end_utc,
                    when_precision=str(window.precision),
                )  # fmt: skip
            yield seen

    def _item(self, line: Line, item: Item) -> Observation:
        kind = "demining" if words.DEMINING.search(line.folded) else item.kind
        where = item.where or Where()
        attributes: dict[str, object] = {}
        if item.split:
            attributes["split"] = item.split
        if len(item.weapons) > 1:
            attributes["weapons"] = list(item.weapons)
        if len(where.bearings) > 1:
            attributes["bearings_deg"] = list(where.bearings)
        if words.TRAINING.search(line.folded):
            attributes["training"] = True
        if re.search(r"\bin sequence\b", line.folded):
            attributes["sequence"] = True
        if item.words.lower().find(" and ") > 0:
            attributes["class"] = item.words.lower()
        # A camera does not hear: monitors beside it did.
        heard = item.means == "heard" and line.scene.means in ("recorded", "uav")
        seen = replace(
            self.blank(line, kind), count_low=item.low, count_best=item.best, count_high=item.high,
            count_qualifier=item.qualifier,
            means="heard" if heard else line.scene.means or item.means or line.verb,
            description=item.description, weapon=item.weapons[0] if item.weapons else None,
            calibre_mm=item.calibre_mm, direction_deg=item.direction_deg, is_null=item.best == 0,
            attributes=as_json(attributes),
        )  # fmt: skip
        seen = replace(seen, observer="SMM") if heard else seen
        return located(seen, line.scene, where)

    def _summary(self, line: Line, item: Item) -> Observation:
        kind = "count_explosions" if item.kind == "explosion" else item.kind
        seen = replace(
            self.blank(line, kind), count_low=item.low, count_best=item.best, count_high=item.high,
            count_qualifier=item.qualifier, is_null=item.best == 0,
        )  # fmt: skip
        if line.times and SINCE.search(line.folded):
            begun, until = line.window().start_utc, self.clock.evening_of(self.report_day)
            seen = replace(seen, end_utc=max(begun, until))
        after = AREA_AFTER.match(line.folded, item.end)
        return self._over_region(seen, line, after.end() if after else item.start)

    def _over_region(self, seen: Observation, line: Line, position: int) -> Observation:
        areas = [m for m in line.mentions if m.role == "area" and m.chosen and m.region]
        before = [m for m in areas if m.start <= position]
        area = before[-1] if before else areas[0] if len(areas) == 1 else None
        if not line.times:
            window = self.clock.reporting_day(self.day)
            seen = replace(
                seen, start_utc=window.start_utc, end_utc=window.end_utc, when_precision="evening"
            )
        if area is None or area.region is None or area.chosen is None:
            return located(seen, line.scene, None)
        return replace(
            seen, lon=area.region.lon, lat=area.region.lat, radius_km=area.region.radius_km,
            where_precision=str(area.region.precision), place_id=area.chosen.place_id,
            place_name=area.chosen.name_en or area.chosen.name,
        )  # fmt: skip

    # -- nothing seen, nothing working -----------------------------------------------------------

    def _nothing(self, line: Line) -> Iterator[Observation | Watch]:
        match = words.NOTHING.search(line.folded)
        after = line.folded[match.start() :] if match else ""
        seen = replace(
            self.blank(line, _looked_for(after)), count_low=0.0, count_best=0.0, count_high=0.0,
            count_qualifier="exact", is_null=True, means=line.scene.means or _verb_means(after),
        )  # fmt: skip
        if SUMMARY_AREA.search(line.folded) and not line.scene.own:
            yield self._over_region(replace(seen, means=None), line, len(line.folded))
            return
        for scene in line.scene.each(line.folded, line.mentions):
            placed = located(replace(seen, control_side=scene.control), scene, None)
            yield replace(placed, observer=scene.observer)
            if placed.lon is not None and placed.start_utc and placed.end_utc and line.times:
                window = Interval(placed.start_utc, placed.end_utc)
                yield self.watch(line, scene, "working", window)

    def _outages(self, line: Line) -> Iterator[Watch]:
        window = line.window() if line.times else self._untimed()
        if line.times and SINCE.search(line.folded):
            until = self.clock.evening_of(self.report_day)
            window = Interval(window.start_utc, max(until, window.start_utc))
        for scene, own in _with_own_times(line):
            yield self.watch(line, scene, "outage", self._since(line, own) if own else window)

    def _since(self, line: Line, times: list[TimeMention]) -> Interval:
        """Return the span of a camera's own times, up to the report's evening where it is open."""
        window = span_of([t.interval for t in times])
        if SINCE.search(line.folded, max(0, times[0].start - 12), times[0].start):
            until = self.clock.evening_of(self.report_day)
            window = Interval(window.start_utc, max(until, window.start_utc))
        return window

    # -- blanks ---------------------------------------------------------------------------------

    def watch(self, line: Line, scene: Scene, status: str, window: Interval) -> Watch:
        """Return a watch over the position of a scene."""
        region = scene.region
        return Watch(
            source_id=self.options.source_id, observer=scene.observer,
            means=scene.means or "patrol",
            start_utc=window.start_utc, end_utc=window.end_utc,
            lon=region.lon if region else None, lat=region.lat if region else None,
            radius_km=region.radius_km if region else None, status=status,
            control_side=scene.control,
            attributes=as_json({"place": scene.place_name, "quote": line.raw[:1_000]}),
        )  # fmt: skip

    def _notice(self, line: Line, notice: Notice) -> Observation:
        low, best, high, qualifier = notice.count
        seen = replace(
            self.blank(line, notice.kind), count_low=low, count_best=best, count_high=high,
            count_qualifier=qualifier, means=_means_of(line, notice),
            description=notice.description, weapon=notice.weapon, calibre_mm=notice.calibre_mm,
            direction_deg=notice.direction_deg, is_null=best == 0,
            attributes=as_json(notice.attributes),
        )  # fmt: skip
        return located(seen, line.scene, None)

    def blank(self, line: Line, kind: str) -> Observation:
        """Return an observation that has its source, window and quote, and nothing else yet."""
        window = line.window()
        if not line.times:
            window = self._untimed()
        return Observation(
            source_id=self.options.source_id, kind=kind, start_utc=window.start_utc,
            end_utc=window.end_utc, when_precision=str(window.precision), local_time=line.time_text,
            published_utc=self.options.published_utc, root_id=self.options.root_id,
            quote=line.raw, char_start=line.base, char_end=line.base + len(line.raw),
            control_side=line.scene.control or self.layout.side, observer=line.scene.observer,
        )  # fmt: skip


def _with_own_times(line: Line) -> Iterator[tuple[Scene, list[TimeMention]]]:
    """Yield each camera of an outage with its own times: 'in A since 3 May and in B since noon'."""
    scenes = list(scenes_of_cameras(line.folded, line.mentions, line.scene))
    ends = [*(s.end for s in scenes[1:]), len(line.folded)][: len(scenes)]
    own = [
        [t for t in line.times if scene.end <= t.start < end]
        for scene, end in zip(scenes, ends, strict=True)
    ]
    if len(scenes) > 1 and all(own):
        yield from zip(scenes, own, strict=True)
        return
    for scene in line.scene.each(line.folded, line.mentions):
        yield scene, []


# How these are known is told by the notice; an instrument named beside them did not see them.
TOLD_AS_IS = ("casualty", "damage", "uav", "aircraft", "protest", "access_denied", "repair")


def _means_of(line: Line, notice: Notice) -> str | None:
    """Return by which means a notice is known: harm is told, weapons are seen."""
    if notice.kind in TOLD_AS_IS:
        return notice.means
    return line.scene.means or notice.means


def plain(raw: str) -> str:
    """Return a sentence folded and without marks that show nothing; rows keep it as it was."""
    return fold(raw).replace(JOINER, "")


def _of_fire(folded: str) -> bool:
    """Return whether fire was looked for and not seen: 'saw no tanks' is no null observation."""
    match = words.NOTHING.search(folded)
    if match is None:
        return False
    phrase = re.split(r",|;|\bwhile\b", folded[match.start() :], maxsplit=1)[0][:200]
    return "nothing" in match.group().lower() or words.CLASS.search(phrase) is not None


def _narrow(times: list[TimeMention]) -> bool:
    return any(t.interval.precision != WhenPrecision.DAY for t in times)


def _own_windows(line: Line, items: list[Item]) -> list[Interval | None]:
    """Return each item's own times, where every item of several has some; else none for all."""
    ends = [*(item.start for item in items[1:]), len(line.folded)][: len(items)]
    own = [line.times_within(item.end, end) for item, end in zip(items, ends, strict=True)]
    if len(items) < 2 or not all(own):
        return [None] * len(items)
    return [span_of(times) for times in own]


def _looked_for(after: str) -> str:
    """Return the kind that was looked for and not seen: 'fire or other ceasefire violations'."""
    phrase = re.split(r";|\bwhile\b|,\s+(?:and|the)\b", after, maxsplit=1)[0][:160]
    kinds = [words.CLASSES[int(str(m.lastgroup)[1:])][1] for m in words.CLASS.finditer(phrase)]
    named = [kind for kind in kinds if kind != "fire"]
    if not named or "count_violations" in named:
        return "count_violations"
    # 'any tank rounds or other projectiles': the wider word is the last one.
    return named[-1] if re.search(r"\bother\b", phrase) else named[0]


def _verb_means(after: str) -> str | None:
    match = words.NOTHING.match(after)
    if match is None:
        return None
    if words.HEARD_AND_SEEN.search(
        match.group().replace(" nor ", " and ").replace(" or ", " and ")
    ):
        return "saw"
    told = match.group("verb") or match.group("gerund") or after[: match.end() + 40]
    verb = words.VERB.search(told)
    return str(verb.lastgroup) if verb else None


def _counts_beside(folded: str) -> bool:
    """Return whether a sentence with a zero counts something else as well."""
    return any(item.best for item in read_items(folded) if item.kind != "count_violations")


def as_json(attributes: dict[str, object]) -> str | None:
    """Return the attributes that are given as JSON, None where none is."""
    kept = {k: v for k, v in attributes.items() if v is not None}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None
