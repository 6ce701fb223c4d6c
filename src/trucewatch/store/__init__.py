"""Every table, and the only room that speaks to an engine.

Rows are appended, never changed. A derived row that no longer holds is closed by a row in
`retired`; `<table>_now` shows what is open, `<table>_history` everything with its closing.
"""

from trucewatch.store.engine import Store
from trucewatch.store.opening import open_as_of, open_store
from trucewatch.store.run import Change, RoomResult, Run
from trucewatch.store.steps import Step, read_step
from trucewatch.store.tables import DERIVED_TABLES, INPUT_TABLES, KEYS

__all__ = [
    "DERIVED_TABLES",
    "INPUT_TABLES",
    "KEYS",
    "Change",
    "RoomResult",
    "Run",
    "Step",
    "Store",
    "open_as_of",
    "open_store",
    "read_step",
]
