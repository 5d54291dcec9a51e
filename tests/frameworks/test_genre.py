"""What a framework is read as: said by its first root, the same in Python and in SQL."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.frameworks.format import read
from app.frameworks.kinds import DiagnosticCode, FrameworkKind
from app.frameworks.models import FrameworkVersion
from app.frameworks.queries import is_of_kind, kind_of, tree_of
from app.frameworks.services import Source, import_sources
from tests.cast import NOW

WORDS = {
    "": FrameworkKind.MATURITY,
    "genre: maturité": FrameworkKind.MATURITY,
    "genre: Programme": FrameworkKind.PROGRAMME,
    "genre: objectifs": FrameworkKind.OBJECTIVES,
    "genre: recette": FrameworkKind.MATURITY,
}


def text(line: str) -> bytes:
    return f"# Essai\n```yaml\nid: 1\npoints: 100\n{line}\n```\nUn essai.\n".encode()


@pytest.mark.parametrize(("line", "kind"), WORDS.items())
def test_python_and_sql_read_the_same_genre(
    session: Session, line: str, kind: FrameworkKind
) -> None:
    import_sources(session, [Source("a.md", "a.md", text(line), "a")], now=NOW)
    version = session.scalars(select(FrameworkVersion)).one()
    assert kind_of(tree_of(session, version.id)) is kind
    for one in FrameworkKind:
        found = session.scalars(select(FrameworkVersion.id).where(is_of_kind(one))).all()
        assert (found == [version.id]) == (one is kind)


def test_an_unknown_genre_is_told() -> None:
    found = read([("a.md", text("genre: recette"))]).diagnostics
    assert [(one.code, one.line) for one in found if one.code is DiagnosticCode.GENRE] == [
        (DiagnosticCode.GENRE, 5)
    ]
