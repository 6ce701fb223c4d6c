"""Rows of the annexed table into observations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trucewatch.errors import ReadError
from trucewatch.language.places import find_places
from trucewatch.language.smm_annex import AnnexRow, read_row, records
from trucewatch.language.smm_reader import Reader, as_json, plain
from trucewatch.language.smm_scene import Scene, scene_of
from trucewatch.language.smm_where import located
from trucewatch.language.times import ClockSpan, clock_interval
from trucewatch.model import Observation

MAX_SCENES = 2_000


def table_rows(
    text: str, span: tuple[int, int], reader: Reader
) -> Iterator[Observation | ReadError]:
    """Yield an observation for each row of the table, a ReadError for one that does not fit it."""
    position = ""
    scenes: dict[str, Scene] = {}
    for record in records(text, span):
        row = read_row(replace(record, text=plain(record.text)), position, reader.report_day)
        if row is None:
            yield ReadError(
                "annex", found=record.text[:200], expected="position, range and bearing, means, "
                "number, observation, description, weapon, date and time",
                mend="Mend the row, or leave it in quarantine.",
            )  # fmt: skip
            continue
        position = row.position
        if position not in scenes and len(scenes) < MAX_SCENES:
            scenes[position] = _scene(position, reader)
        yield _observation(text, row, scenes.get(position) or Scene(), reader)


def _scene(position: str, reader: Reader) -> Scene:
    """Return where a cell of the first column is: 'SMM camera at ...', or a patrol's place."""
    words = position if "camera" in position or "UAV" in position else f"while in {position}"
    return reader.known(scene_of(words, find_places(words, context=reader.context), None))


def _observation(text: str, row: AnnexRow, scene: Scene, reader: Reader) -> Observation:
    window = clock_interval(row.day, ClockSpan(0, 0, row.first, row.last), reader.clock)
    low, best, high, qualifier = row.number
    bearings = list(row.where.bearings) if len(row.where.bearings) > 1 else None
    options = reader.options
    seen = Observation(
        source_id=options.source_id, kind=row.kind, start_utc=window.start_utc,
        end_utc=window.end_utc, when_precision=str(window.precision),
        published_utc=options.published_utc, root_id=options.root_id, count_low=low,
        count_best=best, count_high=high, count_qualifier=qualifier, means=row.means,
        description=row.description, weapon=row.weapons[0] if row.weapons else None,
        calibre_mm=row.calibre_mm, direction_deg=row.direction_deg, observer=scene.observer,
        control_side=scene.control, quote=text[row.start : row.end], char_start=row.start,
        char_end=row.end,
        attributes=as_json({
            "annex": True, "bearings_deg": bearings, "sequence": row.sequence or None,
            "weapons": list(row.weapons) if len(row.weapons) > 1 else None,
        }),
    )  # fmt: skip
    return replace(located(seen, scene, row.where), place_name=scene.place_name)
