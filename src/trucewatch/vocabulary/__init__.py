"""The terms of the field, one YAML file a list; an unknown term is an error, never an 'other'."""

from trucewatch.vocabulary.terms import (
    Term,
    breaching_kinds,
    check_term,
    happening_kinds,
    icd203_word,
    kinds,
    means,
    term_for,
    terms,
    weapons,
)

__all__ = [
    "Term",
    "breaching_kinds",
    "check_term",
    "happening_kinds",
    "icd203_word",
    "kinds",
    "means",
    "term_for",
    "terms",
    "weapons",
]
