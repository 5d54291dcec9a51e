"""Lines as steps: what, who and when are found; nothing that was typed is lost."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plans.quick_lines import Book, Known, ReadLine, read_lines

TODAY = date(2026, 4, 7)  # a Tuesday
FOURNIL = Known(1, "SARL Le Fournil", is_here=True)
HALLES = Known(5, "Fournil des Halles")
CCI = Known(2, "CCI des Deux Rives", is_here=True)
BOIS = Known(3, "Atelier Bois")
MARTIN = Known(6, "Boulangerie Martin")
KARIM = Known(2, "Karim Haddad", 11, "CCI des Deux Rives", is_here=True)
KELLER = Known(2, "Julie Keller", 12, "CCI des Deux Rives", is_here=True)
OTHER_KELLER = Known(3, "Paul Keller", 13, "Atelier Bois")
BOOK = Book([FOURNIL, HALLES, CCI, BOIS, MARTIN, KARIM, KELLER, OTHER_KELLER])


def one(text: str, book: Book = BOOK) -> ReadLine:
    (line,) = read_lines(text, book, TODAY).lines
    return line


def parts(text: str) -> tuple[str, Known | None, date | str | None]:
    line = one(text)
    return line.title, line.who.known if line.who else None, line.due_on or line.due_text


@pytest.mark.parametrize(
    ("text", "title", "known", "when"),
    [
        ("Peser les invendus @Fournil 17/04", "Peser les invendus", FOURNIL, date(2026, 4, 17)),
        ("Peser les invendus 17/04 @fournils", "Peser les invendus", FOURNIL, date(2026, 4, 17)),
        ("peser @fournil des halles vendredi", "peser", HALLES, date(2026, 4, 10)),
        ("Peser @FOURNIL DES HALLES le 2 mai", "Peser", HALLES, date(2026, 5, 2)),
        ("@cci appeler la mairie demain", "appeler la mairie", CCI, date(2026, 4, 8)),
        ("Livrer les caisses – CCI", "Livrer les caisses", CCI, None),
        ("Livrer (Mme Julie Keller) fin juin ?", "Livrer", KELLER, "fin juin ?"),
        ("Signer – CCI (M. Keller) T2", "Signer", KELLER, "T2"),
        ("Appeler (@Karim) dans 15 jours", "Appeler", KARIM, date(2026, 4, 22)),
        ("17/04 : peser @cci", "peser", CCI, date(2026, 4, 17)),
        ("Visite @Martin 17/04 à 14h", "Visite à 14h", MARTIN, date(2026, 4, 17)),
        ("Organiser @CCI, Lucie et Marc", "Organiser, Lucie et Marc", CCI, None),
        ("Peser @Fournil avant mi-mars", "Peser", FOURNIL, "avant mi-mars"),
    ],
)
def test_what_who_and_when(
    text: str, title: str, known: Known | None, when: date | str | None
) -> None:
    assert parts(text) == (title, known, when)


@pytest.mark.parametrize(
    "text",
    [
        "Réunion du 12 au 17/04",
        "Relire le compte rendu du 12/03",
        "Bilan de mars",
        "écrire à contact@fournil.fr",
        "Livrer les caisses – en bois de pin",
        "Trier (verre, carton)",
        "31/04 Peser",
        "2 réunions à préparer",
        "Fête de la rentrée",
        "☑ Peser les invendus",
        "Peser les invendus !",
        "Louer 24 caisses",
    ],
)
def test_what_only_looks_like_a_name_or_a_date_stays_in_the_title(text: str) -> None:
    assert parts(text) == (text, None, None)


@pytest.mark.parametrize(
    "bullet",
    ["- ", "• ", "1. ", "12) ", "3/ ", "☐ ", "\t", "–\t", "o\t", "[ ] ", "  * ", "a) ", "1 - "],
)
def test_bullets_and_numbers_of_a_list_are_taken_off(bullet: str) -> None:
    line = one(f"{bullet}Peser les invendus @Fournil 17/04")
    assert (line.title, line.due_on) == ("Peser les invendus", date(2026, 4, 17))


@pytest.mark.parametrize(
    "text", ["! Ouverture", "◆ Ouverture", "- ◆ Ouverture", "Ouverture ◆", "Jalon : Ouverture"]
)
def test_a_mark_makes_a_milestone(text: str) -> None:
    line = one(text)
    assert (line.title, line.is_milestone) == ("Ouverture", True)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Appeler @Boulangerie Dupont avant le 17/04", "Boulangerie Dupont"),
        ("Appeler @Dupont & fils demain", "Dupont & fils"),
        ("Appeler @ferme des aulnes", "ferme des aulnes"),
        ("Appeler @« les jardins du val » pour la pesée", "les jardins du val"),
        ("Appeler (Mme Schmitt)", "Mme Schmitt"),
        ("Appeler @Atelier Métal", "Atelier Métal"),
    ],
)
def test_a_name_that_nobody_knows_is_asked_never_guessed(text: str, typed: str) -> None:
    line = one(text)
    assert line.who is not None
    assert (line.who.typed, line.who.found) == (typed, ())
    assert line.title in ("Appeler", "Appeler pour la pesée")


def test_several_of_that_name_are_asked_and_those_of_the_project_come_first() -> None:
    line = one("Appeler @Keller")
    assert line.who is not None
    assert line.who.known == KELLER
    strangers = Book([Known(1, "Ferme Haute"), Known(2, "Ferme Basse")])
    asked = read_lines("Un @Ferme\nDeux @fermes\nTrois @La Ferme !", strangers, TODAY).unknown
    assert [[known.name for known in who.found] for who in asked] == [
        ["Ferme Haute", "Ferme Basse"]
    ]


def test_each_unknown_name_is_asked_once() -> None:
    text = "Un @Boulangerie Dupont 1/5\nDeux @boulangeries DUPONT\nTrois (Mme Schmitt)\nQuatre @CCI"
    assert [who.typed for who in read_lines(text, BOOK, TODAY).unknown] == [
        "Boulangerie Dupont",
        "Mme Schmitt",
    ]


def test_the_columns_of_a_poster_are_read_in_their_order() -> None:
    poster = (
        "Solutions\tActions\tResponsabilités\tPlanning\n"
        "Caisses communes\tPeser les invendus\tLe Fournil\t17/04\n"
        "\tCompter les caisses\tCCI + Vallon (M. X)\tT2\n"
        "Compost\tAppeler\tMme Schmitt\tà la fin des travaux\n"
        "\tVoir avec tous\ttous\t\n"
    )
    lines = read_lines(poster, BOOK, TODAY).lines
    assert [
        (one.number, one.title, one.description, one.who.typed if one.who else None, one.due_text)
        for one in lines
    ] == [
        (2, "Peser les invendus", "Caisses communes", "Le Fournil", None),
        (3, "Compter les caisses", "Caisses communes\nCCI + Vallon (M. X)", "CCI", "T2"),
        (4, "Appeler", "Compost", "Mme Schmitt", "à la fin des travaux"),
        (5, "Voir avec tous", "Compost\ntous", None, None),
    ]
    assert lines[0].due_on == date(2026, 4, 17)


def test_columns_without_a_head_and_in_another_order() -> None:
    assert parts("Caisses\tPeser\tFournil\t17/04") == ("Peser", FOURNIL, date(2026, 4, 17))
    assert parts("Peser\tFournil\t17/04") == ("Peser", FOURNIL, date(2026, 4, 17))
    assert parts("Peser\t17/04") == ("Peser", None, date(2026, 4, 17))
    assert parts("Peser\tFournil") == ("Peser", FOURNIL, None)
    assert parts("Qui\tQuoi\tQuand\nFournil\tPeser\t17/04") == (
        "Peser",
        FOURNIL,
        date(2026, 4, 17),
    )


def test_limits_are_told_with_the_line() -> None:
    assert read_lines("Un\n\n" + "x" * 201, BOOK, TODAY).faults == [
        "Ligne 3 : 201 caractères, 200 au plus pour une étape."
    ]
    assert read_lines("Un\n@CCI 17/04", BOOK, TODAY).faults == [
        "Ligne 2 : dites ce qu’il y a à faire."
    ]
    assert read_lines("Un\n" * 51, BOOK, TODAY).faults == [
        "51 lignes : 50 au plus à la fois. Gardez la suite pour après."
    ]
    assert read_lines("\n \n---\n", BOOK, TODAY).lines == ()


PLAN = Book(
    [FOURNIL, CCI], [(7, "Invendus du Fournil"), (8, "Caisses du marché"), (9, "Caisses lavées")]
)


@pytest.mark.parametrize(
    ("text", "title", "project"),
    [
        ("Peser #invendus @Fournil", "Peser", 7),
        ("#Invendu du fournil peser les caisses", "peser les caisses", 7),
        ("Peser les caisses #caisses lavées demain", "Peser les caisses", 9),
        ("Peser la salle # 3", "Peser la salle # 3", None),
    ],
)
def test_a_line_of_a_plan_chooses_its_project(text: str, title: str, project: int | None) -> None:
    line = one(text, PLAN)
    assert line.title == title
    assert (line.project[1] if line.project else None) == ((project,) if project else None)
    assert line.fault is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Peser #caisses", "Ligne 1 : plusieurs projets répondent à « #caisses »."),
        ("Peser #compost", "Ligne 1 : aucun projet ne répond à « #compost »."),
    ],
)
def test_a_project_that_is_not_certain_is_said(text: str, said: str) -> None:
    assert one(text, PLAN).fault == said
    assert one(text).title == text


PIECES = st.sampled_from(
    [
        "Peser",
        "les invendus",
        "@Fournil",
        "@Boulangerie Dupont",
        "17/04",
        "fin juin ?",
        "– CCI",
        "-",
        "(Mme Keller)",
        "◆",
        "!",
        "1.",
        "\t",
        "vendredi",
        "au",
        "&",
        ",",
        "☐",
        "@",
        "(",
        "à 14h",
        "#",
        "#caisses",
    ]
)
texts = st.one_of(
    st.text(max_size=200),
    st.lists(PIECES, max_size=12).map(" ".join),
    st.lists(st.lists(PIECES, max_size=6).map(" ".join), max_size=5).map("\t".join),
)


def letters(text: str) -> Counter[str]:
    return Counter("".join(unicodedata.normalize("NFC", text).split()))


@given(text=texts)
def test_never_a_character_is_lost(text: str) -> None:
    both = (*read_lines(text, BOOK, TODAY).lines, *read_lines(text, PLAN, TODAY).lines)
    for line in both:
        typed = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[line.number - 1]
        kept = "\n".join([line.title, line.description, *line.taken])
        assert letters(typed) <= letters(kept)
        assert letters(line.title) <= letters(typed)


@given(text=texts)
def test_the_same_text_is_read_the_same(text: str) -> None:
    assert read_lines(text, BOOK, TODAY) == read_lines(text, BOOK, TODAY)
