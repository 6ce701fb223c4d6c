"""Every error trucewatch raises on purpose.

TrucewatchError
├─ ConfigError        a file the user can mend; carries one or many faults
│   ├─ SourceError        a source folder (source.yaml, read.sql, cases.yaml)
│   ├─ AgreementError     an agreement, its zones, lines and cases
│   └─ VocabularyError    a term that the vocabulary does not hold
├─ FetchError         network or archive: url, attempt
├─ ReadError          a capture as a whole cannot be read: it changed its shape
├─ ContractError      a step broke its announced grain, columns or law: always a bug
├─ EvidenceError      a hash, a chain or a signature does not hold
├─ StoreError         the engine's error, once, with the step's name
└─ MissingExtra       an optional part is not installed
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


class TrucewatchError(Exception):
    """The root: catching it catches what trucewatch raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one file: where, what was found, what is expected, how to mend it."""

    path: str
    line: int | None
    found: str
    expected: str
    mend: str

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: found {self.found}; expected {self.expected}. {self.mend}"


class ConfigError(TrucewatchError):
    """Files the user can mend: every fault found, raised together."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

    @classmethod
    def at(
        cls, path: str | Path, line: int | None, *, found: str, expected: str, mend: str
    ) -> ConfigError:
        """Build the error for a single fault."""
        return cls([Fault(str(path), line, found, expected, mend)])


class SourceError(ConfigError):
    """A source folder is not what the contract asks for."""


class AgreementError(ConfigError):
    """An agreement, a zone, a line or a case is not well formed."""


class VocabularyError(ConfigError):
    """A term is used that no vocabulary file holds."""


class FetchError(TrucewatchError):
    """A feed did not answer as it should."""

    def __init__(self, url: str, attempt: int, reason: str) -> None:
        self.url, self.attempt, self.reason = url, attempt, reason
        super().__init__(f"{url} (attempt {attempt}): {reason}")


class ReadError(TrucewatchError):
    """A capture as a whole cannot be read; its records are kept out and the rest goes on."""

    def __init__(self, capture: str, *, found: str, expected: str, mend: str) -> None:
        self.capture, self.found, self.expected, self.mend = capture, found, expected, mend
        super().__init__(str(Fault(capture, None, found, expected, mend)))


class ContractError(TrucewatchError):
    """A step broke its announced grain, columns or law: a bug of ours, never the user's fault."""


class EvidenceError(TrucewatchError):
    """A hash, a chain or a signature does not hold."""


class StoreError(TrucewatchError):
    """The engine refused a step; the message names the step."""


class MissingExtra(TrucewatchError):
    """An optional part is not installed."""

    def __init__(self, extra: str, needed_for: str) -> None:
        self.extra = extra
        super().__init__(f"{needed_for} needs an optional part: pip install 'trucewatch[{extra}]'")


def one_of(where: str, what: str, word: str, known: Iterable[str]) -> None:
    """Raise ConfigError, with the words there are, unless a word that a user gave is one."""
    if word not in (words := tuple(known)):
        raise ConfigError.at(
            where, None, found=f"{what} {word!r}", expected=f"one of {', '.join(words)}",
            mend="Choose one of these words.",
        )  # fmt: skip
