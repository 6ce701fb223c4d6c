"""Words beside a name that make it a place: prepositions, kinds of settlement, verbs of war."""

from __future__ import annotations

import re

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


# Enough for a word that is also a person's name.
STRONG_CUE = _words(SETTLEMENT, AT, VERBS, ABOUT)
# Enough for an ordinary word in capitals.
CUE_BEFORE = _words(SETTLEMENT, AT, VERBS, ABOUT, LOOSE)


def cued_by(before: str, cue: re.Pattern[str]) -> bool:
    """Return whether the last word, or the last two, before a name are a cue."""
    if before[-1:] not in (" ", "."):
        return False
    last = [word.lstrip('(«"') for word in before.split()[-2:]]
    return bool(last) and bool(cue.fullmatch(last[-1]) or cue.fullmatch(" ".join(last)))


LIST_GAP = re.compile(r"\.?,?;?\s*(?:та|і|й|и|and|or|або|или|—|–|-)?\s*(?:смт|с\.|м\.)?\s*")
# A name before 'області' that no oblast answers to is an oblast we do not know, not a town.
OBLAST_HEADS = frozenset({"облас", "област"})
NEW_SENTENCE = re.compile(r"[\w»\"][.!?]\s+[A-ZА-ЯЁҐЄІЇ]")
# 'на Донеччині' opens a new place; 'Липці Харківської області' closes the one before.
ANEW = re.compile(r"(?:^|[\s,(])(?:на|у|в|во|in|across)\s+$")
SENTENCE_START = re.compile(r"(?:^|[.!?…:•|\n])[\s\"'«»“”()\u00ad-]*$")
