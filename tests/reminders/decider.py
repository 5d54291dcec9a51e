"""A process that decides one day, and stands still where it is told to, until it hears a line.

`python -m tests.reminders.decider DATABASE DAY PLACE`: PLACE is the how manyth session it stands
still before opening (2: between the reading and the first writing, 3: before the next one), 0 for
nowhere. It says "halted" there, and at the end what it wrote.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date

from sqlalchemy.orm import Session

from app.reminders.services.running import run
from tests.outbox.posting import sessions
from tests.reminders.conftest import at


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(database_url: str, day: str, place: str) -> None:
    make, opened = sessions(database_url), 0

    def open_session() -> Session:
        nonlocal opened
        opened += 1
        if opened == int(place):
            say("halted")
            sys.stdin.readline()
        return make()

    on = date.fromisoformat(day)
    say(json.dumps(asdict(run(open_session, now=at(on), on=on))))


if __name__ == "__main__":
    main(*sys.argv[1:])
