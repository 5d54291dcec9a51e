"""Whether the relay is there: a greeting and a goodbye, no mail."""

from __future__ import annotations

import ssl
from contextlib import suppress
from smtplib import SMTP, SMTP_SSL

from config import LOCAL_HOSTS, Smtp

SECONDS = 10.0


def greet(smtp: Smtp, own_name: str) -> str | None:
    """Connect, say EHLO and STARTTLS as the settings want it; what is wrong, None for nothing."""
    try:
        client = _connect(smtp, own_name)
    except (OSError, ValueError) as fault:  # SMTPException is an OSError
        return f"cannot be used: {fault}"
    try:
        return _secured(client, smtp)
    except OSError as fault:
        return f"does not get encrypted: {fault}"
    finally:
        with suppress(OSError):
            client.quit()
        client.close()


def _connect(smtp: Smtp, own_name: str) -> SMTP:
    if smtp.tls == "tls":
        context = _context(smtp)
        client: SMTP = SMTP_SSL(smtp.host, smtp.port, own_name, timeout=SECONDS, context=context)
    else:
        client = SMTP(smtp.host, smtp.port, own_name, timeout=SECONDS)
    client.ehlo_or_helo_if_needed()
    return client


def _secured(client: SMTP, smtp: Smtp) -> str | None:
    if smtp.tls in ("none", "tls"):
        return None
    if client.has_extn("starttls"):
        client.starttls(context=_context(smtp))
        client.ehlo_or_helo_if_needed()
    elif smtp.tls == "starttls":
        return "offers no STARTTLS, which the settings demand"
    return None


def _context(smtp: Smtp) -> ssl.SSLContext:
    """As delivery does it: a relay on this machine has no name to prove."""
    context = ssl.create_default_context()
    if smtp.host in LOCAL_HOSTS:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
