"""Alerts: CAP 1.2, and only where a warning is raised."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from publish_world import DAY

from conftest import Built
from trucewatch.errors import ConfigError, TrucewatchError
from trucewatch.publish import Report, read_report, render


def test_cap_alert_is_well_formed_and_restricted(daily: Report) -> None:
    root = ET.fromstring(str(render(daily, "cap")))
    space = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}
    order = [child.tag.split("}")[1] for child in root]
    assert order[:6] == ["identifier", "sender", "sent", "status", "msgType", "scope"]
    assert root.findtext("c:scope", namespaces=space) == "Restricted"
    assert root.findtext("c:sent", namespaces=space) == "2021-03-05T19:30:00+02:00"
    info = root.find("c:info", space)
    assert info is not None
    assert info.findtext("c:certainty", namespaces=space) == "Likely"
    assert info.findtext("c:area/c:circle", namespaces=space) == "48.0000,37.8000 90"


CAP_ORDER = {
    "alert": "identifier! sender! sent! status! msgType! source scope! restriction addresses code* "
    "note references incidents info*",
    "info": "language category!* event! responseType* urgency! severity! certainty! audience "
    "eventCode* effective onset expires senderName headline description instruction web contact "
    "parameter* resource* area*",
    "area": "areaDesc! polygon* circle* geocode* altitude ceiling",
    "parameter": "valueName! value!",
}
CAP_WORDS = {
    "status": "Actual Exercise System Test Draft",
    "msgType": "Alert Update Cancel Ack Error",
    "scope": "Public Restricted Private",
    "urgency": "Immediate Expected Future Past Unknown",
    "severity": "Extreme Severe Moderate Minor Unknown",
    "certainty": "Observed Likely Possible Unlikely Unknown",
    "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
    "responseType": "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
}
CAP_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")


def hold_to_the_schema(node: ET.Element) -> None:
    """CAP 1.2, schema of 1 July 2010: order, number and words of the elements."""
    name = node.tag.split("}")[1]
    children = [child.tag.split("}")[1] for child in node]
    allowed = CAP_ORDER[name].split() if name in CAP_ORDER else []
    order = [one.strip("!*") for one in allowed]
    assert [order.index(c) for c in children] == sorted(order.index(c) for c in children), name
    for one in allowed:
        found = children.count(one.strip("!*"))
        assert found >= 1 or "!" not in one, (name, one)
        assert found <= 1 or "*" in one, (name, one)
    text = node.text or ""
    if name in CAP_WORDS:
        assert text in CAP_WORDS[name].split(), (name, text)
    if name in ("sent", "effective", "onset", "expires"):
        assert CAP_TIME.fullmatch(text), text
        assert not text.endswith("+00:00")
    if name in ("identifier", "sender"):
        assert not set(text) & set(" ,<&"), text
    if name == "polygon":
        points = text.split()
        assert len(points) >= 4, text
        assert points[0] == points[-1], text
    if name == "circle":
        assert re.fullmatch(r"-?[\d.]+,-?[\d.]+ [\d.]+", text), text
    for child in node:
        hold_to_the_schema(child)


@pytest.mark.parametrize("zone", ["donetsk", "mission", "a zone & <no> region"])
@pytest.mark.parametrize("clock", ["Europe/Kyiv", "UTC"])
def test_alerts_hold_to_the_schema(daily: Report, zone: str, clock: str) -> None:
    square = "POLYGON ((37 47, 38 47, 38 48, 37 48, 37 47))"
    regions = (*daily.regions, replace(daily.regions[0], id="more", polygon_wkt=square))
    warnings = tuple(replace(w, zone=zone, horizon_h=h) for w in daily.warnings for h in (1, 168))
    report = replace(
        daily, regions=regions, warnings=warnings, head=replace(daily.head, zone=clock)
    )
    root = ET.fromstring(str(render(report, "cap")))
    hold_to_the_schema(root)
    areas = root.findall(".//{*}area")
    assert all((len(a) > 2) == (zone == "mission") for a in areas)


def test_an_exercise_does_not_alarm_as_actual(built: Built) -> None:
    for word, raises in (("Exercise", False), ("Pretend", True)):
        mission = replace(built.mission, options={"publish": {"alert_status": word}})
        if raises:
            with pytest.raises(ConfigError, match="alert_status"):
                read_report(built.store, mission, day=DAY)
        else:
            alert = str(render(read_report(built.store, mission, day=DAY), "cap"))
            assert "<status>Exercise</status>" in alert


def test_no_alert_without_a_raised_warning(built: Built) -> None:
    quiet = read_report(built.store, built.mission, day=DAY - timedelta(days=9))
    with pytest.raises(TrucewatchError, match="no warning is raised"):
        render(quiet, "cap")
