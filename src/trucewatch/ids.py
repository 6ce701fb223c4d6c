"""Ids hashed from content: the same account has the same id on every machine and every run."""

from __future__ import annotations

import hashlib

# The macro content_id in store/migrations builds the same text in SQL: keep the two alike.
SEPARATOR = "\x1f"
HEX_DIGITS = 24

PREFIXES = {
    "capture": "cap",
    "observation": "obs",
    "watch": "wat",
    "claim": "clm",
    "incident": "inc",
    "conflict": "cnf",
    "judgement": "jdg",
    "review": "rev",
    "agreement": "agr",
    "provision": "prv",
    "zone": "zon",
    "commitment": "com",
    "coverage": "cov",
    "finding": "fnd",
    "hypothesis": "hyp",
    "warning": "wrn",
    "directive": "dir",
    "notice": "ntc",
    "quarantine": "qua",
    "run": "run",
}


def content_id(noun: str, *parts: object) -> str:
    """Return the id of a row from the parts that make it what it is.

    noun: a key of PREFIXES. parts: anything with a stable text; None and '' are the same.
    The id holds 96 bits of SHA-256: a billion rows collide with odds under 1 in 10^10.
    """
    text = SEPARATOR.join("" if part is None else str(part) for part in parts)
    return f"{PREFIXES[noun]}-{hashlib.sha256(text.encode()).hexdigest()[:HEX_DIGITS]}"


def sha256_hex(content: bytes) -> str:
    """Return the SHA-256 of bytes as 64 lower-case hex digits."""
    return hashlib.sha256(content).hexdigest()


def noun_of(row_id: str) -> str | None:
    """Return the noun that an id names by its prefix, or None where no noun has it."""
    prefix = row_id.split("-", 1)[0]
    return next((noun for noun, known in PREFIXES.items() if known == prefix), None)
