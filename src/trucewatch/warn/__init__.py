"""Warning: counts -> what is usual -> probabilities of four outcomes, scored on what was known."""

from trucewatch.warn.backtest import Backtest, backtest
from trucewatch.warn.ledger import AsKnown, Ledger
from trucewatch.warn.replay import Replay
from trucewatch.warn.tables import read_daily_counts

__all__ = ["AsKnown", "Backtest", "Ledger", "Replay", "backtest", "read_daily_counts"]
