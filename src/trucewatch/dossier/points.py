"""The points a document makes: each deed of a clause with who does it, and the matter beside it.

A point is what sentences of other documents are held against where no list of concepts knows the
matter: its key is a deed of the thesaurus, or any word that one document says is not so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from trucewatch.dossier.claims import Account, SentenceClaims
from trucewatch.dossier.frames import actor_of, is_passive
from trucewatch.dossier.model import Claim
from trucewatch.dossier.nations import label
from trucewatch.dossier.reading import Reading
from trucewatch.dossier.stems import LANGUAGES, Match, plain
from trucewatch.dossier.terms import Term, terms_of
from trucewatch.dossier.weighing import Bag, Weights, bag_of
from trucewatch.language.names import skeleton

# Words between 'their chief' and who it is.
NAMED_AFTER = 4
# A clause of so few words of matter says one thing.
BRIEF = 5
# Words between a participle and the 'by' that says who did it.
BY_REACH = 6


@dataclass(frozen=True, slots=True)
class Point:
    """A deed of a clause. claim: as others see it; term: its key, sign, mood; bag: its matter.

    near: keys of the words of matter right beside it, names apart; near_across: by their sound.
    named: names that are no known side before it in its clause.
    """

    claim: Claim
    term: Term
    bag: Bag
    near: frozenset[str] = frozenset()
    near_across: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()

    @property
    def is_brief(self) -> bool:
        """Whether its clause says little else."""
        return sum(w == 1.0 for w in self.bag.own.values()) <= BRIEF


@dataclass(frozen=True)
class Telling:
    """A sentence with its terms, and the maker of its claims.

    before: the terms of the sentence before, where a pronoun or want of matter looks back to it.
    """

    maker: SentenceClaims
    terms: tuple[Term, ...]
    before: tuple[Term, ...] = ()

    @property
    def reading(self) -> Reading:
        """The sentence as it was read."""
        return self.maker.reading

    def bag(self, clause: int) -> Bag:
        """Return the matter of one of its clauses."""
        return bag_of(self.terms, clause, self.reading.language, before=self.before)


def tellings_of(account: Account, root: str) -> list[Telling]:
    """Return the sentences of an account with their terms; headings tell nothing."""
    document = account.document.document_id
    found: list[Telling] = []
    last: tuple[Term, ...] = ()
    for reading in account.readings:
        terms = terms_of(reading)
        if reading.sentence.kind == "heading":
            last = ()
            continue
        before = last if _looks_back(reading, terms) else ()
        found.append(Telling(SentenceClaims(document, root, reading), terms, before))
        last = terms
    return found


# A sentence with fewer words of matter than this is read with the one before it.
FEW_TERMS = 3


def _looks_back(reading: Reading, terms: tuple[Term, ...]) -> bool:
    tag = reading.language if reading.language in LANGUAGES else "en"
    pronouns = frozenset().union(*(plain(f"{n}_{tag}") for n in ("he", "own", "it", "they")))
    opening = {t.lower for t in reading.tokens[:3]}
    return bool(opening & pronouns) or len(terms) < FEW_TERMS


def weights_of(tellings: Iterable[Telling]) -> Weights:
    """Return how rare each key is among the sentences of a set."""
    weights = Weights()
    for telling in tellings:
        weights.note(telling.terms)
    return weights


def points_of(tellings: Sequence[Telling]) -> list[Point]:
    """Return the points of a set's sentences: deeds, and words that some sentence negates."""
    denied = {
        key for t in tellings for term in t.terms
        if term.is_negated and not term.is_deed for key in (term.key, term.sound)
    }  # fmt: skip
    return [point for telling in tellings for point in _points(telling, denied)]


def _points(telling: Telling, denied: set[str]) -> Iterator[Point]:
    for term in telling.terms:
        if term.is_deed or (not term.is_name and denied & {term.key, term.sound}):
            yield _point(telling, term)
        if term.key == "d:accept":
            yield from _carried(telling, term)


def _carried(telling: Telling, answer: Term) -> Iterator[Point]:
    """'A will send soldiers, while B refused': what B refused is the deed of the clause before."""
    inside = [t for t in telling.terms if t.clause == answer.clause and not t.is_name]
    actor, agents = _agents(telling.reading, answer)
    if len(inside) > 1 or not actor or not answer.clause:
        return
    opening = telling.reading.clauses.index(answer.clause)
    if telling.reading.tokens[opening].lower not in plain("opposing"):
        return
    mood = "refused" if answer.sign < 0 else "planned"
    for term in telling.terms:
        if term.is_deed and term.clause == answer.clause - 1 and term.key != answer.key:
            turned = replace(term, sign=term.sign * answer.sign, mood=mood)
            yield _point(telling, turned, who=(actor, agents), at=answer.at)


Who = tuple[str | None, frozenset[str]]


def _point(telling: Telling, term: Term, *, who: Who | None = None, at: int | None = None) -> Point:
    reading = telling.reading
    actor, agents = who or _agents(reading, term)
    first = term.at if at is None else at
    modality = "denied" if term.sign < 0 else "asserted"
    if term.mood != "asserted" and modality == "asserted":
        modality = "proposed"
    name = term.key.partition(":")[2]
    claim = telling.maker.claim(
        "point", name, first, max(first + 1, term.last), subject=label(actor) if actor else None,
        actor=actor, agents=agents, value=None, modality=modality, objects=(term.key,),
    )  # fmt: skip
    beside = _beside(telling, term)
    return Point(
        claim, term, telling.bag(term.clause),
        frozenset(t.key for t in beside), frozenset(t.sound for t in beside),
        _named_before(telling, term),
    )  # fmt: skip


def _named_before(telling: Telling, term: Term) -> frozenset[str]:
    inside = [t for t in telling.terms if t.clause == term.clause and t.at < term.at]
    return frozenset(t.key for t in inside if t.key.startswith("n:"))


# Words of matter to either side of a deed that it is about.
BESIDE = 4


def _beside(telling: Telling, term: Term) -> list[Term]:
    """Return the words of matter next to a deed; where its clause has none, of what is around."""
    place = next(i for i, t in enumerate(telling.terms) if t.at == term.at)
    inside = [t for t in telling.terms if t.clause == term.clause and t.key[0] != "@"]
    at = next((i for i, t in enumerate(inside) if t.at == term.at), 0)
    near = [t for t in inside[max(0, at - BESIDE) : at + BESIDE + 1] if t.at != term.at]
    if near:
        return near
    around = telling.terms[max(0, place - BESIDE) : place + BESIDE + 1]
    return [t for t in (*around, *telling.before) if t.at != term.at]


def _agents(reading: Reading, term: Term) -> tuple[str | None, frozenset[str]]:
    match = Match(term.key.partition(":")[2], term.at, term.last)
    if term.key == "d:lead":
        after = _named_after(reading, term) or _at_head(reading, term)
        if after:
            return after, frozenset({after})
    cleft = _cleft(reading, term)
    if cleft:
        return cleft, frozenset({cleft})
    if term.key == "d:lead" and reading.tokens[term.at].lower in plain("offices"):
        return None, frozenset()
    passive = is_passive(reading, match) or _is_reduced(reading, term)
    actor, agents = actor_of(reading, match, passive=passive and term.key != "d:attend")
    if actor is None and not passive:
        actor = _name_before(reading, term)
        agents = frozenset({actor} if actor else ())
    return actor, agents


def _name_before(reading: Reading, term: Term) -> str | None:
    """A name that nothing is known of, right before the deed: 'NAME presides'."""
    token = reading.tokens[term.at - 1] if term.at > 1 else None
    if token is None or not token.is_capital or reading.clauses[term.at - 1] != term.clause:
        return None
    return f"name:{skeleton(token.text)}" if len(token.text) > 2 else None


def _is_reduced(reading: Reading, term: Term) -> bool:
    """'The truce, announced late on Friday by A': who did it follows 'by'."""
    if reading.language != "en" or not reading.tokens[term.at].lower.endswith(("ed", "en")):
        return False
    after = range(term.last, min(term.last + BY_REACH, len(reading.tokens)))
    inside = [reading.tokens[i].lower for i in after if reading.clauses[i] == term.clause]
    return "by" in inside


def _named_after(reading: Reading, term: Term) -> str | None:
    """'Their chief is a general of A': who leads stands after 'is'."""
    following = reading.tokens[term.last : term.last + NAMED_AFTER]
    verb = next((i for i, t in enumerate(following) if t.lower in plain("be")), None)
    if verb is None:
        return None
    start = term.last + verb + 1
    near = [m for m in reading.mentions if start <= m.first <= start + NAMED_AFTER]
    return near[0].actor if near else None


def _at_head(reading: Reading, term: Term) -> str | None:
    """'На чолі з A', 'во главе с A': who leads follows."""
    if reading.language not in ("uk", "ru") or term.last - term.at < 2:
        return None
    near = [m for m in reading.mentions if term.last <= m.first <= term.last + NAMED_AFTER]
    return near[0].actor if near else None


def _cleft(reading: Reading, term: Term) -> str | None:
    """'It was A, not B, that did it': A."""
    lower = [t.lower for t in reading.tokens]
    starts = [i for i in range(min(6, len(lower) - 1))
              if lower[i] == "it" and lower[i + 1] in plain("be")]  # fmt: skip
    if not starts or reading.clauses[starts[0]] == term.clause:
        return None
    near = [m for m in reading.mentions if starts[0] + 2 <= m.first <= starts[0] + 4]
    return near[0].actor if near else None
