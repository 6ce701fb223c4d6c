"""Which sentences of a document are not its account: navigation, about-pages, repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trucewatch.language.sentences import Sentence

# A line that starts so points elsewhere; the line alone is left out.
_LINE = re.compile(
    r"\s*(?:must read|read more|read also|also read|see also|recommended|advertisement|sponsored|"
    r"subscribe|sign up|follow us|share this|click here|photo|image credit|copyright|©|"
    r"all rights reserved|watch:|video:|listen:|related:|читайте також|читайте также|читать также|"
    r"дивіться також|смотрите также|підписуйтесь|подписывайтесь|реклама|фото|усі права|"
    r"все права)(?=\W|$)",
    re.IGNORECASE,
)
# A heading that starts so opens a tail of other matter; all that follows is left out.
_TAIL = re.compile(
    r"\s*(?:more on (?:this|these) topics?|related (?:articles|"
    r"stories|topics|posts|news)|go deeper|"
    r"common questions?|you may also like|about the author|most (?:read|popular)|comments|tags|"
    r"further reading|trending|latest news|більше за темою|матеріали за темою|новини за темою|"
    r"популярне|коментарі|теги|материалы по теме|новости по теме|популярное|комментарии)\W*$",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"\b(?:cookies?|privacy policy|newsletter|"
    r"javascript|terms of (?:use|service))\b",
                     re.IGNORECASE)  # fmt: skip
_WORD = re.compile(r"\w+")


def reasons(sentences: Sequence[Sentence]) -> dict[int, str]:
    """Return index -> reason (navigation, tail, notice, repeated) of sentences to leave out.

    A repeat is a sentence of at least four words that stood before in the same document.
    """
    found: dict[int, str] = {}
    seen: set[str] = set()
    in_tail = False
    for index, sentence in enumerate(sentences):
        in_tail = in_tail or (sentence.kind != "body" and bool(_TAIL.match(sentence.text)))
        key = " ".join(w.lower() for w in _WORD.findall(sentence.text))
        if in_tail:
            found[index] = "tail"
        elif _LINE.match(sentence.text):
            found[index] = "navigation"
        elif len(_COOKIE.findall(sentence.text)) >= 2:
            found[index] = "notice"
        elif key in seen and key.count(" ") >= 3:
            found[index] = "repeated"
        seen.add(key)
    return found
