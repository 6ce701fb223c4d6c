"""Commitments as IATI 2.03 activities: XML in, with hostile XML refused, and XML out.

One activity is one provision and party; one transaction is one stage. Our own stage stands in an
attribute of a namespace of ours, so that what we write comes back as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from trucewatch.errors import ReadError
from trucewatch.iati import NAMESPACE, Transaction, transactions
from trucewatch.respond.commitments import with_id
from trucewatch.when import iso_utc

Row = Mapping[str, Any]

TYPE_OF_STAGE = {
    "pledged": "12", "in_law": "12", "appropriated": "2", "allocated": "2", "delivered": "3",
}  # fmt: skip


def read_iati(content: bytes, name: str = "iati.xml") -> list[dict[str, Any]]:
    """Return commitments from IATI XML, provision_id from our attribute or the identifier.

    Raises ReadError for XML that is not well formed, declares entities or a DTD, or is too large,
    and for the first transaction that cannot be read.
    """
    rows = [_row(found, name) for found in transactions(content, name)]
    return list({row["commitment_id"]: row for row in rows}.values())


def _row(found: Transaction | ReadError, name: str) -> dict[str, Any]:
    if isinstance(found, ReadError):
        raise found
    if found.payer is None:
        raise ReadError(f"{name}: {found.activity}", found="money that came in from nobody named",
                        expected="a provider-org", mend="Name who paid.")  # fmt: skip
    return with_id({
        "provision_id": found.provision or found.activity, "party": found.payer.called,
        "stage": found.stage, "amount": found.amount, "unit": found.currency,
        "stage_utc": found.when_utc, "observation_id": found.ref,
        "deadline_utc": found.deadline_utc,
    })  # fmt: skip


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
        # xsd:decimal knows no exponent: 1e+16 would be no number to others.
        value = f"<value{currency}>{Decimal(repr(row['amount'])):f}</value>"
    return (
        f"<transaction{ref} tw:stage={_attr(row['stage'])}{exact}>"
        f'<transaction-type code="{TYPE_OF_STAGE[row["stage"]]}"/>{day}{value}</transaction>\n'
    )


def _attr(text: str) -> str:
    return quoteattr(text, {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})
