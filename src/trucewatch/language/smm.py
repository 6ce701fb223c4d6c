"""Monitors' report prose into observations and watches (OSCE SMM daily reports and their like).

One observation for each class counted in a sentence; the split into outgoing, impacts and
undetermined stays with it as `attributes.split`. A zero over a window is a null observation of what
was looked for, and a watch where position and window are known. A camera that did not work is a
watch with status 'outage'. Counts of a region in the summary are kinds count_violations and
count_explosions over the reporting day.
"""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from trucewatch.errors import ReadError
from trucewatch.language import smm_words as words
from trucewatch.language.dates import find_dates
from trucewatch.language.fold import fold
from trucewatch.language.places import PlaceContext, PlaceMention, find_places, learn_context
from trucewatch.language.sentences import split
from trucewatch.language.smm_items import Item, read_items, weapons_in
from trucewatch.language.smm_scene import Scene, scene_of
from trucewatch.language.smm_where import located
from trucewatch.language.times import find_times
from trucewatch.model import Observation, Watch
from trucewatch.when import Interval, MissionClock, WhenPrecision

ISSUED = re.compile(r"\b(?:issued on|as of \d{1,2}:\d{2}(?:hrs)?,?)\s+", re.IGNORECASE)
SINCE = re.compile(r"\bsince\b", re.IGNORECASE)
BEARING_STOP = re.compile(r"(?<=m )[NESW]{1,3}\.(?=\s[A-Z])|\b(?:and|or) [NESW]{1,3}\.(?=\s[A-Z])")
# Five times the longest daily report; beyond it the text is several reports or an attack.
MAX_REPORT = 400_000
SUMMARY_AREA = re.compile(r"\bregions?\b|\boblasts?\b", re.IGNORECASE)


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


def read_report(
    text: str, *, clock: MissionClock, options: ReportOptions | None = None
) -> list[Observation | Watch]:
    """Return the observations and watches of a report, in the order of its sentences.

    Time is linear in the text (about 10 to 25 microseconds a character): a sentence is cut at
    sentences.MAX_CHARS, and a text beyond MAX_REPORT is refused with a ReadError.
    Raises ValueError where neither options.report_day nor the text ('issued on 5 March 2019') says
    which day the report is of: a date without a year is never guessed from today's.
    """
    if len(text) > MAX_REPORT:
        raise ReadError(
            "report", found=f"{len(text)} characters", expected=f"at most {MAX_REPORT}",
            mend="Give one report at a time: a day's report has 20,000 to 80,000 characters.",
        )  # fmt: skip
    given = options or ReportOptions()
    day = given.report_day or report_day_in(text)
    if day is None:
        raise ValueError("the report names no day; give options.report_day")
    sentences = split(text)
    context = given.context or learn_context(s.text for s in sentences)
    reader = _Reader(clock, replace(given, report_day=day), day, context)
    return [
        row
        for sentence in sentences
        for raw, start in _at_bearings(sentence.text, sentence.start)
        for row in reader.sentence(raw, start)
    ]


def _at_bearings(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Part a sentence where '2km E. The SMM' ends one: a bearing is no initial."""
    at = 0
    for match in BEARING_STOP.finditer(text):
        yield text[at : match.end()], start + at
        at = match.end() + 1
    yield text[at:], start + at


def report_day_in(text: str) -> date | None:
    """Return the day that a report's heading gives with its year, or None."""
    head = fold(text[:3_000])
    for match in ISSUED.finditer(head):
        tail = head[match.end() : match.end() + 30]
        dated = [d for d in find_dates(tail, date(1900, 1, 1)) if d.grounds == "the date named"]
        if dated and dated[0].start <= 3:
            return dated[0].last
    return None


class _Reader:
    """Reads sentence after sentence and carries the position and the date over."""

    def __init__(
        self, clock: MissionClock, options: ReportOptions, day: date, context: PlaceContext
    ) -> None:
        self.clock, self.options, self.context = clock, options, context
        self.day = day
        self.scene: Scene | None = None

    def sentence(self, raw: str, base: int) -> Iterator[Observation | Watch]:
        """Yield the rows of one sentence."""
        folded = words.FOOTNOTE.sub(lambda m: " " * len(m.group()), fold(raw))
        mentions = find_places(folded, context=self.context)
        times = find_times(folded, reference_date=self.day, clock=self.clock)
        scene = scene_of(folded, mentions, self.scene)
        line = _Line(
            raw, folded, base, scene, [t.interval for t in times], times[0].text if times else None
        )
        rows = list(self._rows(line, mentions))
        if scene.own and rows:
            self.scene = scene
        dates = [t.interval for t in times]
        if dates and self.options.report_day:
            local = dates[0].start_utc.astimezone(self.clock.zone).date()
            if abs((local - self.options.report_day).days) <= 10:
                self.day = local
        yield from rows

    def _rows(self, line: _Line, mentions: list[PlaceMention]) -> Iterator[Observation | Watch]:
        folded = line.folded
        if words.OUTAGE.search(folded) and words.INSTRUMENT.search(folded):
            yield from self._outages(line, mentions)
            return
        if words.NOTHING.search(folded):
            yield from self._nothing(line, mentions)
            if not _counts_beside(folded):
                return
        if words.JAMMING.search(folded) and words.INSTRUMENT.search(folded):
            yield self._event(line, "jamming")
        elif words.ATTACK.search(folded) and _at_instrument(folded):
            yield self._event(line, "instrument_attack")
        elif words.DENIED.search(folded) and words.PASSAGE.search(folded):
            yield self._event(line, "access_denied")
        else:
            yield from self._counts(line, mentions)

    def _counts(self, line: _Line, mentions: list[PlaceMention]) -> Iterator[Observation]:
        items = read_items(line.folded)
        summary = any(item.kind == "count_violations" for item in items)
        cut = words.COMPARED.search(line.folded)
        for item in items:
            if cut and item.start > cut.start():
                continue
            yield self._summary(line, item, mentions) if summary else self._item(line, item)

    def _item(self, line: _Line, item: Item) -> Observation:
        kind = "demining" if words.DEMINING.search(line.folded) else item.kind
        attributes: dict[str, object] = {}
        if item.split:
            attributes["split"] = item.split
        if len(item.weapons) > 1:
            attributes["weapons"] = list(item.weapons)
        if len(item.where.bearings) > 1:
            attributes["bearings_deg"] = list(item.where.bearings)
        if words.TRAINING.search(line.folded):
            attributes["training"] = True
        if re.search(r"\bin sequence\b", line.folded):
            attributes["sequence"] = True
        if item.words.lower().find(" and ") > 0:
            attributes["class"] = item.words.lower()
        seen = replace(
            self._blank(line, kind), count_low=item.low, count_best=item.best, count_high=item.high,
            count_qualifier=item.qualifier, means=line.scene.means or item.means,
            description=item.description, weapon=item.weapons[0] if item.weapons else None,
            calibre_mm=item.calibre_mm, direction_deg=item.direction_deg,
            attributes=_json(attributes),
        )  # fmt: skip
        return located(seen, line.scene, item.where)

    def _summary(self, line: _Line, item: Item, mentions: list[PlaceMention]) -> Observation:
        kind = "count_explosions" if item.kind == "explosion" else item.kind
        seen = replace(
            self._blank(line, kind), count_low=item.low, count_best=item.best, count_high=item.high,
            count_qualifier=item.qualifier, is_null=item.best == 0,
        )  # fmt: skip
        return self._over_region(seen, line, item.start, mentions)

    def _over_region(
        self, seen: Observation, line: _Line, position: int, mentions: list[PlaceMention]
    ) -> Observation:
        areas = [m for m in mentions if m.role == "area" and m.chosen and m.region]
        before = [m for m in areas if m.start <= position]
        area = before[-1] if before else areas[0] if areas else None
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

    def _nothing(self, line: _Line, mentions: list[PlaceMention]) -> Iterator[Observation | Watch]:
        match = words.NOTHING.search(line.folded)
        after = line.folded[match.start() :] if match else ""
        wanted = words.CLASS.search(after)
        kind = words.CLASSES[int(str(wanted.lastgroup)[1:])][1] if wanted else "count_violations"
        seen = replace(
            self._blank(line, kind), count_low=0.0, count_best=0.0, count_high=0.0,
            count_qualifier="exact", is_null=True, means=line.scene.means or _verb_means(after),
        )  # fmt: skip
        if SUMMARY_AREA.search(line.folded) and not line.scene.own:
            yield self._over_region(replace(seen, means=None), line, len(line.folded), mentions)
            return
        placed = located(seen, line.scene, None)
        yield placed
        if placed.lon is not None and placed.start_utc and placed.end_utc and line.times:
            yield self._watch(
                line, line.scene, "working", Interval(placed.start_utc, placed.end_utc)
            )

    def _outages(self, line: _Line, mentions: list[PlaceMention]) -> Iterator[Watch]:
        window = line.window() if line.times else self.clock.reporting_day(self.day)
        if line.times and SINCE.search(line.folded):
            until = self.clock.evening_of(self.options.report_day or self.day)
            window = Interval(window.start_utc, max(until, window.start_utc))
        for scene in line.scene.each(line.folded, mentions):
            yield self._watch(line, scene, "outage", window)

    def _watch(self, line: _Line, scene: Scene, status: str, window: Interval) -> Watch:
        region = scene.region
        return Watch(
            source_id=self.options.source_id, observer=scene.observer, means=scene.means or "patrol",
            start_utc=window.start_utc, end_utc=window.end_utc,
            lon=region.lon if region else None, lat=region.lat if region else None,
            radius_km=region.radius_km if region else None, status=status,
            control_side=scene.control,
            attributes=_json({"place": scene.place_name, "quote": line.raw[:1_000]}),
        )  # fmt: skip

    def _event(self, line: _Line, kind: str) -> Observation:
        weapons, calibre = weapons_in(line.folded)
        seen = replace(
            self._blank(line, kind), means=line.scene.means,
            weapon=weapons[0] if weapons and kind == "instrument_attack" else None,
            calibre_mm=calibre,
        )  # fmt: skip
        return located(seen, line.scene, None)

    def _blank(self, line: _Line, kind: str) -> Observation:
        window = line.window()
        if not line.times and words.PERIOD.search(line.folded):
            window = self.clock.reporting_day(self.day)
        if not line.times and window.precision == WhenPrecision.UNKNOWN:
            window = self.clock.reporting_day(self.day)
        return Observation(
            source_id=self.options.source_id, kind=kind, start_utc=window.start_utc,
            end_utc=window.end_utc, when_precision=str(window.precision), local_time=line.time_text,
            published_utc=self.options.published_utc, root_id=self.options.root_id,
            quote=line.raw, char_start=line.base, char_end=line.base + len(line.raw),
            control_side=line.scene.control, observer=line.scene.observer,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    """One sentence with what was found in it."""

    raw: str
    folded: str
    base: int
    scene: Scene
    times: list[Interval]
    time_text: str | None

    def window(self) -> Interval:
        """Return the span of the sentence's times: clock times and parts of days before dates."""
        if not self.times:
            never = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
            return Interval(never, never, WhenPrecision.UNKNOWN)
        narrow = [t for t in self.times if t.precision not in (WhenPrecision.DAY,)] or self.times
        exact = [t for t in narrow if t.duration_h < 20] or narrow
        start = min(t.start_utc for t in exact)
        # The minute of a moment does not lengthen a span that it closes.
        end = max(_closing(t) if len(exact) > 1 else t.end_utc for t in exact)
        return Interval(start, end, exact[0].precision if len(exact) == 1 else WhenPrecision.PERIOD)


def _closing(time: Interval) -> datetime:
    return time.start_utc if time.precision == WhenPrecision.MINUTE else time.end_utc


def _verb_means(after: str) -> str | None:
    match = words.NOTHING.match(after)
    verb = (match.group("verb") or match.group()) if match else ""
    for means, stem in (("heard", "hear"), ("saw", "s"), ("saw", "observ"), ("recorded", "re")):
        if verb.lower().startswith(stem):
            return means
    return None


def _counts_beside(folded: str) -> bool:
    """Return whether a sentence with a zero counts something else as well."""
    rest = words.NOTHING.sub(" ", folded)
    return any(item.best for item in read_items(rest) if item.kind != "count_violations")


def _at_instrument(folded: str) -> bool:
    """Return whether the fire was aimed at an instrument, not recorded by one."""
    return bool(
        re.search(
            r"\b(?:at|towards|down|hit|struck|damaged|destroyed|targeting|blinded|lost|control|fire)\b"
            r"[^.]{0,60}\b(?:UAV|camera|SMM (?:patrol|vehicle))",
            folded,
        )
        or re.search(
            r"\b(?:UAV|camera|vehicle)s?\b[^.]{0,80}\b(?:came under|was (?:shot|hit|struck|damaged|"
            r"destroyed|targeted|blinded|downed|lost)|were (?:shot|hit|damaged|targeted)|crashed|lost)\b",
            folded,
        )
    )


def _json(attributes: dict[str, object]) -> str | None:
    kept = {k: v for k, v in attributes.items() if v is not None}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None
