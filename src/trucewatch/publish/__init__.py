"""Products: daily, status and spot reports in seven formats, for each audience.

report = read_report(store, mission, day=None, asked=Asked(kind="daily", sources=facts))
render(report, "html")
terminal(report)
"""

from trucewatch.publish.audience import Audience, audience_named
from trucewatch.publish.facts import Report, SourceFacts
from trucewatch.publish.reading import DAYS, Asked, read_report
from trucewatch.publish.redact import redact
from trucewatch.publish.render import FORMATS, render
from trucewatch.publish.terminal import terminal
from trucewatch.publish.writing import report_name, write_report

__all__ = [
    "DAYS",
    "FORMATS",
    "Asked",
    "Audience",
    "Report",
    "SourceFacts",
    "audience_named",
    "read_report",
    "redact",
    "render",
    "report_name",
    "terminal",
    "write_report",
]
