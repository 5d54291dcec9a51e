"""A day's run with the delivery of its mails, beside a script of one query and one connection.

Part of `make relancebench`. The script reads the same steps and sends as many mails of the same
bytes to the same sink; it decides nothing, keeps nothing, and would send all again tomorrow.
"""

from __future__ import annotations

import argparse
import secrets
import smtplib
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, create_engine, delete, func, select
from sqlalchemy.orm import Session, sessionmaker

from app.accounts.models import Grant, Membership, Organisation, Person
from app.core.database import Base, prepare_engine
from app.factory import create_app
from app.outbox.answers import Answer, Outgoing
from app.outbox.jobs import deliver_due, new_holder
from app.outbox.models import Mail
from app.outbox.smtp import SmtpTransport
from app.plans.kinds import OPEN_STATUSES
from app.plans.models import Step
from app.reminders.kinds import RelanceState
from app.reminders.models import Relance
from app.reminders.services.running import run
from bench.relance_world import NOW, TODAY, Size, build
from bench.sink import running_sink
from config import Smtp, load

SIZE = Size(5_000, 1_000, 100, 1)
OVERDUE = date(2026, 4, 3)
SENDER = "maillage@example.org"
ROUNDS = 5


@dataclass(frozen=True)
class Line:
    """A sink: the seconds that it takes for a mail, and whether it lets commands follow at once."""

    name: str
    seconds: float
    pipelining: bool


LINES = (
    Line("takes all at once", 0, pipelining=False),
    Line("the same, with PIPELINING", 0, pipelining=True),
    Line("takes 20 ms a mail, with PIPELINING", 0.02, pipelining=True),
)


@dataclass(frozen=True)
class Took:
    """Seconds by the clock and of this process's own work; of the first, those of the run alone."""

    seconds: float
    work: float
    deciding: float = 0


@dataclass
class Watched(SmtpTransport):
    """Remembers what it hands over."""

    smtp: Smtp
    seen: list[Outgoing] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.smtp, SENDER)

    def send(self, mail: Outgoing, seconds: float) -> Answer:
        self.seen.append(mail)
        return super().send(mail, seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make relancebench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args(arguments)
    print(
        f"{'sink':36}{'ratio':>7}{'ours s':>9}{'of it run':>11}{'work s':>8}"
        f"{'bare s':>8}{'work s':>8}{'KB a mail':>11}"
    )
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        engine = _engine(Path(folder))
        for line in LINES:
            _report(line, engine, asked.rounds)
        engine.dispose()
    return 0


def _engine(folder: Path) -> Engine:
    """A database with its world; the application is there for what mails say."""
    settings = {
        "MAILLAGE_DATA_DIR": str(folder),
        "MAILLAGE_SECRET_KEY": secrets.token_hex(),
        "MAILLAGE_SCHEDULER": "off",
        "MAILLAGE_BASE_URL": "https://maillage.example.org",
    }
    create_app(load(settings))
    engine = create_engine(f"sqlite:///{folder / 'bench.sqlite3'}")
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    build(engine, SIZE, OVERDUE)
    return engine


def _report(line: Line, engine: Engine, rounds: int) -> None:
    with running_sink(line.seconds, pipelining=line.pipelining) as port:
        smtp = Smtp("127.0.0.1", port)
        # the first round warms what either keeps, and shows what the other one has to send
        watched = Watched(smtp)
        _ours(engine, watched)
        _bare(engine, port, watched.seen)
        pairs = [
            (_ours(engine, SmtpTransport(smtp, SENDER)), _bare(engine, port, watched.seen))
            for _ in range(rounds)
        ]
    size = statistics.mean(len(mail.content) for mail in watched.seen) / 1024
    ratio = statistics.median(ours.seconds / bare.seconds for ours, bare in pairs)
    ours, bare = ([pair[side] for pair in pairs] for side in (0, 1))
    print(
        f"{line.name:36}{ratio:7.2f}"
        f"{_median(ours, 'seconds'):9.2f}{_median(ours, 'deciding'):11.2f}"
        f"{_median(ours, 'work'):8.2f}{_median(bare, 'seconds'):8.2f}{_median(bare, 'work'):8.2f}"
        f"{size:11.1f}",
        flush=True,
    )


def _median(taken: Sequence[Took], name: str) -> float:
    return statistics.median(getattr(one, name) for one in taken)


def _ours(engine: Engine, transport: SmtpTransport) -> Took:
    """The run and the delivery of its mails."""
    _clear(engine)
    make_session = sessionmaker(engine)
    began, worked = time.perf_counter(), time.process_time()
    written = run(make_session, now=NOW, on=TODAY)
    decided = time.perf_counter()
    report = deliver_due(
        make_session, transport, sender=SENDER, holder=new_holder(), now=lambda: NOW
    )
    took = Took(time.perf_counter() - began, time.process_time() - worked, decided - began)
    told = _told(engine)
    if (written.mails, report.sent, told) != (SIZE.people, SIZE.people, SIZE.due):
        raise RuntimeError(f"{written.mails} mails, {report.sent} sent, {told} steps told")
    return took


def _told(engine: Engine) -> int:
    with Session(engine) as session:
        told = select(func.count(Relance.id)).where(Relance.state == RelanceState.TOLD)
        return session.scalar(told) or 0


def _clear(engine: Engine) -> None:
    with Session(engine) as session:
        for model in (Relance, Grant, Mail):
            session.connection().execute(delete(model.__table__))
        session.commit()


def _bare(engine: Engine, port: int, mails: Sequence[Outgoing]) -> Took:
    """One query of the open steps with organisation and person, then one mail after the other."""
    began, worked = time.perf_counter(), time.process_time()
    with Session(engine) as session:
        rows = session.execute(
            select(Step.id, Step.due_on, Step.title, Organisation.kind, Person.id, Person.email)
            .join(Organisation, Organisation.id == Step.lead_organisation_id)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .join(Person, Person.id == Membership.person_id)
            .where(Step.status.in_(OPEN_STATUSES))
        ).all()
    due = [row for row in rows if row.due_on < TODAY]
    with smtplib.SMTP("127.0.0.1", port, local_hostname="example.org") as client:
        for mail in mails:
            client.sendmail(SENDER, [mail.to], mail.content)
    took = Took(time.perf_counter() - began, time.process_time() - worked)
    if (len(rows), len(due), len(mails)) != (SIZE.steps, SIZE.due, SIZE.people):
        raise RuntimeError(f"{len(rows)} steps, {len(due)} of them due, {len(mails)} mails")
    return took


if __name__ == "__main__":
    sys.exit(main())
