"""Which tables there are, what names a row in each, and which views show the open rows."""

from __future__ import annotations

KEYS: dict[str, tuple[str, ...]] = {
    "capture": ("capture_id",),
    "observation": ("observation_id",),
    "watch": ("watch_id",),
    "claim": ("claim_id",),
    "notice": ("notice_id",),
    "quarantine": ("quarantine_id",),
    "reading": ("capture_id", "source_version"),
    "judgement": ("judgement_id",),
    "review": ("review_id",),
    "pair": ("left_observation_id", "right_observation_id"),
    "incident": ("incident_id",),
    "member": ("incident_id", "observation_id"),
    "conflict": ("conflict_id",),
    "teller_record": ("source_id", "mode", "teller"),
    "coverage": ("coverage_id",),
    "agreement": ("agreement_id",),
    "provision": ("provision_id",),
    "provision_claim": ("provision_id", "claim_id"),
    "provision_said": ("provision_id",),
    "finding": ("finding_id",),
    "hypothesis": ("hypothesis_id",),
    "commitment": ("commitment_id",),
    "warning": ("warning_id",),
    "directive": ("directive_id",),
}
# What comes in from outside or from people; everything else is computed from these.
INPUT_TABLES = (
    *("capture", "observation", "watch", "claim", "notice"),
    *("quarantine", "reading", "judgement", "review"),
)
DERIVED_TABLES = tuple(table for table in KEYS if table not in INPUT_TABLES)


def row_id_sql(table: str, alias: str) -> str:
    """Return the SQL text that names a row of a table: its key columns joined by '|'."""
    return " || '|' || ".join(f"{alias}.{column}" for column in KEYS[table])


def view_sql(table: str, *, base: str, closed: str) -> list[str]:
    """Return the statements that create `<table>_now` and `<table>_history`.

    base: the table to read; closed: the table of closings (`retired`, or what of it was known).
    """
    match = (
        f"r.table_name = '{table}' AND r.row_id = {row_id_sql(table, 't')} "
        "AND r.row_run_id = t.run_id"
    )
    return [
        f"CREATE OR REPLACE VIEW {table}_now AS "
        f"SELECT t.* FROM {base} t ANTI JOIN {closed} r ON {match}",
        f"CREATE OR REPLACE VIEW {table}_history AS "
        f"SELECT t.*, r.known_to_utc, r.reason AS closed_because "
        f"FROM {base} t LEFT JOIN {closed} r ON {match}",
    ]
