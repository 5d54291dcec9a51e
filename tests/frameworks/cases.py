"""Random frameworks and statuses, for what must hold for all of them."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from app.frameworks.format import NodeDraft, walk
from app.frameworks.kinds import StatusKind
from app.frameworks.scoring import Status
from tests.frameworks.samples import node, only, read_text

Case = tuple[NodeDraft, dict[str, Status]]

_WEIGHTS = st.one_of(
    st.just(""),
    st.integers(0, 40).map("points: {}\n".format),
    st.integers(0, 120).map("pourcentage: {}\n".format),
    st.just("points: 2.5\npourcentage: 10\n"),
)
_RULES = st.sampled_from(
    [
        *[""] * 8,
        "facteur: 0.5\n",
        "facteur: 0\n",
        "facteur: 1.625 si 1.1 non concerné\n",
        "facteur: 2 si 1.2.1 concerné; 0.25\n",
        "desactive: oui\n",
        "desactive: si 1.1 non concerné\n",
        "score_plafond: 1.2\n",
        "score_plafond: 1.1.1, 1.2\n",
        "niveau_mesure: 1\n",
        "niveau_mesure: 2\n",
        "niveau_mesure: 3\nfacteur: 0.5\nscore_plafond: 1.1\n",
    ]
)


@st.composite
def trees(draw: st.DrawFn, rules: bool = True) -> NodeDraft:
    def branch(node_id: str, level: int) -> str:
        more = draw(_WEIGHTS) + (draw(_RULES) if rules else "")
        text = node(node_id, level, more=more)
        first = draw(st.integers(0, 1))  # a component 0 is regulatory
        count = draw(st.integers(0, 4)) if level < 7 else 0
        return text + "".join(branch(f"{node_id}.{first + at}", level + 2) for at in range(count))

    return only(read_text(branch("1", 1)))


@st.composite
def _parts(draw: st.DrawFn) -> tuple[Fraction, Fraction, Fraction]:
    whole = draw(st.integers(1, 12))
    done = draw(st.integers(0, whole))
    planned = draw(st.integers(0, whole - done))
    return (
        Fraction(done, whole),
        Fraction(planned, whole),
        Fraction(whole - done - planned, whole),
    )


_STATUS = st.builds(
    lambda kind, parts, concerned: Status(
        kind, parts if kind is StatusKind.DETAILED else None, concerned
    ),
    st.sampled_from(StatusKind),
    _parts(),
    st.sampled_from([True, True, True, False]),
)


@st.composite
def cases(draw: st.DrawFn, rules: bool = True) -> Case:
    """A tree, and statuses of up to eight of its nodes."""
    tree = draw(trees(rules))
    ids = [draft.id for draft in walk([tree])]
    return tree, draw(st.dictionaries(st.sampled_from(ids), _STATUS, max_size=8))
