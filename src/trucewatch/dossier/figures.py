"""Numbers of a sentence as the dossier needs them: spans in words, ranges in thousands.

The general reader of quantities (language/quantities) is asked first; what it leaves out is added.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from trucewatch.dossier.stems import rows
from trucewatch.language import quantities
from trucewatch.language.quantities import Quantity

# Same length as what they stand for, so that offsets hold.
_AS_MANY = re.compile(r"\bas (?:many|much|few) as\b", re.IGNORECASE)
# 'The rebels number 5,000': a verb, no label of what follows; as long as what stands for it.
_NUMBER = re.compile(r"(?<=s )number(?= (?:about |some |around )?\d)")
_MINES = re.compile(r"\bмин$")
_SAPPERS = re.compile("сап[её]р|обезвре|размин|подорв|фугас", re.IGNORECASE)
_MILLIONS = re.compile(r"\s*(?:people|civilians|residents|refugees)\b")
_THOUSANDS = 900


def figures_in(text: str, language: str) -> list[Quantity]:
    """Return the quantities of a sentence in reading order; offsets are the sentence's."""
    asked = _AS_MANY.sub(lambda m: "up to".ljust(len(m[0])), text)
    asked = _NUMBER.sub("totals", asked)
    found = [_mended(q, text) for q in quantities.find(asked, language)]
    for bare in _bare(text, language):
        over = [q for q in found if bare.start < q.end and q.start < bare.end]
        if all(q.best is None for q in over):
            found = [*(q for q in found if q not in over), bare]
    spans = [
        s for s in _spans(text, language)
        if not any(s.start < q.end and q.start < s.end for q in found)
    ]  # fmt: skip
    shares = _shares(text, language)
    found = [
        q for q in (*found, *spans)
        if not any(s.start < q.end and q.start < s.end for s in shares)
    ]  # fmt: skip
    return sorted((*found, *shares), key=lambda q: q.start)


def _shares(text: str, language: str) -> list[Quantity]:
    """'Two thirds of the men', 'половина бранців': parts of a whole, in percent."""
    tag = language if language in ("uk", "ru") else "en"
    found = []
    for match in _share_pattern(tag).finditer(text):
        row = {k: v for k, v in match.groupdict().items() if v}
        name = next(k for k in row if k not in ("over", "under", "about", "times"))
        times = _TIMES.get(row.get("times", "").lower(), 1)
        best = 100.0 * times / float(name.removeprefix("part_"))
        kind = next((k for k in ("over", "under") if k in row), "range")
        low, high = best - SHARE_SLACK, best + SHARE_SLACK
        found.append(
            Quantity(match.start(), match.end(), low, best, high, kind, "percent", match[0])
        )
    return found


# Percent to either side that 'a third' may stand for.
SHARE_SLACK = 5.0
_TIMES = {"two": 2, "three": 3, "дві": 2, "три": 3, "две": 2, "four": 4, "чотири": 4, "четыре": 4}


@cache
def _share_pattern(tag: str) -> re.Pattern[str]:
    row = rows("spans")[tag]["shares"]
    parts = "|".join(f"(?P<part_{n}>{words})" for n, words in row["parts"].items())
    leads = "|".join(f"(?P<{name}>{words})" for name, words in row["leads"].items())
    times = "|".join(_TIMES)
    return re.compile(
        rf"\b(?:(?:{leads})\s+)?(?:(?P<times>{times})[ -])?(?:{parts})", re.IGNORECASE
    )


_BARE = re.compile(
    r"\b(?:(?P<about>близько|около|приблизно|примерно)|(?P<almost>майже|почти)"
    r"|(?P<over>понад|більше|свыше|более)|(?P<up_to>до)|(?P<at_least>щонайменше|не менее))\s+"
    r"(?:(?P<thousand>тисяч[іу]|тысяч[иу])|(?P<million>мільйона?|миллиона?)|(?P<hundred>сотні|сотни))"
    r"(?=\s+[а-яіїєґ])",
    re.IGNORECASE,
)
_SCALES = {"hundred": 100.0, "thousand": 1000.0, "million": 1e6}


def _bare(text: str, language: str) -> list[Quantity]:
    """'близько тисячі осіб': a thousand that no number word leads."""
    if language not in ("uk", "ru"):
        return []
    found = []
    for match in _BARE.finditer(text):
        best = next(v for k, v in _SCALES.items() if match[k])
        words = ("about", "almost", "over", "up_to", "at_least")
        qualifier = next(w for w in words if match[w])
        found.append(
            Quantity(match.start(), match.end(), best, best, best, qualifier, None, match[0])
        )
    return found


def _mended(quantity: Quantity, text: str) -> Quantity:
    """'from 3 to 4 thousand' begins at three thousand; '1.2m people' are no metres."""
    quantity = replace(quantity, text=text[quantity.start : quantity.end])
    low, high = quantity.low, quantity.high
    if quantity.qualifier == "range" and low and high and high / low >= _THOUSANDS:
        scale = 1000 if high < 1e6 else 1e6
        if low * scale <= high:
            low *= scale
            return replace(quantity, low=low, best=(low + high) / 2)
    if quantity.unit == "minute" and _MINES.search(quantity.text) and _SAPPERS.search(text):
        # 'Обезвредили пятьдесят мин': no minutes.
        end = quantity.end - len("мин")
        return replace(quantity, unit=None, end=end, text=text[quantity.start : end])
    if quantity.unit == "m" and quantity.best and _MILLIONS.match(text, quantity.end):
        scaled = [v * 1e6 if v is not None else None for v in (low, quantity.best, high)]
        return replace(quantity, low=scaled[0], best=scaled[1], high=scaled[2], unit=None)
    return quantity


def _spans(text: str, language: str) -> list[Quantity]:
    """Spans of time that hold their number in a word: 'fortnight', 'half a year', 'week-long'."""
    tag = language if language in ("uk", "ru") else "en"
    phrases, known = _phrases(tag)
    found = [_span(m, *known[m[0].lower()]) for m in phrases.finditer(text)]
    compounds, numbers = _compounds(tag)
    for match in compounds.finditer(text) if compounds else ():
        unit = next(u for u in _UNITS if match[u])
        number = numbers[match["number"].lower()]
        found.append(_span(match, number, number, unit))
    return found


def _span(match: re.Match[str], low: float, high: float, unit: str) -> Quantity:
    kind, best = ("exact" if low == high else "range"), (low + high) / 2
    return Quantity(match.start(), match.end(), low, best, high, kind, unit, match[0])


_UNITS = ("day", "week", "month", "year", "hour")


@cache
def _phrases(tag: str) -> tuple[re.Pattern[str], dict[str, tuple[float, float, str]]]:
    known = {}
    for row in str(rows("spans")[tag]["phrases"]).split():
        words, number, unit = row.rsplit("=", 2)
        low, _, high = number.partition("-")
        known[words.replace("_", " ")] = (float(low), float(high or low), unit)
    pattern = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), known


@cache
def _compounds(tag: str) -> tuple[re.Pattern[str] | None, dict[str, float]]:
    row = rows("spans")[tag]
    if "numbers" not in row:
        return None, {}
    pairs = (pair.split("=") for pair in str(row["numbers"]).split())
    numbers = {word: float(value) for word, value in pairs}
    words = "|".join(sorted(map(re.escape, numbers), key=len, reverse=True))
    units = "|".join(f"(?P<{unit}>{row[unit]})" for unit in _UNITS)
    return re.compile(rf"\b(?!південн)(?P<number>{words})(?:{units})", re.IGNORECASE), numbers
