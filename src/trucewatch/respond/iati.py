"""Commitments as IATI 2.03 activities: XML in, with hostile XML refused, and XML out.

One activity is one provision and party; one transaction is one stage. Our own stage stands in an
attribute of a namespace of ours, so that what we write comes back as it was.
Source: International Aid Transparency Initiative, codelist TransactionType, version 2.03.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from trucewatch.errors import MissingExtra, ReadError
from trucewatch.respond.commitments import STAGES, with_id
from trucewatch.when import instant, iso_utc

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Row = Mapping[str, Any]

NAMESPACE = "https://trucewatch.invalid/ns/commitment"
BYTES_MAX = 32 * 1024 * 1024
# Transaction types that say how far money came; others (loans, fees) are no stage of a pledge.
STAGE_OF_TYPE = {
    "12": "pledged", "13": "pledged", "2": "allocated", "11": "allocated",
    "3": "delivered", "4": "delivered",
}  # fmt: skip
TYPE_OF_STAGE = {
    "pledged": "12", "in_law": "12", "appropriated": "2", "allocated": "2", "delivered": "3",
}  # fmt: skip


def read_iati(content: bytes, name: str = "iati.xml") -> list[dict[str, Any]]:
    """Return commitments from IATI XML, provision_id from our attribute or the identifier.

    Raises ReadError for XML that is not well formed, declares entities or a DTD, or is too large.
    """
    root = _parsed(content, name)
    if root.tag != "iati-activities":
        raise ReadError(name, found=f"root {root.tag!r}", expected="iati-activities",
                        mend="Give an IATI activity file.")  # fmt: skip
    rows = [row for activity in root.iter("iati-activity") for row in _rows(activity, name)]
    return list({row["commitment_id"]: row for row in rows}.values())


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


def _rows(activity: Element, name: str) -> Iterator[dict[str, Any]]:
    identifier = (activity.findtext("iati-identifier") or "").strip()
    reporter = activity.find("reporting-org")
    party = "" if reporter is None else reporter.get("ref") or _narrative(reporter)
    provision = activity.get(f"{{{NAMESPACE}}}provision") or identifier
    deadline = activity.get(f"{{{NAMESPACE}}}deadline")
    currency = activity.get("default-currency")
    if not provision or not party:
        raise ReadError(name, found=f"activity {identifier!r} without identifier or reporting-org",
                        expected="both", mend="Complete the activity.")  # fmt: skip
    for transaction in activity.iter("transaction"):
        row = _row(transaction, currency, f"{name}: {identifier}")
        if row is not None:
            dated = {"deadline_utc": _moment(deadline, name)}
            yield with_id({"provision_id": provision, "party": party, **row, **dated})


def _row(transaction: Element, currency: str | None, where: str) -> dict[str, Any] | None:
    kind, value = transaction.find("transaction-type"), transaction.find("value")
    code = "" if kind is None else kind.get("code", "")
    stage = transaction.get(f"{{{NAMESPACE}}}stage") or STAGE_OF_TYPE.get(code)
    if stage not in STAGES:
        return None
    moment = transaction.find("transaction-date")
    exact = transaction.get(f"{{{NAMESPACE}}}instant")
    text = exact or (None if moment is None else moment.get("iso-date"))
    amount = None if value is None or not (value.text or "").strip() else value.text
    try:
        number = None if amount is None else float(amount.replace(",", ""))
    except ValueError as error:
        raise ReadError(where, found=f"value {amount!r}", expected="a number",
                        mend="Correct the transaction.") from error  # fmt: skip
    unit = currency if value is None else value.get("currency") or currency
    return {"stage": stage, "amount": number, "unit": unit, "stage_utc": _moment(text, where),
            "observation_id": transaction.get("ref")}  # fmt: skip


def _narrative(element: Element) -> str:
    return (element.findtext("narrative") or element.text or "").strip()


def _moment(text: str | None, where: str) -> datetime | None:
    """Return an instant; IATI dates have no hour, so the start of that day in UTC stands."""
    if not text:
        return None
    try:
        if len(text) <= 10:
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        return instant(text)
    except ValueError as error:
        raise ReadError(where, found=f"date {text!r}", expected="an ISO date",
                        mend="Correct the date.") from error  # fmt: skip


def write_iati(commitments: Iterable[Row], generated_utc: datetime) -> str:
    """Return commitments as IATI XML, one activity per provision and party, times in UTC."""
    grouped: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in commitments:
        grouped[row["provision_id"], row["party"]].append(row)
    activities = "".join(
        _activity(provision, party, rows) for (provision, party), rows in sorted(grouped.items())
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<iati-activities version="2.03" generated-datetime={_attr(iso_utc(generated_utc))} '
        f'xmlns:tw="{NAMESPACE}">\n{activities}</iati-activities>\n'
    )


def _activity(provision: str, party: str, rows: Iterable[Row]) -> str:
    rows = list(rows)
    deadline = next((r["deadline_utc"] for r in rows if r["deadline_utc"] is not None), None)
    ours = f" tw:provision={_attr(provision)}"
    ours += f" tw:deadline={_attr(iso_utc(deadline))}" if deadline else ""
    body = "".join(map(_transaction, sorted(rows, key=lambda r: str(r["commitment_id"]))))
    return (
        f"<iati-activity{ours}>\n<iati-identifier>{escape(f'{party}-{provision}')}"
        f'</iati-identifier>\n<reporting-org ref={_attr(party)} type="10">'
        f"<narrative>{escape(party)}</narrative></reporting-org>\n{body}</iati-activity>\n"
    )


def _transaction(row: Row) -> str:
    ref = f" ref={_attr(row['observation_id'])}" if row["observation_id"] else ""
    when = row["stage_utc"]
    exact = f" tw:instant={_attr(iso_utc(when))}" if when is not None else ""
    day = f'<transaction-date iso-date="{when.date().isoformat()}"/>' if when is not None else ""
    value = ""
    if row["amount"] is not None:
        currency = f" currency={_attr(row['unit'])}" if row["unit"] else ""
        value = f"<value{currency}>{row['amount']!r}</value>"
    return (
        f"<transaction{ref} tw:stage={_attr(row['stage'])}{exact}>"
        f'<transaction-type code="{TYPE_OF_STAGE[row["stage"]]}"/>{day}{value}</transaction>\n'
    )


def _attr(text: str) -> str:
    return quoteattr(text, {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})
