"""Mails from templates."""

from __future__ import annotations

from pathlib import Path

import html5lib
import pytest
from jinja2 import UndefinedError

from app.outbox.rendering import Rendered, render

CONTEXT = {"name": "Lucie", "step": "Peser <les> invendus", "url": "https://val.example/?a=1&b=2"}
PARTS = {
    "subject.txt": '{{ step }} :\n{{ _("où en êtes-vous ?") }}\n',
    "body.txt": """{% extends "mail/layout.txt" %}
{% block heading %}{{ step }}{% endblock %}
{% block body %}{{ _("Bonjour %(name)s,", name=name) }}{% endblock %}
{% block actions %}{{ _("C’est fait :") }} {{ url }}{% endblock %}
{% block why %}{{ _("Vous êtes responsable de cette étape.") }}{% endblock %}
""",
    "body.html": """{% extends "mail/layout.html" %}
{% from "mail/_buttons.html" import buttons %}
{% block preview %}{{ step }}{% endblock %}
{% block heading %}{{ step }}{% endblock %}
{% block body %}<p>{{ _("Bonjour %(name)s,", name=name) }}</p>{% endblock %}
{% block actions %}{{ buttons([(url, _("C’est fait")), (url, _("Ça coince"))]) }}{% endblock %}
{% block why %}{{ _("Vous êtes responsable de cette étape.") }}{% endblock %}
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    mail = tmp_path / "mail" / "sample"
    mail.mkdir(parents=True)
    for name, source in PARTS.items():
        (mail / name).write_text(source, encoding="utf-8")
    return tmp_path


@pytest.fixture
def rendered(folder: Path) -> Rendered:
    return render("sample", CONTEXT, folder=folder)


def test_a_subject_is_one_line_as_it_was_typed(rendered: Rendered) -> None:
    assert rendered.subject == "Peser <les> invendus : où en êtes-vous ?"


def test_the_text_reads_like_a_letter(rendered: Rendered) -> None:
    assert rendered.text.startswith(
        "Peser <les> invendus\n\nBonjour Lucie,\n\nC’est fait\u00a0: https://val.example/?a=1&b=2\n\n"
        "-- \nMaillage\nVous êtes responsable de cette étape.\n"
    )


def test_the_html_is_well_formed_and_what_was_typed_stays_text(rendered: Rendered) -> None:
    html5lib.HTMLParser(strict=True).parse(rendered.html)
    assert "Peser &lt;les&gt; invendus</h1>" in rendered.html
    assert "<les>" not in rendered.html


def test_the_buttons_are_links_whose_style_travels_with_them(rendered: Rendered) -> None:
    document = html5lib.parse(rendered.html, namespaceHTMLElements=False)
    links = {"".join(link.itertext()): link for link in document.iter("a")}
    assert list(links) == ["C’est fait", "Ça coince"]
    assert links["C’est fait"].get("href") == CONTEXT["url"]
    assert "display: block" in links["C’est fait"].get("style", "")
    boxes = [td for td in document.iter("td") if "button" in td.get("class", "")]
    assert [box.get("bgcolor") for box in boxes] == ["#0a5c61", "#ffffff"]
    assert "background-color: #0a5c61" in boxes[0].get("style", "")


def test_the_html_needs_no_picture_and_nothing_from_elsewhere(rendered: Rendered) -> None:
    document = html5lib.parse(rendered.html, namespaceHTMLElements=False)
    tags = {str(element.tag) for element in document.iter()}
    assert tags.isdisjoint({"img", "link", "script", "iframe"})
    assert "url(" not in rendered.html


def test_dark_mode_survives_the_inlining(rendered: Rendered) -> None:
    assert "@media (prefers-color-scheme: dark)" in rendered.html
    assert ".button--main { background-color: #7fd0cb !important" in rendered.html


def test_a_value_that_is_missing_is_an_error_and_not_a_hole(folder: Path) -> None:
    with pytest.raises(UndefinedError, match="'name' is undefined"):
        render("sample", {"step": "x", "url": "y"}, folder=folder)


def test_a_mail_without_its_reason_cannot_be_written(folder: Path) -> None:
    body = folder / "mail" / "sample" / "body.html"
    body.write_text(PARTS["body.html"].replace("why", "other"), encoding="utf-8")
    with pytest.raises(Exception, match="why"):
        render("sample", CONTEXT, folder=folder)
