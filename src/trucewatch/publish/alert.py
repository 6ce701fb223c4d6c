"""A raised warning as a CAP 1.2 alert (OASIS Common Alerting Protocol, 1 July 2010)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

from trucewatch.errors import TrucewatchError
from trucewatch.publish.facts import RegionShape, Report
from trucewatch.publish.facts_judged import WarningFact
from trucewatch.publish.words import clock_of, number, odds_words, percent, zone_name
from trucewatch.vocabulary import icd203_word

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
# 'Expected' asks for an answer within the next hour (CAP 1.2, 3.2.2).
EXPECTED_H = 1.0
STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
HEADLINE_MAX = 160
WHOLE = "mission"
# CAP allows no space, comma, < or & in identifiers and senders.
_NOT_IN_NAMES = re.compile(r"[\s,<&]+")


def as_cap(report: Report) -> str:
    """Return one alert with an info block per raised warning.

    Raises TrucewatchError where no warning is raised: an empty alert would alarm for nothing.
    """
    raised = [w for w in report.warnings if w.is_raised]
    if not raised:
        raise TrucewatchError(
            f"no warning is raised on {report.head.day}: there is no alert to write"
        )
    ET.register_namespace("", NAMESPACE)
    alert = ET.Element(_tag("alert"))
    _add_head(alert, report, raised)
    for warning in raised:
        alert.append(_info(report, warning))
    ET.indent(alert)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(alert, encoding="unicode") + "\n"
    )


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, _tag(name))
    child.text = text
    return child


def _add_head(alert: ET.Element, report: Report, raised: list[WarningFact]) -> None:
    head = report.head
    is_public = head.audience == "public"
    name = _NOT_IN_NAMES.sub("-", head.mission)
    _add(
        alert, "identifier", f"{name}.{head.day}.{head.kind}.{_NOT_IN_NAMES.sub('-', raised[0].id)}"
    )
    _add(alert, "sender", f"trucewatch.{name}")
    _add(alert, "sent", _cap_time(report, max(w.issued_utc for w in raised)))
    _add(alert, "status", head.alert_status)
    _add(alert, "msgType", "Alert")
    _add(alert, "scope", "Public" if is_public else "Restricted")
    if not is_public:
        _add(alert, "restriction", f"For the audience '{head.audience}' of {head.title}")
    _add(alert, "note", f"Data time {head.data_utc.isoformat()}. A forecast; it advises.")


def _cap_time(report: Report, moment: datetime) -> str:
    """CAP wants local time with its offset and whole seconds; UTC is -00:00, and never Z."""
    local = moment.astimezone(clock_of(report.head).zone).replace(microsecond=0).isoformat()
    return local.removesuffix("+00:00") + "-00:00" if local.endswith("+00:00") else local


def _info(report: Report, warning: WarningFact) -> ET.Element:
    info = ET.Element(_tag("info"))
    name, outcome = zone_name(report, warning.zone), warning.outcome.replace("_", " ")
    _add(info, "language", "en")
    _add(info, "category", "Security")
    _add(info, "event", f"Forecast of {outcome}")
    _add(info, "responseType", "Monitor")
    _add(info, "urgency", "Expected" if warning.horizon_h <= EXPECTED_H else "Future")
    _add(info, "severity", "Unknown")
    _add(info, "certainty", "Likely" if warning.probability > 0.5 else "Possible")
    _add(info, "effective", _cap_time(report, warning.issued_utc))
    expires = warning.issued_utc + timedelta(hours=warning.horizon_h)
    _add(info, "expires", _cap_time(report, expires))
    _add(info, "senderName", report.head.title)
    said = f"{outcome} within {number(warning.horizon_h)} h, {odds_words(warning.probability)}"
    _add(info, "headline", f"{name[: HEADLINE_MAX - len(said) - 2]}: {said}")
    _add(info, "description", _description(warning, name))
    for key, value in _parameters(warning):
        parameter = ET.SubElement(info, _tag("parameter"))
        _add(parameter, "valueName", key)
        _add(parameter, "value", value)
    _add_area(info, name, _shapes(report, warning.zone))
    return info


def _description(warning: WarningFact, name: str) -> str:
    rate = warning.false_alarms_per_year
    cost = "not known" if rate is None else f"{number(rate)} a year"
    outcome = warning.outcome.replace("_", " ")
    return (
        f"Outcome '{outcome}' in {name} within {number(warning.horizon_h)} h: "
        f"{odds_words(warning.probability)}. Raised above {percent(warning.threshold)}; "
        f"false alarms at that threshold: {cost}."
    )


def _parameters(warning: WarningFact) -> list[tuple[str, str]]:
    found = [
        ("warning", warning.id),
        ("probability", f"{warning.probability:.4f}"),
        ("icd203", icd203_word(warning.probability)),
        ("horizon_h", f"{warning.horizon_h:g}"),
        ("threshold", f"{warning.threshold:.4f}"),
    ]
    if warning.false_alarms_per_year is not None:
        found.append(("false_alarms_per_year", f"{warning.false_alarms_per_year:g}"))
    return found


def _shapes(report: Report, zone: str) -> list[RegionShape]:
    """The shapes of a zone; the mission's own zone is all its regions."""
    return [r for r in report.regions if zone == WHOLE or zone in (r.id, r.name)]


def _add_area(info: ET.Element, name: str, shapes: list[RegionShape]) -> None:
    area = ET.SubElement(info, _tag("area"))
    _add(area, "areaDesc", name)
    # Polygons come before circles.
    for shape in shapes:
        for ring in _rings(shape.polygon_wkt) if shape.polygon_wkt else ():
            _add(area, "polygon", ring)
    for shape in shapes:
        if not shape.polygon_wkt:
            _add(area, "circle", f"{shape.lat:.4f},{shape.lon:.4f} {shape.radius_km:g}")


def _rings(wkt: str) -> list[str]:
    """CAP polygons: 'lat,lon lat,lon ...', first and last alike; holes are not expressible."""
    from shapely import from_wkt, get_exterior_ring, get_parts

    rings = []
    for part in get_parts(from_wkt(wkt)):
        exterior = get_exterior_ring(part)
        if exterior is not None:
            rings.append(" ".join(f"{lat:.4f},{lon:.4f}" for lon, lat, *_ in exterior.coords))
    return rings
