"""What the pymorphy3 dictionaries say of many words at once.

The dictionaries are packed word graphs (dawgdic); asking pymorphy3 word by word walks them byte by
byte in Python. Here all words walk together, one array step for each byte, and a paradigm is
inflected once and not once for each of its words. The answers are pymorphy3's own (a test holds
the two together).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, cached_property
from typing import Any

CASES = ("gent", "datv", "accs", "ablt", "loct")
LEAF, LABEL, EXTENSION = 1 << 31, 0xFF, 1 << 9
SEPARATOR, VALUE_LETTERS = 1, 6
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
# A letter that is often written for another: 'ё' as 'е', 'ґ' as 'г'.
WRITTEN_FOR = {"ru": ("е", "ё"), "uk": ("г", "ґ")}
Reading = tuple[int, int, int]
Ending = tuple[str, str]


@cache
def analyser(language: str) -> Any:
    """Return the pymorphy3 analyser of 'uk' or 'ru'; about 50 MB and half a second each."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang=language)


@cache
def dictionary(language: str) -> Dictionary:
    """Return the dictionary of 'uk' or 'ru'."""
    return Dictionary(language)


class Dictionary:
    """One language's dictionary: readings of words, tags and inflected forms.

    A reading is (letters, paradigm, form): bit n of letters says that the n-th letter that may
    stand for another does so ('орел' read as 'орёл').
    """

    def __init__(self, language: str) -> None:
        self.morph = analyser(language)
        self.plain, self.meant = WRITTEN_FOR[language]
        self._held = self.morph.dictionary
        self._inflected: dict[tuple[int, int], tuple[tuple[Ending, ...], ...]] = {}

    @cached_property
    def _graph(self) -> tuple[Any, Any]:
        import numpy as np

        words = self._held.words
        units = np.frombuffer(words.dct._units, dtype=np.uint32).astype(np.int64)
        return units, np.frombuffer(words.guide._units, dtype=np.uint8)

    def readings(self, words: Iterable[str]) -> dict[str, list[Reading]]:
        """Return the readings of the words that the dictionary holds; other words are absent."""
        listed = sorted(set(words))
        found: dict[str, list[Reading]] = defaultdict(list)
        for row in zip(*(part.tolist() for part in self.found(listed)), strict=True):
            number, letters, value = row
            found[listed[number]].append((letters, value >> 16, value & 0xFFFF))
        return dict(found)

    def found(self, words: list[str]) -> tuple[Any, Any, Any]:
        """Return three arrays, a row for each reading: number of the word, letters, tag.

        tag: paradigm << 16 | form. No word may stand twice.
        """
        number, letters, index = self._known(words)
        state, value = self._values(index)
        return number[state], letters[state], value

    def _known(self, words: list[str]) -> tuple[Any, Any, Any]:
        """Return (word, letters, index after the separator) of each word and spelling held."""
        import numpy as np

        table, lengths = _bytes_table(words)
        first, meant = self.plain.encode(), self.meant.encode()
        nobody = np.zeros(0, dtype=np.int64)
        waiting: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        start = np.arange(len(words))
        waiting[0].append((start, start * 0, start * 0, start * 0))
        ends: list[tuple[Any, ...]] = [(nobody, nobody, nobody)]
        for at in range(table.shape[1]):
            word, index, letters, nth = (
                np.concatenate(p) for p in zip(*waiting.pop(at), strict=True)
            ) if at in waiting else (nobody,) * 4  # fmt: skip
            over = lengths[word] == at
            kept, after = self._follow(np.full(int(over.sum()), SEPARATOR), index[over])
            ends.append((word[over][kept], letters[over][kept], after))
            word, index, letters, nth = (a[~over] for a in (word, index, letters, nth))
            if not len(word):
                continue
            either = (table[word, at] == first[0]) & (table[word, at + 1] == first[1])
            other, there = self._follow_all(meant, index[either])
            mask = letters[either] | (1 << nth[either])
            waiting[at + 2].append(
                (word[either][other], there, mask[other], nth[either][other] + 1)
            )
            kept, after = self._follow(table[word, at], index)
            waiting[at + 1].append((word[kept], after, letters[kept], (nth + either)[kept]))
        return tuple(np.concatenate(part) for part in zip(*ends, strict=True))  # type: ignore[return-value]

    def _follow(self, labels: Any, index: Any) -> tuple[Any, Any]:
        """Return which states have the labelled way on, and where those lead."""
        units, _ = self._graph
        here = units[index]
        there = index ^ ((here >> 10) << ((here & EXTENSION) >> 6)) ^ labels
        fits = (units[there] & (LEAF | LABEL)) == labels
        return fits, there[fits]

    def _follow_all(self, labels: bytes, index: Any) -> tuple[Any, Any]:
        import numpy as np

        alive = np.arange(len(index))
        for label in labels:
            fits, index = self._follow(np.full(len(index), label), index)
            alive = alive[fits]
        return alive, index

    def _values(self, index: Any) -> tuple[Any, Any]:
        """Return (state, paradigm << 16 | form) of everything stored behind each index.

        A value is six letters of base 64: two numbers of 16 bits and four bits of nothing.
        """
        import numpy as np

        _, guide = self._graph
        worth = np.zeros(256, dtype=np.int64)
        worth[[ord(c) for c in BASE64]] = np.arange(64)
        state, value = np.arange(len(index)), np.zeros(len(index), dtype=np.int64)
        if not len(index):
            return state, value
        for _ in range(VALUE_LETTERS):
            found, label = [], guide[index * 2].astype(np.int64)
            while len(index):
                _, there = self._follow(label, index)
                found.append((state, there, value << 6 | worth[label]))
                label = guide[there * 2 + 1].astype(np.int64)
                more = label != 0
                state, index, value, label = state[more], index[more], value[more], label[more]
            state, index, value = (np.concatenate(part) for part in zip(*found, strict=True))
        return state, value >> 4

    def tag(self, reading: Reading) -> Any:
        """Return the pymorphy3 tag of a reading."""
        return self._held.build_tag_info(reading[1], reading[2])

    def cases(self, word: str, reading: Reading) -> list[set[str]]:
        """Return the forms of a word, so read, in the five oblique cases."""
        letters, paradigm, form = reading
        stem = self._held.build_stem(
            self._held.paradigms[paradigm], form, self.spelt(word, letters)
        )
        if (paradigm, form) not in self._inflected:
            self._inflected[paradigm, form] = tuple(
                tuple(self._ending(paradigm, form, case)) for case in CASES
            )
        return [
            {(before + stem + after).replace("’", "'") for before, after in endings}
            for endings in self._inflected[paradigm, form]
        ]

    def spelt(self, word: str, letters: int) -> str:
        """Return a word with the letters that are meant."""
        if not letters:
            return word
        parts = word.split(self.plain)
        return parts[0] + "".join(
            (self.meant if letters >> n & 1 else self.plain) + part
            for n, part in enumerate(parts[1:])
        )

    def _ending(self, paradigm: int, form: int, case: str) -> Iterable[Ending]:
        """Yield what stands before and after the stem in a case, as Parse.inflect chooses it."""
        own = self._held.build_tag_info(paradigm, form)
        number = "plur" if "plur" in own else "sing"
        lexeme = self._held.build_paradigm_info(paradigm)
        for asked in ({case, number}, {case}):
            wanted = asked
            fitting = [row for row in lexeme if wanted <= row[1].grammemes]
            if not fitting:
                wanted = self.morph.TagClass.fix_rare_cases(asked)
                fitting = [row for row in lexeme if wanted <= row[1].grammemes]
            if fitting:
                best = own.updated_grammemes(wanted)
                row = max(fitting, key=lambda r: _likeness(best, r[1].grammemes))
                yield row[0], row[2]
                return


def _likeness(wanted: frozenset[str], given: frozenset[str]) -> float:
    return len(wanted & given) - 0.1 * len(wanted ^ given)


def _bytes_table(words: list[str]) -> tuple[Any, Any]:
    """Return the words' UTF-8 bytes as a table (with two columns to spare) and their lengths."""
    import numpy as np

    raw = [word.encode() for word in words]
    lengths = np.array([len(one) for one in raw], dtype=np.int64)
    width = int(lengths.max(initial=0)) + 2
    table = np.array(raw, dtype=f"S{width}").view(np.uint8).reshape(len(raw), width)
    return table, lengths
