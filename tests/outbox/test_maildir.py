"""The mailbox that mail goes to while no relay is set."""

from __future__ import annotations

from mailbox import Maildir
from pathlib import Path

from app.outbox.answers import Accepted, Outgoing, Unreachable
from app.outbox.maildir import MaildirTransport

MAIL = Outgoing("abc234", "lucie@fournil.example", b"Subject: a\r\n\r\nb\r\n")


def test_a_mail_can_be_read_where_it_was_written(tmp_path: Path) -> None:
    folder = tmp_path / "mailbox"
    assert MaildirTransport(folder).send(MAIL, 10) == Accepted()
    box = Maildir(folder)
    (key,) = box.keys()
    assert box.get_bytes(key) == MAIL.content
    assert list((folder / "tmp").iterdir()) == []


def test_a_repeated_mail_stays_one_mail(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path / "mailbox")
    assert [transport.send(MAIL, 10), transport.send(MAIL, 10)] == [Accepted()] * 2
    assert len(Maildir(tmp_path / "mailbox")) == 1


def test_a_repeated_mail_that_was_read_meanwhile_stays_one_mail(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path / "mailbox")
    transport.send(MAIL, 10)
    box = Maildir(tmp_path / "mailbox")
    (key,) = box.keys()
    message = box[key]
    message.set_subdir("cur")
    message.set_flags("S")
    box[key] = message
    assert transport.send(MAIL, 10) == Accepted()
    assert len(Maildir(tmp_path / "mailbox")) == 1


def test_a_mailbox_that_cannot_be_written_is_out_of_reach(tmp_path: Path) -> None:
    (tmp_path / "mailbox").write_text("a file where the folder should be")
    answer = MaildirTransport(tmp_path / "mailbox").send(MAIL, 10)
    assert isinstance(answer, Unreachable)
    assert "cannot be written" in answer.text
