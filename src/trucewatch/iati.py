"""IATI activity files (International Aid Transparency Initiative, 2.03): money, step by step.

A transaction says that somebody pledged, promised, sent, spent or received a sum. Which stage of a
commitment that is follows from its type alone; the standard has no type for a law that was passed
or a sum that a parliament set aside: those two stages come from other documents, or from a file
that carries our own attribute.
Source: IATI standard 2.03, activity standard and codelist TransactionType; letters are those of
version 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from trucewatch.errors import MissingExtra, ReadError
from trucewatch.model import STAGES
from trucewatch.when import instant

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# A float in full, without an exponent, is no longer than this.
LONGEST = 400
NAMESPACE = "https://trucewatch.invalid/ns/commitment"
BYTES_MAX = 32 * 1024 * 1024
STAGE_OF_TYPE = {
    "12": "pledged", "13": "pledged",
    "2": "allocated", "11": "allocated", "C": "allocated",
    "1": "delivered", "3": "delivered", "4": "delivered", "7": "delivered",
    "IF": "delivered", "D": "delivered", "E": "delivered", "R": "delivered",
}  # fmt: skip
# The reporter tells of money that comes to it: the payer is another.
INCOMING = frozenset({"1", "11", "13", "IF"})
# Interest, loans paid back, equity bought and sold, guarantees: no stage of a commitment.
NO_STAGE = frozenset({"5", "6", "8", "9", "10", "IR", "LR", "QP", "QS", "CG"})
_AMOUNT = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as a file names it: by its identifier, by its name, or both."""

    ref: str | None
    name: str | None

    @property
    def called(self) -> str:
        """The identifier where there is one, else the name."""
        return self.ref or self.name or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One stage of one commitment as one organisation reports it.

    payer: who pays; None where money came in and the file does not say from whom. when_utc: the
    start of the day, in UTC, where is_day; IATI dates have no hour. provision, deadline_utc: from
    our own attributes, None in files of others. updated_utc: when the activity was last changed.
    """

    activity: str
    reporter: Organisation
    payer: Organisation | None
    receiver: Organisation | None
    type_code: str
    stage: str
    amount: float | None
    currency: str | None
    when_utc: datetime | None
    is_day: bool
    ref: str | None
    provision: str | None
    deadline_utc: datetime | None
    updated_utc: datetime | None


def transactions(content: bytes, name: str) -> Iterator[Transaction | ReadError]:
    """Yield every transaction that is a stage, in the file's order; a ReadError for each unread.

    Raises ReadError, before anything is yielded, for XML that is not well formed, declares
    entities or a DTD, is larger than BYTES_MAX, or is no activity file.
    """
    root = _parsed(content, name)
    if root.tag != "iati-activities":
        raise ReadError(name, found=f"root {root.tag[:80]!r}", expected="iati-activities",
                        mend="Give an IATI activity file.")  # fmt: skip
    for activity in root.findall("iati-activity"):
        yield from _of_activity(activity, name)


def _parsed(content: bytes, name: str) -> Element:
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring
    except ImportError as error:
        raise MissingExtra("language", "reading IATI") from error
    if len(content) > BYTES_MAX:
        raise ReadError(name, found=f"{len(content)} bytes", expected=f"at most {BYTES_MAX}",
                        mend="Split the file.")  # fmt: skip
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
        raise ReadError(name, found=f"{type(error).__name__}: {error}"[:200],
                        expected="well-formed XML without DTD or entities",
                        mend="Ask for a plain file.") from error  # fmt: skip
    return root


def _of_activity(activity: Element, name: str) -> Iterator[Transaction | ReadError]:
    identifier = (activity.findtext("iati-identifier") or "").strip()
    reporter = _organisation(activity.find("reporting-org"))
    if not (identifier or _ours(activity, "provision")) or reporter is None:
        yield ReadError(
            name, found=f"activity {identifier[:80]!r} without identifier or reporting-org",
            expected="both", mend="Complete the activity.",
        )  # fmt: skip
        return
    for element in activity.findall("transaction"):
        try:
            found = _transaction(element, activity, (identifier, reporter))
        except ValueError as error:
            yield ReadError(f"{name}: {identifier}", found=str(error)[:200],
                            expected="a known type, an ISO date, a plain number",
                            mend="Correct the transaction.")  # fmt: skip
            continue
        if found is not None:
            yield found


def _transaction(
    element: Element, activity: Element, told_by: tuple[str, Organisation]
) -> Transaction | None:
    """Return one transaction, None where its type is no stage; raises ValueError."""
    identifier, reporter = told_by
    kind, value = element.find("transaction-type"), element.find("value")
    code = "" if kind is None else kind.get("code", "").strip()
    stage = _ours(element, "stage") or STAGE_OF_TYPE.get(code)
    if stage is None and code in NO_STAGE:
        return None
    if stage not in STAGES:
        raise ValueError(f"transaction type {code!r}")
    provider = _organisation(element.find("provider-org"))
    day, exact = element.find("transaction-date"), _ours(element, "instant")
    written = exact or (None if day is None else day.get("iso-date"))
    currency = activity.get("default-currency")
    return Transaction(
        activity=identifier, reporter=reporter,
        payer=provider or (None if code in INCOMING else reporter),
        receiver=_organisation(element.find("receiver-org")),
        type_code=code, stage=stage, amount=None if value is None else _amount(value.text),
        currency=currency if value is None else value.get("currency") or currency,
        when_utc=_moment(written), is_day=exact is None, ref=element.get("ref"),
        provision=_ours(activity, "provision"),
        deadline_utc=_moment(_ours(activity, "deadline")),
        updated_utc=_zoned(activity.get("last-updated-datetime")),
    )  # fmt: skip


def _ours(element: Element, attribute: str) -> str | None:
    return element.get(f"{{{NAMESPACE}}}{attribute}")


def _organisation(element: Element | None) -> Organisation | None:
    if element is None:
        return None
    name = (element.findtext("narrative") or element.text or "").strip()
    found = Organisation(element.get("ref") or None, name or None)
    return found if found.called else None


def _amount(text: str | None) -> float | None:
    """Return an amount; commas stand between thousands only, so that 1.000,50 is no number."""
    written = (text or "").strip()
    if not written:
        return None
    if len(written) > LONGEST or not _AMOUNT.fullmatch(written):
        raise ValueError(f"value {written[:60]!r}")
    return float(written.replace(",", ""))


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        if len(text) <= 10:
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        return instant(text)
    except ValueError as error:
        raise ValueError(f"date {text[:60]!r}") from error


def _zoned(text: str | None) -> datetime | None:
    """Return when an activity was changed; None where the file's own note cannot be read."""
    try:
        return _moment(text)
    except ValueError:
        return None
