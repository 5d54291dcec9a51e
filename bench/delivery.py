"""`make mailbench`: mails a second beside a bare smtplib loop to the same sink.

Both hand over the same bytes on one connection. Ours claims, asks each mail whether it is true,
writes it from its template, keeps its bytes, and marks it, with two commits a mail. PIPELINING is
what many relays offer; smtplib, and so the bare loop, makes no use of it.
"""

from __future__ import annotations

import argparse
import smtplib
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session, sessionmaker

from app.core import clock
from app.core.database import Base, new_public_id, prepare_engine
from app.outbox import registry
from app.outbox.jobs import deliver_due, new_holder
from app.outbox.message import Letter
from app.outbox.models import Lease, Mail, MailPace
from app.outbox.rendering import written
from app.outbox.smtp import SmtpTransport
from bench.sink import running_sink
from config import Smtp

SENDER = "maillage@example.org"
TO = "camille@example.org"
MAILS, ROUNDS = 200, 7
MOST_GROWTH_MB = 8.0
READY, TEMPLATE = "ready", "template"
TABLES = (Mail, Lease, MailPace)


@dataclass(frozen=True)
class Line:
    """One comparison: the sink's seconds a mail, and the least ratio that is wanted."""

    name: str
    kind: str
    seconds: float
    least: float | None = None
    pipelining: bool = False


LINES = (
    Line("a sink that takes all at once, letters ready", READY, 0),
    Line("the same, letters written from a template", TEMPLATE, 0),
    Line("the same, with PIPELINING", TEMPLATE, 0, pipelining=True),
    Line("a sink that takes 20 ms a mail, from a template", TEMPLATE, 0.02, 0.8),
    Line("the same, with PIPELINING", TEMPLATE, 0.02, 0.8, pipelining=True),
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make mailbench", description=__doc__)
    parser.add_argument("--no-bounds", action="store_true", help="only print")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--mails", type=int, default=MAILS, help="mails of a round")
    asked = parser.parse_args(arguments)
    sample = _letter()
    registry.register(registry.MailKind(READY, lambda *_: sample))
    registry.register(registry.MailKind(TEMPLATE, lambda *_: _letter()))
    print(f"{'':48}{'ratio':>6}{'bound':>7}{'mails/s':>9}{'bare':>7}{'growth MB':>11}")
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        make_session = _database(Path(folder) / "bench.sqlite3")
        within = [_report(line, make_session, asked.rounds, asked.mails) for line in LINES]
    return 0 if asked.no_bounds or all(within) else 1


def _letter() -> Letter:
    now = clock.now()
    return written(
        "sign_in_link",
        name="Camille Fictive",
        url="https://val.example/lien/" + "x" * 40,
        until=now + timedelta(minutes=15),
        zone="Europe/Paris",
    )


def _database(file: Path) -> sessionmaker[Session]:
    engine = create_engine(f"sqlite:///{file}")
    prepare_engine(engine)
    Base.metadata.create_all(engine, tables=[one.__table__ for one in TABLES])
    return sessionmaker(engine)


def _sample_bytes(make_session: sessionmaker[Session], port: int) -> bytes:
    """The bytes that ours hand over, seen on the way of one mail."""
    seen: list[bytes] = []

    class Watching(SmtpTransport):
        def send(self, mail, seconds):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            seen.append(mail.content)
            return super().send(mail, seconds)

    _enqueue(make_session, READY, 1)
    _deliver(make_session, Watching(Smtp("127.0.0.1", port), SENDER))
    return seen[0]


def _enqueue(make_session: sessionmaker[Session], kind: str, count: int) -> None:
    now = clock.now()
    with make_session.begin() as session:
        session.execute(insert(Mail), [_row(kind, now) for _ in range(count)])


def _row(kind: str, now: datetime) -> dict[str, object]:
    public_id = new_public_id()
    return {
        "public_id": public_id,
        "key": f"bench:{public_id}",
        "kind": kind,
        # each to somebody else, as a day's mails are
        "to": f"{public_id}@example.org",
        "refs": {},
        "subject": "",
        "not_before": now,
        "created_at": now,
    }


def _deliver(make_session: sessionmaker[Session], transport: SmtpTransport) -> int:
    report = deliver_due(
        make_session,
        transport,
        sender=SENDER,
        holder=new_holder(),
        now=clock.now,
        stopping=Event(),
    )
    return report.sent


def _ours(make_session: sessionmaker[Session], port: int, kind: str, count: int) -> float:
    """Mails a second."""
    _enqueue(make_session, kind, count)
    began = time.perf_counter()
    sent = _deliver(make_session, SmtpTransport(Smtp("127.0.0.1", port), SENDER))
    took = time.perf_counter() - began
    if sent != count:
        raise RuntimeError(f"{sent} of {count} mails left")
    return count / took


def _bare(port: int, content: bytes, count: int) -> float:
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, local_hostname="example.org") as client:
        for _ in range(count):
            client.sendmail(SENDER, [TO], content)
    return count / (time.perf_counter() - began)


def _report(line: Line, make_session: sessionmaker[Session], rounds: int, count: int) -> bool:
    """Print one line; True when it is within its bounds."""
    with running_sink(line.seconds, pipelining=line.pipelining) as port:
        content = _sample_bytes(make_session, port)
        # a first round of each warms what either keeps
        _pair(line, make_session, port, content, count)
        before = _resident_mb()
        pairs = [_pair(line, make_session, port, content, count) for _ in range(rounds)]
        growth = _resident_mb() - before
    ratio = statistics.median(ours / bare for ours, bare in pairs)
    within = ratio >= (line.least or 0) and growth <= MOST_GROWTH_MB
    print(
        f"{line.name:48}{ratio:6.2f}{line.least or '–':>7}"
        f"{statistics.median(ours for ours, _ in pairs):9.0f}"
        f"{statistics.median(bare for _, bare in pairs):7.0f}{growth:11.1f}"
        f"{'' if within else '  out of bounds'}",
        flush=True,
    )
    return within


def _pair(
    line: Line, make_session: sessionmaker[Session], port: int, content: bytes, count: int
) -> tuple[float, float]:
    return _ours(make_session, port, line.kind, count), _bare(port, content, count)


def _resident_mb() -> float:
    """What this process holds; zero where the system does not tell (not Linux)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 1024**2


if __name__ == "__main__":
    sys.exit(main())
