"""Ids, vocabulary, configuration files and the nouns."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from trucewatch import ids, model
from trucewatch.config import read_yaml
from trucewatch.errors import ConfigError, VocabularyError
from trucewatch.mission import read_mission
from trucewatch.store import migrations
from trucewatch.vocabulary import check_term, icd203_word, kinds, means, term_for, terms, weapons


def test_an_id_is_the_same_in_python_and_in_sql() -> None:
    found = duckdb.execute(
        "SELECT 'obs-' || left(sha256(concat_ws(chr(31), 'firms', 'a', 'ї')), 24)"
    ).fetchall()[0]
    assert ids.content_id("observation", "firms", "a", "ї") == found[0]


def test_every_prefix_names_one_noun() -> None:
    assert len(set(ids.PREFIXES.values())) == len(ids.PREFIXES)
    assert ids.noun_of("inc-00") == "incident"
    assert ids.noun_of("nothing") is None


def test_nouns_have_the_columns_of_their_tables() -> None:
    connection = duckdb.connect()
    for path in sorted(migrations.FOLDER.glob("*.sql")):
        connection.execute(path.read_text(encoding="utf-8"))
    for noun, table in ((model.Observation, "observation"), (model.Watch, "watch")):
        columns = {row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()}
        given_by_store = {f"{table}_id", "run_id", "known_from_utc"}
        assert set(model.columns(noun)) == columns - given_by_store


@pytest.mark.parametrize(
    ("probability", "word"),
    [(0, "almost no chance"), (0.049, "almost no chance"), (0.05, "very unlikely"),
     (0.5, "roughly even chance"), (0.6, "likely"), (0.8, "very likely"), (1, "almost certain")],
)  # fmt: skip
def test_icd203_words(probability: float, word: str) -> None:
    assert icd203_word(probability) == word


def test_probability_words_refuse_other_numbers() -> None:
    with pytest.raises(ValueError, match="outside"):
        icd203_word(1.2)


def test_vocabulary_is_sound() -> None:
    assert all(term.facts["class"] in ("happening", "level", "count", "state", "notice")
               for term in kinds().values())  # fmt: skip
    assert all(isinstance(term.facts["direct"], bool) for term in means().values())
    for term in weapons().values():
        low, high = term.facts.get("calibre_low_mm"), term.facts.get("calibre_high_mm")
        assert (low is None) == (high is None)
        assert low is None or 0 < low <= high
    for name in ("kinds", "means", "weapons"):
        names = [n.casefold() for t in terms(name).values() for n in {t.id, t.label, *t.aliases}]
        doubled = {n for n in names if names.count(n) > 1}
        one_term = all(
            len({t.id for t in terms(name).values()
                 if n in {m.casefold() for m in (t.id, t.label, *t.aliases)}}) == 1
            for n in doubled
        )  # fmt: skip
        assert one_term, doubled


def test_an_unknown_term_is_an_error_that_helps() -> None:
    assert term_for("weapons", "GRAD") is not None
    with pytest.raises(VocabularyError, match="mortar"):
        check_term("weapons", "mortr", path="form.csv", line=3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\na: 2\n", r"2: found key 'a' given twice"),
        ("a: [1\n", "valid YAML"),
        ("x: &x [1]\ny: *x\n", "alias"),
        ("a: \x00", "UTF-8"),
    ],
)
def test_bad_yaml_names_its_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        read_yaml(path)


def test_nested_aliases_do_not_grow(tmp_path: Path) -> None:
    path = tmp_path / "bomb.yaml"
    lines = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ConfigError, match="alias"):
        read_yaml(path)


def test_a_mission_tells_all_its_faults_at_once(tmp_path: Path) -> None:
    (tmp_path / "mission.yaml").write_text(
        "mission: m\ntime_zone: Mars/Olympus\nparties: none\nregions: [{id: a, lon: 1}]\n"
        "sources: []\nknowledge: guessed\n", encoding="utf-8",
    )  # fmt: skip
    with pytest.raises(ConfigError) as caught:
        read_mission(tmp_path)
    assert len(caught.value.faults) == 4
    assert {fault.line for fault in caught.value.faults} == {2, 3, 4, 6}
    assert all(re.search(r"\S", fault.mend) for fault in caught.value.faults)


def test_an_unknown_key_in_a_mission_is_named(tmp_path: Path) -> None:
    (tmp_path / "mission.yaml").write_text("mission: m\ncolour: red\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"mission.yaml:2: found unknown key 'colour'"):
        read_mission(tmp_path)
