"""Words beside a name that make it a place: prepositions, kinds of settlement, verbs of war."""

from __future__ import annotations

import re
from functools import lru_cache

SETTLEMENT = (
    r"м\.|с\.|смт\.?|г\.|пгт|н\.п\.|сел[аоиіу]\w{0,3}|селищ\w{0,3}|міст[оаіу]\w{0,2}|город\w{0,2}|"
    r"пункт\w{0,3}|посел\w{1,4}|деревн\w{1,3}|хутор\w{0,3}|village of|town of|city of|settlement of"
)
AT = "у|в|во|біля|під|под|поблизу|районі|районе|возле|около|near|in|at"
AT_WORDS = frozenset(AT.split("|"))
VERBS = (
    r"обстріл\w*|обстрел\w*|атак\w*|окуп\w+|звільн\w+|захоп\w+|освобод\w+|взял\w|штурм\w+|"
    r"shelled|captured|liberated"
)
ABOUT = (
    r"неподалік|околиц\w+|окраин\w+|напрямку|навколо|вокруг|жител\w+|мешкан\w+|від|around|"
    r"residents of"
)
LOOSE = "із|з|зі|из|до|от|по|на|за|через|північніше|південніше|між|между|from|towards?|of|village"


def _words(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


STRONG, LOOSELY = 2, 1
# What befalls a town, or the oblast it lies in, behind its name: 'Охтирку атакували'.
SUBJECT_OF_WAR = re.compile(
    r",?\s+(?:атак\w+|обстр[іе]л\w+|прийма\w+|принима\w+|залиши\w+|лиши\w+|остал\w+|окуп\w+|звільн\w+|"
    r"освобо\w+|захо?п\w+|без\s|під\s+\w|под\s+\w|\w+(?:ськ|цьк)ої\s+обл|\w+(?:ск|цк)ой\s+обл|на\s+\w+щин)",
    re.IGNORECASE,
)
# A kind of settlement behind a name ('Balad town'); nothing else in its sentence, or its verb.
KIND_BEHIND = re.compile(
    r"\s+(?:town|city|village|district|sub-?district|province|governorate|area|camp|locality|suburbs?|"
    r"neighbou?rhood|countryside|outskirts|municipality|region|county)\b"
)
ALONE = re.compile(
    r"\s*(?:[.;,|\n]|$)|\s+(?:was|were|is|has|had|remain\w*|saw|fell|came|received|witnessed|and)\b"
)
# Enough for a word that is also a person's name.
STRONG_CUE = _words(SETTLEMENT, AT, VERBS, ABOUT)
# Enough for an ordinary word in capitals.
LOOSE_CUE = _words(LOOSE)
SPACES = "".join(filter(str.isspace, map(chr, range(0x3001))))
ENDS = frozenset(".!?…:;•|\n")


def cue_before(before: str) -> int:
    """Return STRONG, LOOSELY or 0: whether the last word, or two, before a name are a cue."""
    words = before.split()
    if not words or before[-1] not in " .":
        return 0
    last = words[-1].lstrip('(«"')
    # 'town of': the only cues of two words end so.
    if last.lower() == "of" and len(words) > 1:
        return _strength(" ".join((words[-2].lstrip('(«"'), last))) or _strength(last)
    return _strength(last)


@lru_cache(maxsize=16_384)
def _strength(words: str) -> int:
    if STRONG_CUE.fullmatch(words):
        return STRONG
    return LOOSELY if LOOSE_CUE.fullmatch(words) else 0


def opens_sentence(before: str) -> bool:
    """Return whether what follows some text begins a sentence, quote marks and spaces aside."""
    head = before.rstrip(OPENERS)
    return not head or head[-1] in ENDS or "\n" in before[len(head) :]


@lru_cache(maxsize=4_096)
def links(gap: str) -> bool:
    """Return whether words between two names make them one list; at most 8 characters count."""
    return LIST_GAP.fullmatch(gap) is not None and gap.strip() not in ("", ".")


OPENERS = SPACES + "\"'«»“”()\u00ad-"
LIST_GAP = re.compile(r"\.?,?;?\s*(?:та|і|й|и|and|or|або|или|—|–|-)?\s*(?:смт|с\.|м\.)?\s*")
# A name before 'області' that no oblast answers to is an oblast we do not know, not a town.
OBLAST_HEAD = "облас"
NEW_SENTENCE = re.compile(r"[\w»\"][.!?]\s+[A-ZА-ЯЁҐЄІЇ]")
# 'на Донеччині' opens a new place; 'Липці Харківської області' closes the one before.
ANEW = re.compile(r"(?:^|[\s,(])(?:на|у|в|во|in|across)\s+$")
