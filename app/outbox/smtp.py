"""Mail to an SMTP relay, in one conversation for as many mails as the relay takes."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from smtplib import SMTP, SMTP_SSL, SMTPServerDisconnected
from socket import SHUT_RDWR, gethostname

from app.outbox.answers import (
    Accepted,
    Answer,
    Later,
    Outgoing,
    Refused,
    Unreachable,
    unknown_address,
)
from app.outbox.envelope import GO_AHEAD, Envelope, Reply, dotted
from app.outbox.watchdog import Watchdog
from config import LOCAL_HOSTS, Smtp

CONNECT_SECONDS = 15.0
SILENCE_SECONDS = 60.0
CLOSING = 421
# What a relay says of its client rather than of one mail: that it has to sign in. A final no to
# MAIL FROM is of that kind, too: all mails have the same sender.
NOT_LET_IN = frozenset({530, 534, 535, 538})


class _Client(SMTP):
    """Knows its host's name before it connects, so that the deadline can cut the greeting too."""

    def __init__(self, host: str, own_name: str) -> None:
        super().__init__(local_hostname=own_name, timeout=CONNECT_SECONDS)
        self._host = host


class _TlsClient(SMTP_SSL):
    """The same, encrypted from the first byte."""

    def __init__(self, host: str, own_name: str, context: ssl.SSLContext) -> None:
        super().__init__(local_hostname=own_name, timeout=CONNECT_SECONDS, context=context)
        self._host = host


class _NotLetInError(Exception):
    """The relay cannot be reached or does not want us; its text says which."""


class SmtpTransport:
    """One conversation with the relay for as many mails as it takes; opened again when it ends."""

    def __init__(self, smtp: Smtp, sender: str) -> None:
        self._smtp = smtp
        self._sender = sender
        self._client: SMTP | None = None
        self._is_overdue = False
        self._watchdog = Watchdog(self._cut)

    def send(self, mail: Outgoing, seconds: float) -> Answer:
        """Hand one mail over, whatever the relay does, within the deadline."""
        with self._deadline(seconds):
            try:
                return self._converse(mail, seconds)
            except _NotLetInError as error:
                self._hang_up()
                why = "does not answer" if self._is_overdue else error
                return Unreachable(f"the relay {self._smtp.host}:{self._smtp.port} {why}")
            except OSError as error:  # SMTPException is one
                self._hang_up()
                return Later(f"the relay {self._why(error)}")

    def close(self) -> None:
        """Say QUIT, if anybody still listens."""
        if self._client is not None:
            with suppress(OSError), self._deadline(CONNECT_SECONDS):
                self._client.quit()
        self._hang_up()
        self._watchdog.dismiss()

    def _converse(self, mail: Outgoing, seconds: float) -> Answer:
        client, envelope, (code, text) = self._begin(mail.to)
        if code in NOT_LET_IN or 500 <= code < 600:
            raise _NotLetInError(f"refuses us: {_shown(code, text)}")
        if client.sock is not None:
            # for each silence; the deadline's cut ends the sum of them
            client.sock.settimeout(min(SILENCE_SECONDS, seconds))
        if code == 250:
            code, text = envelope.next_reply()
            if 500 <= code < 600:
                self._start_over(envelope, code)
                return Refused(_shown(code, text), unknown_address(code, text))
            if code in (250, 251):
                code, text = envelope.next_reply()
                if code == GO_AHEAD:
                    return self._hand_over(client, envelope, mail.content)
        return self._no(envelope, code, text)

    def _hand_over(self, client: SMTP, envelope: Envelope, content: bytes) -> Answer:
        try:
            client.send(dotted(content))
            code, text = client.getreply()
            if self._is_overdue or not 200 <= code < 600:
                # a reply cut in the middle of its line
                raise SMTPServerDisconnected
        except OSError as error:
            # whether the yes was lost or the mail, nobody here can know
            self._hang_up()
            return Later(f"the relay {self._why(error)}", in_doubt=True)
        return Accepted() if 200 <= code < 300 else self._no(envelope, code, text)

    def _no(self, envelope: Envelope, code: int, text: bytes) -> Answer:
        self._start_over(envelope, code)
        return Refused(_shown(code, text)) if 500 <= code < 600 else Later(_shown(code, text))

    def _begin(self, to: str) -> tuple[SMTP, Envelope, Reply]:
        """MAIL FROM on the open connection; on a new one where the relay has ended the old."""
        if self._client is not None:
            with suppress(OSError):
                envelope = Envelope(self._client, self._sender, to)
                reply = envelope.next_reply()
                if reply[0] != CLOSING:
                    return self._client, envelope, reply
            self._hang_up()
            if self._is_overdue:
                raise TimeoutError
        client = self._connect()
        envelope = Envelope(client, self._sender, to)
        return client, envelope, envelope.next_reply()

    def _start_over(self, envelope: Envelope, code: int) -> None:
        """Clear the relay's table after a no, so that the next mail begins afresh."""
        if self._client is None:
            return
        with suppress(OSError):
            if code != CLOSING:
                envelope.hear_out()
                if self._client.rset()[0] == 250:
                    return
        self._hang_up()

    def _connect(self) -> SMTP:
        try:
            client = self._client = self._open()
            self._secure(client)
            if self._smtp.user is not None:
                client.login(self._smtp.user, self._smtp.password or "")
        except (OSError, UnicodeError) as error:
            raise _NotLetInError(f"cannot be used: {self._why(error)}") from error
        if self._is_overdue:
            # the cut came before there was anything to cut
            raise _NotLetInError("does not answer")
        return client

    def _open(self) -> SMTP:
        own = _own_name(self._sender)
        if self._smtp.tls == "tls":
            client: SMTP = _TlsClient(self._smtp.host, own, self._tls_context())
        else:
            client = _Client(self._smtp.host, own)
        self._client = client
        code, text = client.connect(self._smtp.host, self._smtp.port)
        if code != 220:
            raise _NotLetInError(f"does not greet: {_shown(code, text)}")
        client.ehlo_or_helo_if_needed()
        return client

    def _secure(self, client: SMTP) -> None:
        if self._smtp.tls in ("none", "tls"):
            return
        if client.has_extn("starttls"):
            client.starttls(context=self._tls_context())
            client.ehlo_or_helo_if_needed()
        elif self._smtp.tls == "starttls":
            raise _NotLetInError("offers no STARTTLS, which the settings demand")
        elif self._smtp.user is not None and self._smtp.host not in LOCAL_HOSTS:
            raise _NotLetInError(
                "offers no STARTTLS, and a password does not travel in clear "
                "unless the settings say starttls=no"
            )

    def _tls_context(self) -> ssl.SSLContext:
        """Certificates are verified, but for a relay on this machine: it has no name to prove."""
        context = ssl.create_default_context()
        if self._smtp.host in LOCAL_HOSTS:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        """End whatever goes on after so many seconds, by cutting the connection.

        A socket's own timeout begins anew with each byte: a relay that drips would hold us for
        ever.
        """
        self._is_overdue = False
        self._watchdog.appoint(seconds)
        try:
            yield
        finally:
            self._watchdog.call_off()

    def _cut(self) -> None:
        self._is_overdue = True
        connection = self._client.sock if self._client is not None else None
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    def _why(self, error: BaseException) -> str:
        if self._is_overdue or isinstance(error, TimeoutError):
            return "does not answer"
        if isinstance(error, SMTPServerDisconnected):
            return "ended the connection"
        code, text = getattr(error, "smtp_code", None), getattr(error, "smtp_error", b"")
        return _shown(code, _bytes(text)) if code is not None else str(error)


def _own_name(sender: str) -> str:
    """What we call ourselves in EHLO; asking the resolver for it can take half a minute."""
    name = gethostname()
    return name if "." in name else sender.partition("@")[2]


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _shown(code: int, text: bytes) -> str:
    return f"{code} {text.decode('utf-8', 'replace')}"
