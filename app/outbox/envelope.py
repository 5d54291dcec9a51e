"""What is said to a relay before a mail: MAIL FROM, RCPT TO and DATA.

One after the other, or all at once where the relay lets commands follow each other (PIPELINING,
RFC 2920): a distant relay is waited for twice a mail then, and not four times.
"""

from __future__ import annotations

from smtplib import SMTP

GO_AHEAD = 354
Reply = tuple[int, bytes]


class Envelope:
    """The three commands of one mail; each reply is read by `next_reply`, in their order."""

    def __init__(self, client: SMTP, sender: str, to: str) -> None:
        self._client = client
        self._unsaid = [("mail", f"FROM:<{sender}>"), ("rcpt", f"TO:<{to}>"), ("data", "")]
        self._unheard = 0

    def next_reply(self) -> Reply:
        """Say the next command unless it is said already, and hear what the relay answers."""
        if not self._unheard:
            self._say(len(self._unsaid) if self._client.has_extn("pipelining") else 1)
        self._unheard -= 1
        return self._client.getreply()

    def hear_out(self) -> None:
        """After a no: hear the replies to what was said along with the command it answers.

        A relay that says « go ahead » all the same, with nobody to send to, gets an empty mail
        (RFC 2920, 3.1), which it refuses.
        """
        code = 0
        while self._unheard:
            code, _ = self.next_reply()
        if code == GO_AHEAD:
            self._client.send(".\r\n")
            self._client.getreply()

    def _say(self, count: int) -> None:
        said, self._unsaid = self._unsaid[:count], self._unsaid[count:]
        self._unheard = count
        if count == 1:
            self._client.putcmd(*said[0])
        else:
            self._client.send(
                "".join(f"{command} {what}".rstrip() + "\r\n" for command, what in said)
            )


def dotted(content: bytes) -> bytes:
    """The mail as it is sent after DATA, to its end (RFC 5321, 4.5.2). Its lines end with CRLF."""
    lead = b"." if content.startswith(b".") else b""
    ending = b"" if content.endswith(b"\r\n") else b"\r\n"
    return lead + content.replace(b"\n.", b"\n..") + ending + b".\r\n"
