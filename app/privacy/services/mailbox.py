"""The Maildir that mail lies in while no relay is set: it is in the backups, too."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from app.core.redaction import Redactor
from app.outbox.personal import texts_of

MAILBOX = "mailbox"
_FILE = re.compile(r"([a-z0-9]{6,16})\.maillage")


def forget_in_mailbox(
    folder: Path, mail_ids: Collection[str], redactor_of: Callable[[str], Redactor]
) -> int:
    """Remove these mails' files, and take the person out of the others'; how many were touched.

    `redactor_of` says what takes them out of the mail of this id.

    Done before the database commits: should that fail, what was removed was to go all the same.
    """
    touched = 0
    for file in _files(folder):
        found = _FILE.match(file.name)
        if found and found[1] in mail_ids:
            file.unlink(missing_ok=True)
            touched += 1
        elif _rewritten(file, redactor_of(found[1] if found else "")):
            touched += 1
    return touched


def _files(folder: Path) -> Iterator[Path]:
    for part in ("new", "cur", "tmp"):
        yield from sorted(path for path in (folder / part).glob("*") if path.is_file())


def _rewritten(file: Path, redactor: Redactor) -> bool:
    content = file.read_bytes()
    if all(redactor.text(text) == text for text in texts_of(content)):
        return False
    message = message_from_bytes(content, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    for name, value in message.items():
        if redactor.text(str(value)) != str(value):
            message.replace_header(name, redactor.text(str(value)))
    for part in message.walk():
        if part.get_content_maintype() == "text" and isinstance(part, EmailMessage):
            text = redactor.text(str(part.get_content()))
            part.set_content(text, subtype=part.get_content_subtype(), cte="quoted-printable")
    unfinished = file.with_name(f".{file.name}")
    unfinished.write_bytes(message.as_bytes())
    unfinished.replace(file)
    return True
