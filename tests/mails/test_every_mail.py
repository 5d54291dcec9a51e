"""What holds of every mail: complete in both texts, in good French, and standing without style."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest

from app.core import french
from app.core.french import NBSP, THIN
from app.outbox import registry
from app.outbox.rendering import TEMPLATES
from tests.mails.collection import OCCASIONS
from tests.mails.painting import without_style
from tests.mails.scene import LONG_FIRM, Sample

pytestmark = pytest.mark.xdist_group("mails")
MAIL = TEMPLATES / "mail"
GMAIL_CLIPS_AT = 102_400
# a subject longer than that loses its end in every list of mails; firms’ own names come last
LONGEST_SUBJECT = 72
LONGEST_TITLE_BEFORE_A_QUESTION = 28
Judge = Callable[[Sample], object]


def faults(samples: dict[str, Sample], judge: Judge) -> dict[str, object]:
    """What a rule finds, by the name of the mail."""
    return {name: found for name, one in samples.items() if (found := judge(one))}


def body(one: Sample) -> Element:
    document = html5lib.parse(one.letter.html, namespaceHTMLElements=False)
    found = document.find("body")
    assert isinstance(found, Element)
    return found


def pieces(element: Element) -> Iterator[str]:
    """The texts of an element as one reads them, each from one place; the preview is apart."""
    if element.get("class") == "preview":
        return
    if element.text and element.text.strip():
        yield element.text
    for child in element:
        if isinstance(child.tag, str):
            yield from pieces(child)
        if child.tail and child.tail.strip():
            yield child.tail


def words(text: str) -> list[str]:
    """Words without signs, marks of Markdown and spaces, to compare the two texts by."""
    return re.findall(r"[\w’@+]+", unescape(text).replace("**", ""))


def links(one: Sample) -> list[str]:
    return [str(link.get("href")) for link in body(one).iter("a")]


def test_every_kind_and_every_folder_of_templates_is_in_the_gallery(
    samples: dict[str, Sample],
) -> None:
    assert list(samples) == list(OCCASIONS)
    kinds = {one.kind for one in samples.values()}
    # tests of the outbox register kinds of their own
    assert {name for name in registry.names() if name in kinds or (MAIL / name).exists()} == kinds
    assert {folder.name for folder in _folders()} == kinds


def test_the_plain_text_holds_every_link(samples: dict[str, Sample]) -> None:
    assert not faults(
        samples,
        lambda one: [
            href
            for href in links(one)
            if not href.startswith(("tel:", "mailto:")) and href not in one.letter.text
        ],
    )


def test_the_plain_text_holds_every_number_and_name(samples: dict[str, Sample]) -> None:
    """All digits, and what has a capital inside a sentence."""
    name = re.compile(rf"(?<=[\w,’«(][ {NBSP}])[A-ZÀ-Ü][\w’]+|\w*\d\w*")

    def missing(one: Sample) -> set[str]:
        said = {word for piece in pieces(body(one)) for word in name.findall(piece)}
        return said - set(words(one.letter.text))

    assert not faults(samples, missing)


def test_the_html_holds_every_number_of_the_plain_text(samples: dict[str, Sample]) -> None:
    def missing(one: Sample) -> set[str]:
        there = {word for piece in pieces(body(one)) for word in words(piece)}
        text = re.sub(r"https?://\S+", "", one.letter.text)
        facts = {word for word in words(text) if word[0].isdigit()}
        return facts - there

    assert not faults(samples, missing)


def test_no_sign_stands_alone_on_a_line(samples: dict[str, Sample]) -> None:
    """Before : ; ? ! » and after « there is a space that does not break."""
    loose = re.compile(r"[ \n][:;?!»](?!\w)|«[ \n]")

    def found(one: Sample) -> list[str]:
        read = [*one.letter.text.split("\n"), *pieces(body(one))]
        return [line.strip() for line in read if loose.search(line.strip())]

    assert not faults(samples, found)


def test_every_space_is_one_that_every_font_has(samples: dict[str, Sample]) -> None:
    assert not faults(samples, lambda one: THIN in f"{one.letter.subject}{one.letter.text}")


def test_apostrophes_are_typographic(samples: dict[str, Sample]) -> None:
    def straight(one: Sample) -> list[str]:
        read = [one.letter.subject, one.letter.text, *pieces(body(one))]
        return [line for line in read if re.search(r"\w'\w", line)]

    assert not faults(samples, straight)


def test_no_name_is_left_without_its_elision(samples: dict[str, Sample]) -> None:
    """« d’Aubrive », « qu’Anne », « du Fournil », « au Fournil »."""
    small = re.compile(
        rf"\b(de|que|jusque|lorsque|puisque|à)[ {NBSP}](?=(.{{1,30}}))", re.IGNORECASE
    )
    said: dict[str, Callable[[str], str]] = {"de": french.of, "à": french.to}

    def loose(one: Sample) -> list[str]:
        text = f"{one.letter.subject}\n{one.letter.text}"
        found = [(word.lower(), behind) for word, behind in small.findall(text)]
        return [
            f"{word} {behind}"
            for word, behind in found
            if not said.get(word, french.that)(behind).startswith((word, "que"))
        ]

    assert not faults(samples, loose)


def test_a_date_says_its_weekday_or_its_year(samples: dict[str, Sample]) -> None:
    """A subject and its heading are short; what people typed (results) is theirs."""
    day = re.compile(
        rf"(?:(?:{'|'.join(french.DAYS)})[ {NBSP}])?\b\d{{1,2}}(?:er)?[ {NBSP}]"
        rf"(?:{'|'.join(french.MONTHS)})(?:[ {NBSP}]\d{{4}})?"
    )

    def bare(one: Sample) -> list[str]:
        said = "" if one.kind == "results" else one.letter.text.partition("\n\n")[2]
        return [
            found
            for found in day.findall(said)
            if not found.startswith(french.DAYS) and not found[-4:].isdigit()
        ]

    assert not faults(samples, bare)


def test_a_subject_fits_into_a_list_of_mails(samples: dict[str, Sample]) -> None:
    def too_long(one: Sample) -> str | None:
        said = one.letter.subject.replace(LONG_FIRM, "")
        return said if len(said) > LONGEST_SUBJECT else None

    assert not faults(samples, too_long)


def test_what_a_question_asks_begins_in_sight(samples: dict[str, Sample]) -> None:
    """A phone shows some forty-five signs of a subject."""

    def hidden(one: Sample) -> str | None:
        about, asked, _rest = one.letter.subject.partition(" : ")
        in_sight = bool(asked) and len(about) <= LONGEST_TITLE_BEFORE_A_QUESTION
        return one.letter.subject if one.kind == "question" and not in_sight else None

    assert not faults(samples, hidden)


def test_a_relance_names_its_step_and_its_date_in_the_subject(samples: dict[str, Sample]) -> None:
    def undated(one: Sample) -> str | None:
        subject = one.letter.subject
        told = re.search(rf"\d{NBSP}(?:{'|'.join(french.MONTHS)})\b", subject)
        # the week’s line is about many steps, and asks nothing
        return None if one.kind != "relance" or told or "semaine" in subject else subject

    assert not faults(samples, undated)


def test_a_sample_shows_what_its_name_says(samples: dict[str, Sample]) -> None:
    """A schedule that changes must not leave two pictures of one mail."""
    assert "était prévue" in samples["relance-after"].letter.text
    assert "demain" in samples["relance-eve"].letter.subject
    assert "autre étape" in samples["relance-weekly"].letter.subject


def test_a_long_title_leaves_the_date_in_sight(samples: dict[str, Sample]) -> None:
    for name in ("relance-first-long-words", "convocation-long-words"):
        subject = samples[name].letter.subject
        assert "…" in subject and "avril" in subject and len(subject) <= 90


def test_the_preview_says_something_of_its_own(samples: dict[str, Sample]) -> None:
    def fault(one: Sample) -> str | None:
        [preview] = [e for e in body(one).iter("div") if e.get("class") == "preview"]
        said = "".join(preview.itertext())
        shown = said.split("\u200c")[0].strip()
        fills = said.count("\u200c") >= 80
        is_useful = len(shown) >= 12 and shown != one.letter.subject
        return None if is_useful and fills else shown or "nothing"

    assert not faults(samples, fault)


def test_a_mail_is_small_enough_to_be_shown_whole(samples: dict[str, Sample]) -> None:
    assert not faults(samples, lambda one: len(one.letter.html.encode()) > GMAIL_CLIPS_AT // 2)


def test_the_language_is_said_where_programs_keep_it(samples: dict[str, Sample]) -> None:
    def fault(one: Sample) -> bool:
        outer = next(body(one).iter("table"))
        return '<html lang="fr"' not in one.letter.html or outer.get("lang") != "fr"

    assert not faults(samples, fault)


def test_tables_are_for_looks_and_nothing_is_a_picture(samples: dict[str, Sample]) -> None:
    def fault(one: Sample) -> bool:
        tables = [table.get("role") for table in body(one).iter("table")]
        return set(tables) != {"presentation"} or any(body(one).iter("img"))

    assert not faults(samples, fault)


def test_a_mail_has_one_heading_and_levels_without_a_gap(samples: dict[str, Sample]) -> None:
    def fault(one: Sample) -> list[str]:
        levels = [str(e.tag) for e in body(one).iter() if re.fullmatch("h[1-6]", str(e.tag))]
        good = levels[:1] == ["h1"] and set(levels[1:]) <= {"h2", "h3"}
        return [] if good else levels

    assert not faults(samples, fault)


def test_what_carries_the_look_is_inlined_and_known_to_every_program(
    samples: dict[str, Sample],
) -> None:
    """Every style stands on its element; nothing floats, flexes, or is placed."""

    def fault(one: Sample) -> list[str]:
        return re.findall(r"(?:float|position|flex|grid|transform|gap|var\()[^;\"]*", _styles(one))

    assert not faults(samples, fault)


def _styles(one: Sample) -> str:
    return ";".join(re.findall(r'style="([^"]*)"', without_style(one.letter.html)))


def test_buttons_are_boxes_in_outlook_too(samples: dict[str, Sample]) -> None:
    def fault(one: Sample) -> list[str]:
        cells = [td for td in body(one).iter("td") if "button" in (td.get("class") or "").split()]
        return [
            "".join(td.itertext())
            for td in cells
            if not td.get("bgcolor") or "mso-padding-alt" not in (td.get("style") or "")
        ]

    assert not faults(samples, fault)


def test_a_box_of_words_is_a_cell_of_one_ground(samples: dict[str, Sample]) -> None:
    """Outlook knows padding on cells alone, and phones that darken tint a border apart."""

    def fault(one: Sample) -> list[str]:
        boxes = [e for e in body(one).iter() if "box" in (e.get("class") or "").split()]
        bare = [str(e.tag) for e in boxes if e.tag != "td" or not e.get("bgcolor")]
        wide = re.findall(r"border[a-z-]*:[^;]*\b(?:[5-9]|\d\d)px[^;]*", _styles(one))
        return [*bare, *(style for style in wide if "radius" not in style)]

    assert not faults(samples, fault)


def test_every_mail_says_why_it_comes_and_who_sends_it(samples: dict[str, Sample]) -> None:
    def fault(one: Sample) -> bool:
        foot = one.letter.text.partition("\n-- \n")[2]
        return not foot.startswith("Maillage\n") or len(foot.split("\n")[1]) < 20

    assert not faults(samples, fault)


def test_headers_are_those_of_a_machine_that_can_be_answered(samples: dict[str, Sample]) -> None:
    def fault(one: Sample) -> list[str]:
        parsed = email.message_from_bytes(one.raw, policy=email.policy.default)
        wanted = ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted"]
        if one.kind == "relance":
            wanted += ["List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "References"]
        return [name for name in wanted if not parsed[name]]

    assert not faults(samples, fault)


def test_a_mail_about_a_step_a_meeting_or_a_message_has_its_thread(
    samples: dict[str, Sample],
) -> None:
    kinds = {"relance", "for_you", "convocation", "cancelled_meeting", "results", "proposal"}
    assert not faults(
        samples, lambda one: one.kind in kinds and not (one.letter.thread or one.letter.answers)
    )


def test_the_folders_hold_the_three_parts_of_a_mail() -> None:
    for folder in _folders():
        assert {"subject.txt", "body.txt", "body.html"} <= {part.name for part in folder.iterdir()}


def _folders() -> list[Path]:
    return [folder for folder in MAIL.iterdir() if folder.is_dir()]
