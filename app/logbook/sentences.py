"""One entry of the journal in French: what was done, by whom, and what else changed. Pure.

It never fails on what stands in the log: an odd value reads as « une autre
valeur », a lost row as « une étape ».
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.core.french import count, spaced
from app.journal.kinds import Action
from app.logbook.differences import Part, difference
from app.logbook.entries import HIDDEN, Entry, Line
from app.logbook.labels import VIAS
from app.logbook.reading import Names
from app.logbook.words.forms import capital
from app.logbook.words.lexicon import Clause, Lexicon, lexicons
from app.logbook.words.projects import lead_handed_over
from app.logbook.words.vocabulary import VOCABULARY

# several rows that are told as one deed
TOGETHER = (lead_handed_over,)
# more rows of one kind than this are counted, not listed
MOST_LISTED = 3
MOST_FACTS = 12
_ORDER = {one.model.__name__: at for at, one in enumerate(VOCABULARY)}
_DONE = {Action.CREATED: "ajouté", Action.UPDATED: "modifié", Action.REMOVED: "retiré"}
# what alone says nothing beside something else
_ORDER_ONLY = frozenset({"rank"})


@dataclass(frozen=True)
class LongText:
    """A text that was written anew, as a difference."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Told:
    """An entry as people read it.

    `sentence` is whole; `noted_by` names who did it where the sentence does not. `facts` are
    further sentences, `texts` what is shown on demand.
    """

    sentence: str
    actor: str
    how: str
    noted_by: str | None = None
    facts: tuple[str, ...] = ()
    texts: tuple[LongText, ...] = ()

    @property
    def whole(self) -> str:
        """Everything but the long texts, for a search and for a table."""
        return " ".join((self.sentence, *self.facts))


def tell(entry: Entry, names: Names) -> Told:
    """The words of an entry. Its lines are of kinds that have words."""
    lines = [_lexicon(line).joined(line) for line in _weighed(entry.lines)]
    main, clause = lines[0], None
    if entry.first.undoes:
        clause = Clause(f"annule un changement : {_thing(main, names)}")
    else:
        clause = next(filter(None, (told(lines, names) for told in TOGETHER)), None)
    together = clause is not None and not entry.first.undoes
    clause = clause or _lexicon(main).clause(main, names)
    actor = names.actor(entry.first.actor_id)
    facts = [*_facts(main, clause.covers, names)]
    facts += [] if together else _beside(lines[1:], names)
    if entry.is_cut:
        facts.append("Et d’autres changements du même geste.")
    sentence = clause.text if clause.is_whole else f"{actor} {clause.text}"
    return Told(
        sentence=spaced(_ended(capital(sentence))),
        actor=capital(actor),
        how=VIAS[entry.first.via],
        noted_by=spaced(actor) if clause.is_whole else None,
        facts=tuple(spaced(fact) for fact in _few(facts)),
        texts=tuple(_texts(lines)),
    )


def _weighed(lines: Sequence[Line]) -> list[Line]:
    """The line that the entry is about, then the others; changes of order only when alone."""
    told = [line for line in lines if line.fields.keys() != _ORDER_ONLY] or lines[:1]
    created = Action.CREATED
    return sorted(told, key=lambda one: (_ORDER.get(one.entity, 99), one.action != created, one.id))


def _lexicon(line: Line) -> Lexicon:
    return lexicons()[line.entity]


def _thing(line: Line, names: Names) -> str:
    return _lexicon(line).thing(line, names)


def _ended(text: str) -> str:
    return text if text.endswith((".", "…")) else f"{text}."


def _facts(line: Line, covered: frozenset[str], names: Names) -> Iterator[str]:
    """What a line says beyond its clause, field by field in the order of the words."""
    lexicon = _lexicon(line)
    if line.action is Action.REMOVED:
        return
    for name, words in lexicon.fields.items():
        if name in covered or name not in line.fields:
            continue
        # a new text is shown, and needs no word beside
        if line.action is Action.CREATED and (words.is_long or name not in lexicon.at_creation):
            continue
        before, after = line.fields[name]
        if fact := words.told(before, after, names):
            yield fact


def _beside(lines: Sequence[Line], names: Names) -> Iterator[str]:
    """What else happened in the same request, rows of one kind together."""
    for (entity, action), found in groupby(lines, key=lambda one: (one.entity, one.action)):
        same, lexicon = list(found), lexicons()[entity]
        if action is Action.CREATED and lexicon.gathered and len(same) <= MOST_FACTS:
            yield lexicon.gathered(same, names)
        elif len(same) > MOST_LISTED:
            e = "es" if lexicon.feminine else "s"
            yield f"{count(len(same), lexicon.one, lexicon.many)} {_DONE[action]}{e}."
        else:
            for line in same:
                yield from _aside(line, lexicon, names)


def _aside(line: Line, lexicon: Lexicon, names: Names) -> Iterator[str]:
    clause = lexicon.clause(line, names)
    if clause.is_whole:
        yield _ended(clause.text)
        return
    thing = capital(lexicon.thing(line, names))
    if line.action is Action.UPDATED:
        for fact in _facts(line, frozenset(), names):
            yield f"{thing} : {fact[:1].lower()}{fact[1:]}"
        return
    yield f"{thing} : {_DONE[line.action]}{'e' if lexicon.feminine else ''}."


def _few(facts: list[str]) -> list[str]:
    once = list(dict.fromkeys(facts))
    if len(once) <= MOST_FACTS:
        return once
    return [*once[:MOST_FACTS], f"Et {len(once) - MOST_FACTS} autres changements."]


def _texts(lines: Sequence[Line]) -> Iterator[LongText]:
    for line in lines[:MOST_FACTS]:
        for name, words in _lexicon(line).fields.items():
            before, after = line.fields.get(name, (None, None))
            if not words.is_long or HIDDEN in (before, after) or line.action is Action.REMOVED:
                continue
            if before or after:
                whole = [Part("", str(after))]
                parts = difference(str(before), str(after or "")) if before else whole
                yield LongText(words.noun, tuple(parts))
