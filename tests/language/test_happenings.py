"""Places, times, monitors' prose and headlines: labelled cases, laws, hostile input."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.caching import cache_folder
from trucewatch.language import gazetteer
from trucewatch.language.bearings import bearing_of, find_offsets
from trucewatch.language.fold import fold, key
from trucewatch.language.headlines import classify
from trucewatch.language.places import PlaceContext, find_places, learn_context
from trucewatch.language.smm import ReportOptions, read_report, report_day_in
from trucewatch.language.times import find_times
from trucewatch.model import Observation, Watch
from trucewatch.when import MissionClock
from trucewatch.where import distance_km

HERE = Path(__file__).parent
BENCH = HERE.parents[1] / "bench"
CLOCK = MissionClock(ZoneInfo("Europe/Kyiv"))
DAY = date(2021, 2, 17)
OPTIONS = ReportOptions(report_day=DAY)
PIECES = (
    "Київ", "Іванівка, ", "Нова ", "(", ")", "\u202e", "\0", "16 February ", "18:06 ", "рkiв",
    "області ", "heard ", "two explosions ", "Donetsk ", "'s", "-", ". ", "\n", "5km north of ",
)  # fmt: skip
HOSTILE = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
)


def local(moment: datetime) -> str:
    return moment.astimezone(CLOCK.zone).isoformat()[:16]


def cases(name: str, folder: Path = HERE) -> list[dict]:
    return yaml.safe_load((folder / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", cases("places.yaml"), ids=lambda c: c["text"][:40])
def test_places_of_a_text(case: dict) -> None:
    found = [
        [m.text, m.chosen.name if m.chosen else None, m.chosen.oblast if m.chosen else None]
        for m in find_places(case["text"])
    ]
    assert found == case["places"]


@pytest.mark.parametrize("case", cases("times.yaml"), ids=lambda c: c["text"][:40])
def test_times_of_a_text(case: dict) -> None:
    found = [
        [local(m.interval.start_utc), local(m.interval.end_utc)]
        for m in find_times(case["text"], reference_date=DAY, clock=CLOCK)
    ]  # fmt: skip
    assert found == case["spans"]


@pytest.mark.parametrize("case", cases("headlines.yaml"), ids=lambda c: c["text"][:40])
def test_headlines(case: dict) -> None:
    headline = classify(case["text"])
    assert (headline.kind, headline.claimed_actor) == (case["kind"], case["actor"])
    assert headline.claimant == case.get("claimant")


def test_smm_sentences_are_read() -> None:
    sys.path.insert(0, str(BENCH))
    try:
        from quality_smm import read_cases, score
    finally:
        sys.path.remove(str(BENCH))
    names = sorted(path.name for path in BENCH.glob("smm_*.yaml"))
    assert len(read_cases(*names)) >= 500
    for name in names:
        right, total, _, lines = score(read_cases(name))
        assert right / total >= 0.95, "\n".join(lines)


def test_an_ambiguous_name_is_never_a_silent_guess() -> None:
    (mention,) = find_places("Удар по Веселому")
    assert mention.chosen is None and mention.region is None
    assert len(mention.candidates) > 20 and "ambiguous" in mention.grounds


def test_what_the_source_writes_about_settles_a_name() -> None:
    (blank,) = find_places("Удар по Веселому")
    areas = [place.area for place in blank.candidates]
    alone = next(area for area in areas if areas.count(area) == 1)
    context = PlaceContext(usual_areas={alone: 30.0})
    (mention,) = find_places("Удар по Веселому", context=context)
    assert mention.chosen is not None and mention.chosen.area == alone
    assert "usually writes" in mention.grounds
    learnt = learn_context(["Бої під Бахмутом", "Бої під Торецьком"])
    assert set(learnt.usual_areas) == {
        gazetteer.load().candidates(n)[0].area for n in ("бахмут", "торецьк")
    }


def test_distance_and_bearing_give_a_region() -> None:
    (mention,) = find_places("за 15 км на північ від Донецька")
    assert mention.region is not None
    town = gazetteer.load().candidates("донецьк")[0]
    away = distance_km(town.lon, town.lat, mention.region.lon, mention.region.lat)
    assert 14.5 < away < 15.5 and mention.region.lat > town.lat


@pytest.mark.parametrize(
    ("words", "degrees"),
    [("north-east", 45), ("NNE", 22.5), ("північний захід", 315), ("юго-востоку", 135),
     ("south-southeast", 157.5), ("nowhere", None), ("", None)],
)  # fmt: skip
def test_bearings_in_words(words: str, degrees: float | None) -> None:
    assert bearing_of(words) == degrees


def test_report_carries_place_and_day_over() -> None:
    text = (
        "SMM Daily Report 39/2021 issued on 18 February 2021. Positioned in Zolote "
        "(government-controlled, 60km west of Luhansk) on 16 February at 10:00, the SMM heard two "
        "explosions, 2km E. The SMM also heard three shots from the same position at 11:30, 1km N."
    )
    rows = read_report(text, clock=CLOCK)
    assert [(r.kind, r.place_name, r.count_best) for r in rows] == [
        ("explosion", "Zolote", 2), ("shot", "Zolote", 3)
    ]  # fmt: skip
    assert rows[1].start_utc.isoformat() == "2021-02-16T09:30:00+00:00"
    assert report_day_in(text) == date(2021, 2, 18)


def test_a_report_without_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="names no day"):
        read_report("The SMM heard two explosions.", clock=CLOCK)


@settings(deadline=None, max_examples=150)
@given(HOSTILE)
def test_laws_hold_on_any_text(text: str) -> None:
    assert len(fold(text)) == len(text)
    key(text)
    find_offsets(fold(text))
    last = 0
    for m in find_places(text):
        assert m.text == text[m.start : m.end] and m.start >= last and m.grounds
        assert m.chosen is None or m.chosen in m.candidates
        last = m.end
    for t in find_times(text, reference_date=DAY, clock=CLOCK):
        assert t.text == text[t.start : t.end]
        assert t.interval.start_utc <= t.interval.end_utc
    classify(text)


@settings(deadline=None, max_examples=80)
@given(HOSTILE)
def test_reports_of_any_text_give_sound_rows(text: str) -> None:
    for row in read_report(text, clock=CLOCK, options=OPTIONS):
        assert isinstance(row, (Observation, Watch))
        if isinstance(row, Observation):
            assert row.quote == text[row.char_start : row.char_end]
            assert not row.is_null or row.count_best == 0
        json.loads(row.attributes or "{}")


@pytest.mark.parametrize(
    "text",
    ["A" * 1_000_000, "Нова " * 40_000, "Іванівка, " * 10_000, "two explosions, " * 4_000,
     "5km north of Donetsk " * 4_000, "області " * 20_000, "Ab" * 100_000],
)  # fmt: skip
def test_time_stays_linear(text: str) -> None:
    began = time.process_time()
    find_places(text)
    find_times(text, reference_date=DAY, clock=CLOCK)
    classify(text)
    assert time.process_time() - began < 20


def test_gazetteer_is_cached_and_survives_a_torn_file(tmp_path: Path, monkeypatch) -> None:
    built = gazetteer.load()
    kept = cache_folder() / f"gazetteer-{gazetteer.content_key()}.npz"
    monkeypatch.setenv("TRUCEWATCH_CACHE", str(tmp_path))
    (tmp_path / kept.name).write_bytes(kept.read_bytes())
    began = time.process_time()
    again = gazetteer.load.__wrapped__()
    assert time.process_time() - began < 4
    assert len(again) == len(built) and again.candidates("бахмута") == built.candidates("бахмута")
    (tmp_path / kept.name).write_bytes(b"torn")
    torn = []
    monkeypatch.setattr(gazetteer, "_build", lambda path: torn.append(path) or built)
    assert gazetteer.load.__wrapped__() is built and torn == [tmp_path / kept.name]


def test_importing_the_room_is_light() -> None:
    code = (
        "import sys, trucewatch.language.places\n"
        "heavy = {'pymorphy3', 'pandas', 'openpyxl', 'numpy', 'pyproj'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
