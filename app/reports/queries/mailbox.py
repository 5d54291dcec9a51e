"""The demonstration's mailbox: the Maildir that mail lands in, as a reader shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import nh3
from markupsafe import Markup

MOST = 200
START = 120
_NAME = re.compile(r"([a-z0-9]{6,16})\.maillage")
_TAGS = {"p", "br", "h2", "h3", "ul", "ol", "li", "a", "strong", "em", "small", "hr"}
_FRAME = re.compile(r'<div class="preview".*?</div>|<td class="brand".*?</td>', re.DOTALL)
_BUTTON_CELL = re.compile(r'<td\b[^>]*\bclass="(button[^"]*)"[^>]*>\s*<a\b')
_BUTTONS = {"button": "button button--thumb button--wide", "button--main": "button--primary"}


@dataclass(frozen=True)
class Received:
    """One mail of the mailbox: `sender` a name, `body` safe HTML, `start` its first words."""

    public_id: str
    to: str
    sender: str
    subject: str
    at: datetime | None
    start: str
    body: Markup


def mailbox(folder: Path, base_url: str) -> list[Received]:
    """The mails of a Maildir, the newest first; none when there is no such folder."""
    files = [*folder.glob("new/*"), *folder.glob("cur/*")]
    newest = sorted(files, key=lambda file: file.stat().st_mtime_ns, reverse=True)[:MOST]
    return [mail for mail in (_read(file, base_url) for file in newest) if mail]


def _read(file: Path, base_url: str) -> Received | None:
    found = _NAME.match(file.name)
    if found is None:
        return None
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    date, subject = message["Date"], str(message["Subject"] or "")
    text = " ".join(_part(message, "plain").split())
    return Received(
        public_id=found[1],
        to=str(message["To"] or ""),
        sender=parseaddr(str(message["From"] or ""))[0],
        subject=subject,
        at=parsedate_to_datetime(str(date)) if date else None,
        start=text.removeprefix(" ".join(subject.split())).strip()[:START],
        body=for_display(_part(message, "html"), base_url),
    )


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if part else ""


def for_display(html: str, base_url: str) -> Markup:
    """A mail's HTML as a part of our page: its words, links and buttons, in our own look.

    Layout tables go and their text stays; the heading, which the page shows as the subject, the
    frame's brand, its line beside the subject and its style sheet go whole. Links to this site
    lose its address, so that they work however the visitor came here.
    """
    body = _BUTTON_CELL.sub(r'<p><a class="\1"', _FRAME.sub("", html))
    own = urlsplit(base_url).netloc

    def attribute(tag: str, name: str, value: str) -> str | None:
        if (tag, name) == ("a", "class"):
            return " ".join(_BUTTONS[one] for one in value.split() if one in _BUTTONS)
        if (tag, name) == ("a", "href"):
            parts = urlsplit(value)
            if parts.netloc == own and parts.scheme in ("http", "https"):
                return parts.path + (f"?{parts.query}" if parts.query else "")
        return value

    clean = nh3.clean(
        body,
        tags=_TAGS,
        clean_content_tags={"style", "script", "title", "h1"},
        attributes={"a": {"href", "class"}},
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    lines = (line.strip() for line in clean.split("\n"))
    # cleaned by nh3 just above
    return Markup("\n".join(filter(None, lines)))  # noqa: S704  # nosec B704
