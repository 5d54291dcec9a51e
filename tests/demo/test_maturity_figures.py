"""Every figure of the maturity page has its explanation in words on it, or one link away."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.sessions import open_session
from app.demo.chronicle import public_id
from app.demo.story import Story
from app.frameworks.models import Framework
from app.web.database import db
from tests.conftest import make_app
from tests.demo.conftest import TUESDAY

PERCENT = re.compile("([0-9]+(?:,[0-9]+)?)[ \u00a0\u202f]?%")
NOON = datetime(TUESDAY.year, TUESDAY.month, TUESDAY.day, 11, tzinfo=UTC)
# where figures stand that are looked at one by one, and sentences that are explanations
CHECKED = (
    *("figures", "ladder", "number", "lines", "curve"),
    *("disclosure", "notice", "card__body"),
)
KEYS = ("maillage-eci", "maillage-cae", "maillage-te")


class Reader:
    """Somebody of the story, on pages of its territory."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = f"/territoires/{public_id('territory')}/maturite"

    def section(self, framework: str, query: str = "") -> Element:
        """A framework's part of the page of a year."""
        return found(self.read(self.page + query), f"referentiel-{framework}")

    def read(self, address: str) -> Element:
        answer = self.client.get(address)
        assert answer.status_code == 200, address
        tree: Element = html5lib.parse(answer.text, namespaceHTMLElements=False)
        return tree


@pytest.fixture
def own_copy(told_url: str, story: Story, tmp_path: Path) -> Iterator[tuple[Reader, Reader]]:
    """Anne and Mireille in a copy of the story, the framework of 2026 opened and taken over."""
    kept = make_url(told_url).database
    assert kept
    copy = shutil.copy(kept, tmp_path / "own.sqlite3")
    with time_machine.travel(NOON, tick=False):
        app = make_app(f"sqlite:///{copy}", tmp_path)
        readers = []
        for key in ("anne", "mireille"):
            client = app.test_client()
            with app.app_context(), Session(db.engine) as session:
                wanted = Person.email == story.person(key).email
                person = session.scalars(select(Person.id).where(wanted)).one()
                cookie_key = open_session(session, person_id=person, browser="tests", now=NOON)
                session.commit()
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = cookie_key, True
            readers.append(Reader(client))
        yield readers[0], readers[1]
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def ids(told: Session) -> dict[str, str]:
    return {row[0]: row[1] for row in told.execute(select(Framework.key, Framework.public_id))}


def found(tree: Element, wanted: str) -> Element:
    return next(one for one in tree.iter() if one.get("id") == wanted)


def text(element: Element) -> str:
    return re.sub("[ \n\u00a0\u202f]+", " ", " ".join(element.itertext())).strip()


def of_class(tree: Element, name: str) -> list[Element]:
    return [one for one in tree.iter() if name in (one.get("class") or "").split()]


def links(tree: Element) -> list[str]:
    return [one.get("href") or "" for one in tree.iter("a")]


def without(tree: Element, *classes: str) -> str:
    """The text of what is left beside elements of these classes, which are looked at apart."""

    def pieces(one: Element) -> Iterator[str]:
        yield one.text or ""
        for child in one:
            if not set((child.get("class") or "").split()) & set(classes):
                yield from pieces(child)
            yield child.tail or ""

    return " ".join(pieces(tree))


def reasons(section: Element, framework: str) -> dict[str, str]:
    """What « D’où viennent ces chiffres » says: of the whole under "", of each part by its id."""
    told = found(section, f"chiffres-{framework}")
    terms, lists = list(told.iter("dt")), list(told.iter("dd"))
    parts = {
        text(term).partition(" ")[0]: text(one) for term, one in zip(terms, lists, strict=True)
    }
    return {"": text(told), **parts}


def explained(told: str, percent: str) -> bool:
    """« 47 % : 11,75 points … »; where nothing of it is done there is nothing to add up."""
    return f"{percent} % : " in told or percent == "0"


def check_figures(section: Element, told: dict[str, str]) -> None:
    """The large ones: level, done, planned, and how many wait for a click."""
    for figure in of_class(section, "figure"):
        value, label = (
            text(of_class(figure, name)[0]) for name in ("figure__value", "figure__label")
        )
        shown = value.partition(" ")[0]
        if label.startswith("Niveau atteint"):
            assert f"Niveau {shown} : un niveau est atteint quand" in told[""]
        elif label.startswith("À confirmer"):
            assert shown == "0" or f"{shown} à confirmer : " in told[""]
        else:
            assert explained(told[""], shown), (label, value)


def check_levels(section: Element, told: dict[str, str]) -> int:
    """The percent of each level or part, on the ladder or above its criteria."""
    number = 0
    for rung in of_class(section, "ladder__level"):
        ref = text(of_class(rung, "ladder__number")[0]).partition(" ")[0]
        share = PERCENT.findall(text(of_class(rung, "ladder__share")[0]))
        assert all(explained(told[ref], one) for one in share), (ref, share)
        number += len(share)
    for card in section.iter("section"):
        if (card.get("id") or "").startswith("niveau-"):
            ref = (card.get("id") or "").removeprefix("niveau-")
            assert explained(told[ref], PERCENT.findall(text(card[0]))[0])
            number += 1
    return number


def check_criteria(reader: Reader, section: Element) -> None:
    """What is said of a criterion leads to its page, and that one explains its numbers."""
    for line in section.iter("li"):
        own = text(line)
        if "du niveau" in own or re.search("% (fait|programmé|pas fait)", own):
            page = next(href for href in links(line) if "annee=" in href)
            assert "point" in text(found(reader.read(page), "chiffres")), own


def check_past(reader: Reader, section: Element, framework: str) -> int:
    """« 41 % en 2025 », and every point of the curve: the year's own page says whence."""
    own = [text(one) for one in section.iter() if one.tag in ("dd", "p", "tr")]
    shown = [
        (year, percent)
        for one in own
        for percent, year in re.findall("([0-9]+) % en ([0-9]+)", one)
    ]
    for row in of_class(section, "curve"):
        for line in list(row.iter("tr"))[1:]:
            year = text(line).partition(" ")[0]
            shown.extend((year, percent) for percent in PERCENT.findall(text(line)))
    for year, percent in set(shown):
        address = f"?annee={year}#chiffres-{framework}"
        assert any(href.endswith(address) for href in links(section)), (year, links(section))
        then = reasons(reader.section(framework, f"?annee={year}"), framework)
        assert any(explained(one, percent) for one in then.values()), (year, percent)
    return len(shown)


def check_expected(section: Element) -> None:
    """What each criterion adds makes up what the expected percent is above today's."""
    notice = text(of_class(section, "notice")[0])
    said = re.search("([0-9]+) % réalisé une fois tout confirmé.*aujourd’hui.*?([0-9]+) %", notice)
    assert said, notice
    each = [Fraction(one.replace(",", ".")) for one in re.findall(r"\+([0-9,]+) point", notice)]
    own = text(of_class(section, "disclosure")[0]).replace(",", ".")
    whole = re.search("([0-9.]+) points? réalisés? sur ([0-9.]+) que", own)
    assert whole, own
    done, potential = (Fraction(one.rstrip(".")) for one in whole.groups())
    assert int(100 * (done + sum(each)) / potential) == int(said[1])
    assert int(100 * done / potential) == int(said[2])


@pytest.mark.parametrize("told_url", ["sqlite"], indirect=True)
def test_every_figure_is_explained_in_words(
    own_copy: tuple[Reader, Reader], ids: dict[str, str]
) -> None:
    anne, mireille = own_copy
    new = f"{anne.page}/{ids['maillage-te']}"
    for verb in ("ouvrir", "reprendre"):
        assert anne.client.post(f"{new}/{verb}", data={"annee": "2026"}).status_code == 303
    for reader in (anne, mireille):
        for key in KEYS:
            framework = ids[key]
            section = reader.section(framework)
            told = reasons(section, framework)
            check_figures(section, told)
            assert check_levels(section, told) >= (4 if key == KEYS[0] else 0)
            check_criteria(reader, section)
            assert check_past(reader, section, framework) > 0 or key == "maillage-te"
            assert PERCENT.findall(without(section, *CHECKED)) == []
    check_expected(anne.section(ids["maillage-eci"]))
