"""A mission's dossier: every id leads back to the captured bytes; yesterday can be compared."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.dossier.conftest import keep
from trucewatch.dossier import diff
from trucewatch.dossier.grounds import grounds, mission_dossier
from trucewatch.dossier.room import run
from trucewatch.errors import ConfigError
from trucewatch.mission import Mission
from trucewatch.store import Run, Store

FIRST = "Ethiopia agreed to the withdrawal of its troops. The truce took effect on 2 November 2022."
SECOND = (
    "<html><body><p>Ethiopia rejected the withdrawal of its troops.</p>"
    "<p>The truce took effect on 4 November 2022.</p></body></html>"
)


def test_ids_lead_to_the_quote(store: Store, mission: Mission, a_run: Run) -> None:
    keep(store, mission, a_run, FIRST, 1)
    keep(store, mission, a_run, SECOND, 2)
    run(store, mission, a_run)
    dossier = mission_dossier(store, mission)
    assert {c.type for c in dossier.contradictions} == {"date", "modality"}
    for row in store.table("claim").to_pylist():
        tree = grounds(store, mission, row["claim_id"])
        assert tree["capture"]["record"] == row["quote"] == tree["row"]["quote"]
    conflict = dossier.contradictions[0]
    tree = grounds(store, mission, conflict.id)
    assert [part["id"] for part in tree["from"]] == list(conflict.claims)
    assert grounds(store, mission, dossier.documents[0].id)["from_count"] > 0


def test_what_changed_since_yesterday(store: Store, mission: Mission, a_run: Run) -> None:
    keep(store, mission, a_run, FIRST, 1)
    keep(store, mission, a_run, SECOND, 2)
    before = mission_dossier(store, mission, until=datetime(2022, 12, 1, tzinfo=UTC))
    change = diff(before, mission_dossier(store, mission))
    assert ("point:withdrawal", "agreed", "open") in change.provisions
    assert len(change.documents_new) == 1 and len(change.contradictions_new) == 2


@pytest.mark.parametrize("row_id", ["clm-none", "ctr-none", "doc-none"])
def test_an_unknown_id_is_the_users_error(
    store: Store, mission: Mission, a_run: Run, row_id: str
) -> None:
    with pytest.raises(ConfigError, match="no captured document"):
        grounds(store, mission, row_id)
    keep(store, mission, a_run, FIRST, 1)
    with pytest.raises(ConfigError, match=row_id):
        grounds(store, mission, row_id)


def test_a_mission_without_documents_is_left_alone(
    store: Store, mission: Mission, a_run: Run
) -> None:
    result = run(store, mission, a_run)
    assert (result.rows, result.detail["documents"]) == (0, 0)
    assert store.count("claim") == store.count("quarantine") == 0


def test_stale_claims_are_closed(store: Store, mission: Mission, a_run: Run) -> None:
    """A claim that the same captures no longer give (a newer reader) is closed, not kept open."""
    keep(store, mission, a_run, FIRST, 1)
    run(store, mission, a_run)
    row = store.table("claim").to_pylist()[0]
    columns = ("capture_id", "document_id", "char_start", "char_end", "quote", "predicate",
               "modality", "root_id", "via")  # fmt: skip
    old = {name: row[name] for name in columns} | {"claim_id": "clm-of-an-older-reader"}
    store.append("claim", [old], a_run)
    open_before = store.count("claim")
    assert run(store, mission, a_run).detail["closed"] == 1
    assert store.count("claim") == open_before - 1
