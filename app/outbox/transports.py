"""Which way out of the house the settings ask for."""

from __future__ import annotations

from app.outbox.answers import Transport
from app.outbox.maildir import MaildirTransport
from app.outbox.smtp import SmtpTransport
from config import Settings


def transport_for(settings: Settings) -> Transport:
    """An SMTP relay where one is set, else the Maildir `mailbox` in the data folder."""
    if settings.smtp is None:
        return MaildirTransport(settings.data_dir / "mailbox")
    # what comes back goes to the mailbox that is read, where there is one
    return SmtpTransport(settings.smtp, settings.inbox_address or settings.mail_from)
