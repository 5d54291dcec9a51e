"""A mail shown as a part of our page: its words, links and buttons, and nothing that could harm."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.outbox.answers import Outgoing
from app.outbox.maildir import MaildirTransport
from app.outbox.message import Letter, build
from app.reports.queries.mailbox import for_display, mailbox

HERE = "https://maillage.example.org"
HTML = f"""<html><head><title>t</title><style>a {{ color: red }}</style></head><body>
<div class="preview" style="display: none">Aperçu</div>
<table><tr><td class="brand" style="x">Maillage</td></tr><tr><td class="content">
<h1>Peser ?</h1><p style="margin: 0">Bonjour,</p>
<table><tr><td class="button button--main" style="x">
<a style="y" href="{HERE}/r/abc?reponse=fait">C’est fait</a></td></tr>
<tr><td class="button" style="x">
<a href="https://elsewhere.example/r/abc">Ailleurs</a></td></tr></table>
<script>alert(1)</script><a href="javascript:alert(1)" onclick="x()">Piège</a>
</td></tr></table></body></html>"""


def test_links_to_this_site_lose_its_address() -> None:
    shown = for_display(HTML, HERE)
    assert 'href="/r/abc?reponse=fait"' in shown
    assert 'href="https://elsewhere.example/r/abc"' in shown


def test_buttons_stay_buttons() -> None:
    shown = for_display(HTML, HERE)
    assert shown.count('class="button button--thumb') == 2
    assert shown.count("button--primary") == 1


def test_neither_scripts_nor_styles_nor_the_frame_are_shown() -> None:
    shown = for_display(HTML, HERE)
    for gone in ("script", "alert", "style", "onclick", "javascript", "Aperçu", "Maillage", "<h1"):
        assert gone not in shown
    assert "Bonjour" in shown and "Piège" in shown


@given(st.text(max_size=200))
def test_whatever_a_mail_holds_it_stays_a_part_of_the_page(text: str) -> None:
    shown = str(for_display(f"<p>{text}</p>", HERE))
    for forbidden in ("<script", "<style", "<td", "<iframe", "<form", "<img"):
        assert forbidden not in shown.lower()
    html5lib.parseFragment(shown)


def _deliver(folder: Path, public_id: str, to: str, subject: str) -> None:
    content = build(
        Letter(subject, f"{subject}\n\nBonjour à vous.", HTML, from_name="Anne Vasseur"),
        sender="maillage@example.org",
        to=to,
        public_id=public_id,
        written_at=datetime(2026, 4, 7, 6, tzinfo=UTC),
    )
    MaildirTransport(folder).send(Outgoing(public_id, to, content), 5)


def test_the_mailbox_reads_what_the_outbox_wrote(tmp_path: Path) -> None:
    _deliver(tmp_path / "box", "abcdefghjk", "lucie@example.org", "Pesée : d’accord ?")
    (mail,) = mailbox(tmp_path / "box", HERE)
    assert (mail.public_id, mail.to, mail.sender) == (
        "abcdefghjk",
        "lucie@example.org",
        "Anne Vasseur",
    )
    assert mail.subject == "Pesée : d’accord ?"
    assert mail.start == "Bonjour à vous."
    assert mail.at == datetime(2026, 4, 7, 6, tzinfo=UTC)


@pytest.mark.parametrize("name", ["../secret.maillage", "notes.txt", ".hidden"])
def test_other_files_are_no_mails(tmp_path: Path, name: str) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / Path(name).name).write_text("x")
    assert [mail.public_id for mail in mailbox(tmp_path, HERE)] in ([], ["secret"])


def test_a_mailbox_that_nobody_wrote_to_is_empty(tmp_path: Path) -> None:
    assert mailbox(tmp_path / "nothing", HERE) == []
