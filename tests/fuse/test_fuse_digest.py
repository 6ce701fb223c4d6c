"""Ids hashed a column at once are those that content_id gives row by row."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.fuse.digest import content_ids
from trucewatch.ids import content_id


def test_every_length_round_the_blocks():
    texts = ["x" * n for n in range(200)]
    expected = [content_id("incident", text) for text in texts]
    assert content_ids("incident", pa.array(texts)).to_pylist() == expected


@settings(deadline=None, max_examples=25)
@given(texts=st.lists(st.text(max_size=150), max_size=8), threads=st.integers(1, 3))
def test_as_row_by_row(texts, threads):
    found = content_ids("conflict", pa.array(texts, pa.string()), threads)
    assert found.to_pylist() == [content_id("conflict", text) for text in texts]
    sliced = content_ids("conflict", pa.array(["left out", *texts], pa.string())[1:], threads)
    assert sliced.equals(found)
