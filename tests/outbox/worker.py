"""A process that writes and delivers as it is told line by line, run in numbers and killed.

`write N` writes N mails, whose keys every worker shares, and answers how many were new.
`deliver INSTANT` makes one run as if it were that instant, and answers its report.
With `--halt WHERE --at N` it stands still at that place of its Nth mail, says "halted" and waits
for its end.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import NoReturn
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from app.outbox import registry
from app.outbox.answers import Answer, Outgoing
from app.outbox.jobs import deliver_due, new_holder
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.outbox.smtp import SmtpTransport
from config import Smtp
from tests.outbox.posting import NOTE, SENDER, note, register_kinds, sessions, write

BEGINNING = datetime(2026, 4, 7, 5, 0, tzinfo=UTC)
WHILE_RENEWING = "while-renewing"
BEFORE_THE_RELAY = "before-the-relay"
AFTER_THE_YES = "after-the-yes"


class Halt:
    """Stands still at one place of the Nth mail."""

    def __init__(self, where: str | None, at: int) -> None:
        self._where, self._left = where, at

    def here(self, where: str) -> None:
        if where == self._where:
            self._left -= 1
            if self._left == 0:
                _stand_still()


class HaltingTransport(SmtpTransport):
    """The real transport, with places to stand still before and after."""

    def __init__(self, smtp: Smtp, halt: Halt) -> None:
        super().__init__(smtp, SENDER)
        self._halt = halt

    def send(self, mail: Outgoing, seconds: float) -> Answer:
        self._halt.here(BEFORE_THE_RELAY)
        answer = super().send(mail, seconds)
        self._halt.here(AFTER_THE_YES)
        return answer


def _stand_still() -> NoReturn:
    _say("halted")
    while True:
        signal.pause()


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201  this is how it answers


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--relay", required=True)
    parser.add_argument("--halt")
    parser.add_argument("--at", type=int, default=1)
    parser.add_argument("--per-minute", type=int)
    options = parser.parse_args()
    halt = Halt(options.halt, options.at)

    def renew(session: Session, mail: Mail, now: datetime) -> Letter | Skip:
        halt.here(WHILE_RENEWING)
        return note(session, mail, now)

    register_kinds()
    registry.register(registry.MailKind(NOTE, renew))
    make_session = sessions(options.database)
    relay = urlsplit(options.relay)
    for line in sys.stdin:
        verb, argument = line.split()
        if verb == "write":
            wanted = range(int(argument))
            _say(sum(write(make_session, f"relance:{number}", BEGINNING) for number in wanted))
            continue
        instant = datetime.fromisoformat(argument)
        report = deliver_due(
            make_session,
            HaltingTransport(Smtp(str(relay.hostname), relay.port or 25), halt),
            sender=SENDER,
            holder=new_holder(),
            now=lambda instant=instant: instant,  # type: ignore[misc]
            batch=7,
            per_minute=options.per_minute,
        )
        _say(asdict(report))


if __name__ == "__main__":
    main()
