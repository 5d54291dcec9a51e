"""Processes that write and deliver as they are told line by line, run in numbers and killed.

One process has them as its children, since starting takes longer than working. What a child hears:

`write N` writes N mails to as many readers, whose keys every worker shares, and answers how many
were new.
`deliver INSTANT` makes one run as if it were that instant, and answers its report.
With `--halt WHERE --at N` it stands still the Nth time that it comes to that place, says "halted"
and waits for its end.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from smtplib import SMTP
from typing import NoReturn
from urllib.parse import urlsplit

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from app.outbox import postman, registry
from app.outbox.answers import Answer, Outgoing
from app.outbox.jobs import deliver_due, new_holder
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.outbox.schedule import DEADLINE
from app.outbox.smtp import SmtpTransport
from config import Smtp
from tests.outbox.posting import NOTE, SENDER, note, register_kinds, sessions, write

PR_SET_PDEATHSIG = 1
BEGINNING = datetime(2026, 4, 7, 5, 0, tzinfo=UTC)
BEFORE_A_COMMIT = "before-a-commit"
AFTER_A_COMMIT = "after-a-commit"
WHILE_RENEWING = "while-renewing"
BEFORE_THE_RELAY = "before-the-relay"
BEFORE_MAIL, BEFORE_RCPT, BEFORE_DATA = "before-mail", "before-rcpt", "before-data"
IN_THE_MIDDLE = "in-the-middle"
BEFORE_THE_ANSWER = "before-the-answer"
AFTER_THE_YES = "after-the-yes"


class Halt:
    """Stands still the Nth time at one place."""

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

    def _open(self) -> SMTP:
        client = super()._open()
        put, send = client.putcmd, client.send

        def slow_command(command: str, arguments: str = "") -> None:
            self._halt.here(f"before-{command.lower()}")
            put(command, arguments)

        def slow_send(given: str | bytes) -> None:
            if isinstance(given, str):
                if given.startswith("mail") and "rcpt" in given:
                    # all three at once
                    self._halt.here(BEFORE_MAIL)
                return send(given)
            # the mail itself
            send(given[: len(given) // 2])
            self._halt.here(IN_THE_MIDDLE)
            send(given[len(given) // 2 :])
            return self._halt.here(BEFORE_THE_ANSWER)

        client.putcmd, client.send = slow_command, slow_send  # type: ignore[method-assign]
        return client


def _halt_at_commits(make_session: sessionmaker[Session], halt: Halt) -> None:
    event.listen(make_session.kw["bind"], "commit", lambda _: halt.here(BEFORE_A_COMMIT))
    event.listen(make_session, "after_commit", lambda _: halt.here(AFTER_A_COMMIT))


def _stand_still() -> NoReturn:
    _say("halted")
    while True:
        signal.pause()


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201  this is how it answers


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--relay", required=True)
    parser.add_argument("--halt")
    parser.add_argument("--at", type=int, default=1)
    parser.add_argument("--per-minute", type=int)
    parser.add_argument("--head-start", type=float, default=postman.HEAD_START_SECONDS)
    parser.add_argument("--deadline", type=float, default=DEADLINE.total_seconds())
    return parser.parse_args(arguments)


def work(options: argparse.Namespace, lines: Iterable[str]) -> None:
    """Do what each line says."""
    halt = Halt(options.halt, options.at)
    postman.HEAD_START_SECONDS = options.head_start

    def renew(session: Session, mail: Mail, now: datetime) -> Letter | Skip:
        halt.here(WHILE_RENEWING)
        return note(session, mail, now)

    register_kinds()
    registry.register(registry.MailKind(NOTE, renew))
    make_session = sessions(options.database)
    _halt_at_commits(make_session, halt)
    relay = urlsplit(options.relay)
    for line in lines:
        verb, argument = line.split()
        if verb == "write":
            wanted = range(int(argument))
            _say(sum(_write_one(make_session, number) for number in wanted))
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
            deadline=timedelta(seconds=options.deadline),
        )
        _say(asdict(report))


def _write_one(make_session: sessionmaker[Session], number: int) -> bool:
    to = f"lecteur{number}@example.org"
    return write(make_session, f"relance:{number}", BEGINNING, to=to)


def main() -> None:
    """Have a child for each line: what it hears, where it answers, and its options."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        hears, answers, *arguments = json.loads(line)
        child = os.fork()
        if child:
            _say(child)
            continue
        # it ends with this process, whatever it waits for
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with open(hears) as lines, open(answers, "w") as sys.stdout:  # noqa: PTH123  pipes
            work(_options(arguments), lines)
        os._exit(0)


if __name__ == "__main__":
    main()
