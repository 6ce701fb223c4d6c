"""Names of people and places in text, and which spellings are one name.

A name is a run of capitalised words. Two spellings are one name on stated grounds only: the same
sound (a skeleton of the letters), or a spelling one or two letters apart beside a shared first
name or role. Nothing is looked up and no name is known beforehand.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

PARTICLES = frozenset("von van der den de la del di al el bin ibn ben ter zu abu".split())  # noqa: SIM905
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_SOUNDS = (
    ("shch", "sh"), ("sch", "sh"), ("kh", "h"), ("ph", "f"), ("ck", "k"), ("gh", "g"), ("g", "h"),
    ("dh", "d"),
    ("th", "t"), ("zh", "j"), ("tz", "ts"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "i"),
    ("yi", "i"), ("iy", "i"), ("ij", "i"), ("yy", "i"), ("ya", "ia"), ("yu", "iu"), ("w", "v"),
    ("q", "k"),
    ("x", "ks"), ("y", "i"), ("j", "i"), ("ei", "i"), ("ai", "i"), ("h$", ""), ("e$", ""),
)  # fmt: skip
_CYRILLIC = dict(zip("абвгґдеєзийіїклмнопрстуфхыэ", "abvhgdeeziiiiklmnoprstufhie", strict=True)) | {
    "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "iu", "я": "ia", "ё": "io",
    "ь": "", "ъ": "", "'": "",
}  # fmt: skip
_ENDINGS = re.compile(
    r"(?:ого|ому|ими|ою|ею|ію|єю|ій|ой|им|ым|ом|ем|єм|ів|ов|ами|ями|ах|ях|ові|еві|ий|ый|[аяуюіиыеоь])$"
)
MAX_MENTIONS = 20_000


@dataclass(frozen=True, slots=True)
class NameMention:
    """A run of capitalised words at start..end; role is the lower-case word before it, if any."""

    start: int
    end: int
    text: str
    words: tuple[str, ...]
    role: str | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class Spelling:
    """One spelling of a name with what is known beside it; full: 'First Surname' -> documents."""

    surname: str
    full: dict[str, frozenset[str]]
    first_names: frozenset[str]
    roles: frozenset[str]
    documents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Merged:
    """Spellings that are one name, most frequent first, and why they are taken for one."""

    spellings: tuple[Spelling, ...]
    grounds: tuple[str, ...]


def find_names(text: str) -> list[NameMention]:
    """Return the runs of capitalised words of a text; particles may stand inside a run."""
    found: list[NameMention] = []
    run: list[re.Match[str]] = []
    before = ""
    for match in _WORD.finditer(text):
        capital = _bare(match[0])[:1].isupper()
        inside = bool(run) and match[0].lower() in PARTICLES
        if run and (not (capital or inside) or _broken(text, run[-1].end(), match.start())):
            found += _mention(text, run, before)
            run, before = [], run[-1][0].lower()
        if capital or inside:
            run.append(match)
        else:
            before = match[0].lower()
        if len(found) > MAX_MENTIONS:
            return found
    return found + _mention(text, run, before)


def _broken(text: str, end: int, start: int) -> bool:
    return bool(text[end:start].strip(" \u00a0")) or start - end > 2


def _mention(text: str, run: list[re.Match[str]], before: str) -> list[NameMention]:
    while run and run[-1][0].lower() in PARTICLES and not run[-1][0][0].isupper():
        run = run[:-1]
    if not run:
        return []
    start, end = run[0].start(), run[-1].end()
    words = tuple(_bare(m[0]) for m in run)
    lead = text[max(0, start - 3) : start].strip()
    is_first = not lead or lead[-1] in '.!?:\n-•"“«' or "\n" in text[max(0, start - 2) : start]
    return [NameMention(start, end, text[start:end], words, before or None, is_first)]


def _bare(word: str) -> str:
    """The word without possessive and without an article joined on: 'al-Burhan' is 'Burhan'."""
    plain = re.sub(r"['’]s?$", "", word)
    return re.sub(r"^(?:al|el|as|ash|an|at|аль|ель|эль|ас)[-’'](?=[^\W\d_])", "", plain)


def is_cyrillic(word: str) -> bool:
    """Whether a word is written in Cyrillic."""
    return bool(re.search(r"[А-Яа-яЁёІіЇїЄєҐґ]", word))


@lru_cache(maxsize=20_000)
def skeleton(word: str) -> str:
    """Return the sound of a name's spelling in few Latin letters; case endings are taken off."""
    lower = word.lower().replace("’", "'").replace("ʼ", "'").replace("-", "")
    if is_cyrillic(lower):
        lower = _ENDINGS.sub("", lower) if len(lower) > 4 else lower
        lower = "".join(_CYRILLIC.get(c, c) for c in lower)
    else:
        lower = _plain(lower)
    for spelled, sound in _SOUNDS:
        lower = re.sub(spelled, sound, lower)
    lower = re.sub(r"(.)\1+", r"\1", lower)
    return re.sub(r"i+$", "", lower) if len(lower) > 5 else lower


def _plain(word: str) -> str:
    import unicodedata

    decomposed = unicodedata.normalize("NFD", word)
    return "".join(c for c in decomposed if c.isalpha() and not unicodedata.combining(c))


def merge(
    mentions: Mapping[str, Sequence[NameMention]], *, common: frozenset[str] = frozenset()
) -> list[Merged]:
    """Return the names of a set of documents, spellings that are one name together.

    mentions: document id -> its names. common: lower-case words that are no names (months,
    countries, words the documents also write small).
    """
    spellings = _spellings(mentions, common)
    groups: list[list[Spelling]] = []
    grounds: list[list[str]] = []
    for spelling in spellings:
        for group, why in zip(groups, grounds, strict=True):
            reason = next((r for r in (same_name(spelling, s) for s in group) if r), None)
            if reason:
                group.append(spelling)
                why.append(reason)
                break
        else:
            groups.append([spelling])
            grounds.append([])
    return [Merged(tuple(g), tuple(dict.fromkeys(w))) for g, w in zip(groups, grounds, strict=True)]


def _spellings(
    mentions: Mapping[str, Sequence[NameMention]], common: frozenset[str]
) -> list[Spelling]:
    rows: dict[str, list[tuple[str, NameMention]]] = defaultdict(list)
    for document, names in mentions.items():
        for mention in names:
            surname = mention.words[-1]
            long = len(surname) >= 4 or (len(surname) == 3 and len(mention.words) > 1)
            if long and surname.lower() not in common and not surname.isupper():
                rows[surname].append((document, mention))
    counted = Counter({surname: len(found) for surname, found in rows.items()})
    order = sorted(rows, key=lambda s: (-counted[s], s))
    return [_spelling(surname, rows[surname], common) for surname in order[:3000]]


def _spelling(
    surname: str, rows: Iterable[tuple[str, NameMention]], common: frozenset[str]
) -> Spelling:
    found = list(rows)
    firsts = (m.words[-2] for _, m in found if len(m.words) > 1)
    roles = {m.role for _, m in found if m.role and len(m.role) > 4}
    roles |= {w.lower() for _, m in found for w in m.words[:-1] if len(w) > 4}
    full: dict[str, set[str]] = {}
    for document, mention in found:
        if len(mention.words) > 1 and mention.words[-2].lower() not in common:
            full.setdefault(" ".join(mention.words[-2:]), set()).add(document)
    return Spelling(
        surname, {name: frozenset(documents) for name, documents in full.items()},
        frozenset(f for f in firsts if f.lower() not in common),
        frozenset(roles), frozenset(d for d, _ in found),
    )  # fmt: skip


def full_variants(group: Merged) -> dict[str, frozenset[str]]:
    """Return full names of one person whose first names sound alike but are spelt differently."""
    every = {name: docs for s in group.spellings for name, docs in s.full.items()}
    return {
        name: docs for name, docs in every.items()
        if any(_other_first(name.split()[0], other.split()[0]) for other in every)
    }  # fmt: skip


def _other_first(left: str, right: str) -> bool:
    from rapidfuzz.distance import Levenshtein

    if left == right or is_cyrillic(left) != is_cyrillic(right) or is_cyrillic(left):
        return False
    mine, theirs = skeleton(left), skeleton(right)
    most = 1 if max(len(mine), len(theirs)) < 7 else 2
    return mine == theirs or (len(mine) >= 5 and Levenshtein.distance(mine, theirs) <= most)


def same_name(left: Spelling, right: Spelling) -> str | None:
    """Return the grounds on which two spellings are one name, or None."""
    mine, theirs = skeleton(left.surname), skeleton(right.surname)
    if left.surname[0].isupper() != right.surname[0].isupper() or min(len(mine), len(theirs)) < 3:
        return None
    crossed = is_cyrillic(left.surname) != is_cyrillic(right.surname)
    what = f"{left.surname} / {right.surname}"
    if mine == theirs and (len(mine) >= 5 or _shared(left, right)):
        return f"{what}: the same sound"
    if mine[:1] != theirs[:1] or abs(len(mine) - len(theirs)) > 2:
        return None
    return _near(left, right, what, crossed=crossed)


def _near(left: Spelling, right: Spelling, what: str, *, crossed: bool) -> str | None:
    from rapidfuzz.distance import Levenshtein

    mine, theirs = skeleton(left.surname), skeleton(right.surname)
    letters = Levenshtein.distance(mine, theirs)
    longest = max(len(mine), len(theirs))
    shared = _shared(left, right)
    most = 2 if longest >= 8 or crossed else 1
    long_enough = longest >= (7 if (shared or "").startswith("the same role") else 5)
    if shared and letters <= most and long_enough:
        return f"{what}: {letters} letter(s) apart and {shared}"
    if crossed and letters <= 1 and longest >= 6:
        return f"{what}: one letter apart across scripts"
    return None


def _shared(left: Spelling, right: Spelling) -> str | None:
    mine = {skeleton(f): f for f in left.first_names}
    for name in sorted(right.first_names):
        if skeleton(name) in mine:
            return f"the same first name ({name})"
    roles = {
        r for r in left.roles & right.roles if r not in ("with", "said", "that", "from", "which")
    }
    return f"the same role ({min(roles)})" if roles else None
