"""Whether a Ukrainian or Russian word form can be the subject of a sentence (pymorphy3)."""

from __future__ import annotations

import logging
from functools import cache, lru_cache
from typing import Any

from trucewatch.errors import MissingExtra


@cache
def _morph(language: str) -> Any:
    try:
        import pymorphy3
    except ImportError as error:
        raise MissingExtra("language", "reading Ukrainian and Russian documents") from error
    logging.getLogger("pymorphy3").setLevel(logging.WARNING)
    return pymorphy3.MorphAnalyzer(lang=language)


@lru_cache(maxsize=20_000)
def can_be_subject(word: str, language: str) -> bool:
    """Return True where some reading of the form is nominative, or none is known."""
    if language not in ("uk", "ru"):
        return True
    parses = _morph(language).parse(word)
    cases = {str(p.tag.case) for p in parses if p.tag.case}
    return not cases or "nomn" in cases


@lru_cache(maxsize=20_000)
def lemma(word: str, language: str) -> str:
    """Return the dictionary form of a Ukrainian or Russian word; other words unchanged."""
    if language not in ("uk", "ru"):
        return word
    parses = _morph(language).parse(word)
    return str(parses[0].normal_form) if parses else word


@lru_cache(maxsize=20_000)
def is_adjective(word: str, language: str) -> bool:
    """Return True where the likeliest reading of a Ukrainian or Russian form is an adjective."""
    if language not in ("uk", "ru"):
        return False
    parses = _morph(language).parse(word)
    return bool(parses) and str(parses[0].tag.POS) in ("ADJF", "PRTF")
