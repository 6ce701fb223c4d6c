"""Reading the vocabulary files and looking terms up by any of their names."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from trucewatch.config import read_yaml
from trucewatch.errors import VocabularyError

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its id, its label for readers, its other names, and its list's own facts."""

    id: str
    label: str
    aliases: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


@cache
def terms(list_name: str) -> dict[str, Term]:
    """Return the terms of one list (the file's name without .yaml) by id."""
    rows = read_yaml(FOLDER / f"{list_name}.yaml").value
    return {row["id"]: _term(row) for row in rows}


def _term(row: dict[str, Any]) -> Term:
    facts = {key: value for key, value in row.items() if key not in ("id", "label", "aliases")}
    return Term(row["id"], row["label"], tuple(row.get("aliases", ())), facts)


@cache
def _names(list_name: str) -> dict[str, str]:
    return {
        name.casefold(): term.id
        for term in terms(list_name).values()
        for name in (term.id, term.label, *term.aliases)
    }


def term_for(list_name: str, name: str) -> Term | None:
    """Return the term that a name stands for (id, label or alias, case ignored), or None."""
    term_id = _names(list_name).get(name.strip().casefold())
    return None if term_id is None else terms(list_name)[term_id]


def check_term(list_name: str, name: str, *, path: str, line: int | None = None) -> Term:
    """Return the term, or raise VocabularyError that names the nearest known terms."""
    term = term_for(list_name, name)
    if term is None:
        near = difflib.get_close_matches(name.casefold(), list(_names(list_name)), n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "See vocabulary/."
        raise VocabularyError.at(
            path, line, found=repr(name), expected=f"a term of the list '{list_name}'", mend=hint
        )
    return term


def kinds() -> dict[str, Term]:
    """Return the kinds of observation; facts: family, class (happening, level, count, state)."""
    return terms("kinds")


def happening_kinds() -> list[str]:
    """Return the kinds that are happenings, in the order of the list: what fuse joins."""
    return [term.id for term in kinds().values() if term.facts["class"] == "happening"]


def breaching_kinds() -> list[str]:
    """Return the happenings that monitors count as violations of a ceasefire."""
    return [kind for kind in happening_kinds() if kinds()[kind].facts["breaches"]]


def means() -> dict[str, Term]:
    """Return the means by which something is observed."""
    return terms("means")


def weapons() -> dict[str, Term]:
    """Return weapon terms; facts: class, calibre_low_mm, calibre_high_mm, reach_km."""
    return terms("weapons")


def icd203_word(probability: float) -> str:
    """Return the ICD 203 words for a probability: 0.6 is 'likely'.

    Below 1% and above 99% the standard has no word; the nearest one is used.
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"probability {probability} is outside 0..1")
    rows = terms("icd203").values()
    return next((t.label for t in rows if probability < t.facts["below"]), "almost certain")
