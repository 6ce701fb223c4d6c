"""Quantities in running text: how many, of which unit of measure, and how sure the writer is.

English, Ukrainian and Russian; digits and number words; 'about', 'at least', 'nearly a dozen',
'hundreds of', ranges and percentages. Years, dates, clock times and numbered articles are no
quantities and are left out. The words stand in number_words.yaml and measure_words.yaml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from trucewatch.language.number_bounds import VAGUE, add_step, bounds_of
from trucewatch.language.number_lexicon import Words, starters_of, unit_of, words_of

_GAP = "\u00a0\u202f\u2009 "
_TOKEN = re.compile(
    rf"\d{{1,3}}(?:[,{_GAP}\u2019']\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:[.,:/]\d+)*"
    r"|US\$|[^\W\d_]+(?:[\u2019'\u02bc][^\W\d_]+)*|[%$€£₴₽~≈+\-\u2010-\u2015]"
)
_DIGIT = re.compile(r"\d")
_MAX_NUMBER = 1e15
_DASHES = frozenset(("-", *map(chr, range(0x2010, 0x2016))))
_CURRENCY_SIGNS = frozenset(("$", "US$", "€", "£", "₴", "₽"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity of a text; text == source[start:end].

    low <= best <= high where given; None is 'not bounded' (at least) or 'not stated' (hundreds).
    qualifier: exact, about, at_least, over, almost, up_to, under, range, few, several, couple,
    dozens, hundreds, thousands, ten_thousands, hundred_thousands, millions, numerous, uncountable.
    unit: a unit of measure of measure_words.yaml (km, percent, day, usd ...), or None for counts.
    """

    start: int
    end: int
    low: float | None
    best: float | None
    high: float | None
    qualifier: str
    unit: str | None
    text: str


class _Token(NamedTuple):
    start: int
    end: int
    text: str
    lower: str


def find(text: str, language: str) -> list[Quantity]:
    """Return the quantities of a text in reading order, never overlapping.

    language: en, uk or ru; another is read with the English words and digits.
    """
    folded, starters = _fold(text), starters_of(language)
    # Most texts count nothing: no digit, and no word that a quantity can begin with.
    if not _DIGIT.search(folded) and starters.isdisjoint(_TOKEN.findall(folded)):
        return []
    return _Scanner(text, words_of(language)).quantities(starters)


def _tokens(text: str) -> list[_Token]:
    folded, spans = _fold(text), [m.span() for m in _TOKEN.finditer(text)]
    return [_Token(start, end, text[start:end], folded[start:end]) for start, end in spans]


def _fold(text: str) -> str:
    """Return text in small letters with one apostrophe, of the same length."""
    # 'İ' alone has a small form of two letters.
    lower = text.replace("\u0130", "I").lower()
    return lower.replace("\u2019", "'").replace("\u02bc", "'").replace("ё", "е")


class _Scanner:
    """Reads one text from left to right; each position is visited a bounded number of times."""

    def __init__(self, text: str, words: Words) -> None:
        self.text, self.words = text, words
        self.tokens = _tokens(text)

    def quantities(self, starters: frozenset[str]) -> list[Quantity]:
        found: list[Quantity] = []
        free = 0
        for at, token in enumerate(self.tokens):
            if at < free or not (token.lower in starters or token.lower[0].isdigit()):
                continue
            quantity, free = self._vague(at) or self._counted(at) or (None, at + 1)
            if quantity and (not found or quantity.start >= found[-1].end):
                found.append(quantity)
        return found

    def _vague(self, at: int) -> tuple[Quantity, int] | None:
        for length in (4, 3, 2, 1):
            qualifier = self.words.vague.get(self._phrase(at, length))
            # 'as many as eight' bounds a number, it is not 'many'.
            compared = at and self.tokens[at - 1].lower == "as" and length == 1
            if qualifier and not compared:
                low, best, high = VAGUE[qualifier]
                end = at + length
                start = self.tokens[at].start
                return self._quantity(start, end, (low, best, high), qualifier), end
        return None

    def _counted(self, at: int) -> tuple[Quantity | None, int] | None:
        read = self._number(at)
        if read is None:
            return None
        value, end = read
        if self._is_no_count(at, end, value):
            return None, end
        qualifier, start = self._qualifier_before(at)
        low, high = value, value
        second = self._range_end(at, end)
        if second and second[0] >= value:
            (high, end), qualifier = second, "range" if qualifier == "exact" else qualifier
        after = self._qualifier_after(end)
        if after and qualifier == "exact":
            qualifier, end = after
        bounds = bounds_of(low, high, qualifier)
        return self._quantity(start, end, bounds, qualifier, first=at), end

    def _quantity(
        self,
        start: int,
        end: int,
        bounds: tuple[float | None, float | None, float | None],
        qualifier: str,
        first: int | None = None,
    ) -> Quantity:
        unit, unit_end = self._unit_after(end)
        if unit is None and first is not None:
            unit, start = self._currency_before(first, start)
        stop = self.tokens[unit_end - 1].end
        return Quantity(start, stop, *bounds, qualifier, unit, self.text[start:stop])

    # -- numbers ----------------------------------------------------------------------------

    def _number(self, at: int) -> tuple[float, int] | None:
        token = self.tokens[at]
        if token.text[0].isdigit():
            return self._digits(at)
        total, current, end = 0.0, None, at
        while end < len(self.tokens) and end - at < 12:
            if end > at and self._apart(end - 1, end):
                break
            step = self._word_value(end, at, current)
            if step is None:
                break
            total, current, end = add_step(step, total, current, end)
            if total > _MAX_NUMBER:
                return None
        if current is None and total == 0.0:
            return None
        return total + (current or 0.0), end

    def _word_value(
        self, end: int, at: int, current: float | None
    ) -> tuple[str, float, int] | None:
        """Return (role, value, tokens used) of the number word at `end`, or None."""
        words, lower = self.words, self.tokens[end].lower
        if lower in words.numbers:
            if not self._joined(end, at):
                return None
            return "add", words.numbers[lower], 1
        if lower in words.multipliers and len(lower) > 2 and (current is not None or end == at):
            alone = current is None and lower not in words.singular_multipliers
            return None if alone else ("times", words.multipliers[lower], 1)
        if lower in words.dozen:
            return "times", 12.0, 1
        following = self.tokens[end + 1].lower if end + 1 < len(self.tokens) else ""
        if lower in words.articles and end == at and (following in words.multipliers | words.dozen):
            return None if len(following) < 3 else ("add", 1.0, 1)
        if lower in words.half and end == at and self._half_of(end):
            return "add", 0.5, self._half_of(end)
        if lower in words.joiners and end > at and following in words.numbers and self._tens(end):
            return "skip", 0.0, 1
        return ("skip", 0.0, 1) if self._hyphen(end, at, following) else None

    def _joined(self, end: int, at: int) -> bool:
        """A second number word adds on only where it is smaller: 'twenty five'."""
        if end == at:
            return True
        value = self.words.numbers[self.tokens[end].lower]
        before = self.tokens[end - 1]
        earlier = self.words.numbers.get(before.lower)
        if earlier is None:
            return before.lower in self.words.multipliers or before.lower in self.words.joiners or (
                before.text in _DASHES
            )  # fmt: skip
        return earlier >= 20 and value < 10 if earlier < 100 else value < 100

    def _tens(self, end: int) -> bool:
        return self.tokens[end - 1].lower in self.words.multipliers

    def _half_of(self, end: int) -> int:
        """Return how many tokens 'half a' takes before a multiplier; 0 where it is no number."""
        following = [t.lower for t in self.tokens[end + 1 : end + 3]]
        if following and following[0] in self.words.multipliers:
            return 1
        is_article = len(following) == 2 and following[0] in self.words.articles
        return 2 if is_article and following[1] in self.words.multipliers else 0

    def _hyphen(self, end: int, at: int, following: str) -> bool:
        """A hyphen inside 'twenty-five' joins; one before a noun ('five-point') does not."""
        if end == at or self.tokens[end].text not in _DASHES:
            return False
        before = self.words.numbers.get(self.tokens[end - 1].lower, 0)
        return 20 <= before < 100 and 0 < self.words.numbers.get(following, 0) < 10

    def _digits(self, at: int) -> tuple[float, int] | None:
        token = self.tokens[at]
        value = _parsed(token.text)
        if value is None or value > _MAX_NUMBER:
            return None
        end = at + 1
        if end < len(self.tokens):
            following = self.tokens[end]
            factor = self.words.multipliers.get(following.lower)
            if factor and (len(following.lower) > 1 or self._short_multiplier(at, end)):
                value, end = value * factor, end + 1
        return value, end

    def _short_multiplier(self, at: int, end: int) -> bool:
        """'5k' is a thousand; '5m' is a million only of money, else metres."""
        glued = self.tokens[at].end == self.tokens[end].start
        if self.tokens[end].lower == "k":
            return glued
        return at > 0 and self.tokens[at - 1].text in _CURRENCY_SIGNS

    # -- what stands round a number -----------------------------------------------------------

    def _range_end(self, at: int, end: int) -> tuple[float, int] | None:
        if end >= len(self.tokens):
            return None
        link = self.tokens[end]
        opener = self.tokens[at - 1].lower if at else ""
        is_range = link.text in _DASHES or ("", link.lower) in self.words.ranges
        is_range = is_range or (opener, link.lower) in self.words.ranges
        if not is_range or end + 1 >= len(self.tokens):
            return None
        if link.text in _DASHES and not self._tight(end):
            return None
        read = self._number(end + 1)
        if read is None or self._is_no_count(end + 1, read[1], read[0]):
            return None
        return read

    def _tight(self, dash: int) -> bool:
        """A dash makes a range only where both sides stand equally close to it."""
        left = self.tokens[dash].start - self.tokens[dash - 1].end
        right = self.tokens[dash + 1].start - self.tokens[dash].end
        return left == right and left <= 1

    def _qualifier_before(self, at: int) -> tuple[str, int]:
        back = at - 1 if at and self.tokens[at - 1].text in _CURRENCY_SIGNS else at
        if back and self.tokens[back - 1].lower in self.words.openers:
            back -= 1
        for length in (4, 3, 2, 1):
            first = back - length
            if first >= 0 and not self._apart(first, back):
                phrase = self._phrase(first, length)
                if phrase in self.words.before:
                    return self.words.before[phrase], self.tokens[first].start
        if back and self.tokens[back - 1].text in ("~", "≈"):
            return "about", self.tokens[back - 1].start
        return "exact", self.tokens[at].start

    def _apart(self, first: int, last: int) -> bool:
        span = self.tokens[first : last + 1]
        return any(self.text[a.end : b.start].strip(" \u00a0") for a, b in pairwise(span))

    def _qualifier_after(self, end: int) -> tuple[str, int] | None:
        for length in (3, 2, 1):
            phrase = self._phrase(end, length)
            if phrase in self.words.after:
                return self.words.after[phrase], end + length
        if end < len(self.tokens) and self.tokens[end].text == "+":
            return "at_least", end + 1
        return None

    def _unit_after(self, end: int) -> tuple[str | None, int]:
        if self._is_metres(end):
            return "m", end + 1
        skip = end
        if skip < len(self.tokens) and self.tokens[skip].text in _DASHES:
            skip += 1
        for length in (3, 2, 1):
            unit = unit_of(self._phrase(skip, length))
            if unit and not self._broken(end, skip + length):
                return unit, skip + length
        return None, end

    def _is_metres(self, end: int) -> bool:
        """A bare 'm' is metres where it is glued to its figure and no money."""
        if end >= len(self.tokens) or self.tokens[end].lower != "m":
            return False
        return self.tokens[end - 1].end == self.tokens[end].start

    def _broken(self, end: int, stop: int) -> bool:
        """A full stop (unless of '5 тис. ...'), comma or bracket parts number and word."""
        span = self.tokens[end - 1 : stop]
        marks = set(",;:()\n!?") | (set() if span[0].lower in self.words.multipliers else {"."})
        return any(set(self.text[a.end : b.start]) & marks for a, b in pairwise(span))

    def _currency_before(self, first: int, start: int) -> tuple[str | None, int]:
        if first and self.tokens[first - 1].text in _CURRENCY_SIGNS:
            sign = self.tokens[first - 1]
            return unit_of(sign.lower), min(start, sign.start)
        return None, start

    def _phrase(self, first: int, length: int) -> str:
        chosen = self.tokens[first : first + length]
        return " ".join(t.lower for t in chosen) if len(chosen) == length else ""

    # -- what is no count ---------------------------------------------------------------------

    def _is_no_count(self, at: int, end: int, value: float) -> bool:
        token = self.tokens[at]
        before = self.tokens[at - 1].lower if at else ""
        after = self.tokens[end].lower if end < len(self.tokens) else ""
        if ":" in token.text or "/" in token.text or self._is_label(at, before):
            return True
        if after in self.words.months or self._is_day_or_year(at, value):
            return True
        if self._dashed_month(end) or before in self.words.not_a_count:
            return True
        if value == 1 and not token.text[0].isdigit():
            return after in self.words.pronoun_after or before in self.words.pronoun_before
        return token.text.isdigit() and self._is_year(at, before, after)

    def _is_day_or_year(self, at: int, value: float) -> bool:
        """'February 12' is a day and 'February 2019' a year; '15 February 1,200 shots' counts."""
        if not at or self.tokens[at - 1].lower not in self.words.months:
            return False
        has_day = at > 1 and self.tokens[at - 2].text.isdigit() and at + 1 < len(self.tokens)
        if has_day and self.tokens[at].text.isdigit() and len(self.tokens[at].text) != 4:
            return not _counts_on(self.text[self.tokens[at].end : self.tokens[at].end + 2])
        written = self.tokens[at].text.isdigit()
        return written and (value <= LAST_DAY or value in YEARS)

    def _dashed_month(self, end: int) -> bool:
        """'3-4 May' and '3 and 4 May': the first number belongs to the date too."""
        later = [t.lower for t in self.tokens[end : end + 3]]
        if len(later) < 3 or not later[1].isdigit() or later[2] not in self.words.months:
            return False
        return later[0] in _DASHES or ("", later[0]) in self.words.ranges or len(later[0]) <= 3

    def _is_label(self, at: int, before: str) -> bool:
        """'M23', 'Minsk-2' and ordinals such as '5th' name things, they count nothing."""
        token = self.tokens[at]
        if token.start and self.text[token.start - 1].isalpha():
            return True
        following = self.text[token.end : token.end + 3].lower()
        if token.text[0].isdigit() and re.match(r"(st|nd|rd|th)\b", following):
            return True
        if before not in _DASHES or at < 2 or not token.text[0].isdigit():
            return False
        dash, word = self.tokens[at - 1], self.tokens[at - 2]
        glued = dash.end == token.start and word.end == dash.start
        return glued and word.text[0].isupper()

    def _is_year(self, at: int, before: str, after: str) -> bool:
        token = self.tokens[at]
        if len(token.text) != 4 or not 1900 <= int(token.text) <= 2100:
            return False
        previous = self.tokens[at - 2].lower if at > 1 else ""
        dated = before.isdigit() and previous in self.words.months
        near = before in self.words.year_before or before in self.words.months or dated
        if after in self.words.year_after:
            return True
        return near or not _counts_on(self.text[token.end : token.end + 2])


LAST_DAY, YEARS = 31, range(1900, 2101)


def _counts_on(following: str) -> bool:
    """A number of four digits counts something only where a word follows it directly."""
    return len(following) == 2 and following[0] == " " and following[1].islower()


@cache
def _parsed(text: str) -> float | None:
    grouped = re.fullmatch(rf"\d{{1,3}}(?:[,{_GAP}\u2019']\d{{3}})+(\.\d+)?", text)
    if grouped:
        return float(re.sub(rf"[,{_GAP}\u2019']", "", text))
    if re.fullmatch(r"\d{1,18}", text):
        return float(text)
    decimal = re.fullmatch(r"\d{1,15}[.,]\d{1,6}", text)
    return float(text.replace(",", ".")) if decimal else None
