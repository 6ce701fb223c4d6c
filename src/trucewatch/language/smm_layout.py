"""What headings, date lines and lead lines of a report say of the lines below them.

'Government-controlled areas' gives the side, '15 February' the day, 'In violation of withdrawal
lines' the status of weapons, and 'An SMM mini-UAV spotted:' the subject of the list below it.
"""

from __future__ import annotations

import re
from datetime import date

from trucewatch.language.fold import fold
from trucewatch.language.sentences import Sentence
from trucewatch.language.smm_holdings import section_of
from trucewatch.language.times import find_times
from trucewatch.when import Interval, MissionClock

OTHER_MATTER = re.compile(
    r"ceasefire|casualt|damage|disengag|\bmines?\b|border|restrict|freedom|repair|infrastructure|facilitation|denial|delay|impediment",
    re.IGNORECASE,
)
AREAS = re.compile(
    r"^\W*(?P<non>non-)?government-controlled (?:areas?|parts?|territory)\W*$", re.IGNORECASE
)
DATE_LINE = re.compile(
    r"^\W*(?:on\s+)?(?:\d{1,2}\s+[A-Z]\w+|[A-Z]\w+\s+\d{1,2})(?:,?\s+\d{4})?\W*$"
)
LEAD = re.compile(r":\s*$")
# A lead without a deed ('Denial:') is a heading.
SUBJECT = re.compile(
    r"\b(?:saw|seen|observed|spotted|noted|recorded|heard|revealed|reported|informed|told|facilitat\w+|corroborated|confirmed|den(?:y|ied)|missing|present)\b",
    re.IGNORECASE,
)
LONGEST_LEAD = 300


class Layout:
    """The heading, side, day and lead line that hold at a point of a report."""

    def __init__(self) -> None:
        self.status: str | None = None
        self.side: str | None = None
        self.day: Interval | None = None
        self.lead = ""

    def heading(self, raw: str, clock: MissionClock, reference: date) -> None:
        """Take note of a heading; one of another matter ends the side and the day before it."""
        text = fold(raw)
        self.lead = ""
        if DATE_LINE.match(text):
            named = find_times(text, reference_date=reference, clock=clock)
            self.day = named[0].interval if named else None
            return
        self.day = None
        areas = AREAS.match(text)
        if areas:
            self.side = "non-government" if areas.group("non") else "government"
            return
        self.side = None
        status = section_of(text)
        if status or OTHER_MATTER.search(text):
            self.status = status

    def lead_of(self, sentence: Sentence) -> str:
        """Return the words of a lead line that a line of its list goes on from, else nothing."""
        text = sentence.text
        if LEAD.search(text) and len(text) <= LONGEST_LEAD:
            self.lead = fold(LEAD.sub(" ", text)) if SUBJECT.search(text) else ""
            return ""
        listed = sentence.kind == "item" or text[:1].islower() or text[:1].isdigit()
        if not listed:
            self.lead = ""
        return self.lead
