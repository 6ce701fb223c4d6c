"""The mission's products over HTTP, for reading only: a skin over `desk`, with no logic and no SQL.

serve(mission, Served(audience="public"), tell=print)
"""

from trucewatch.api.serving import Served, serve

__all__ = ["Served", "serve"]
