"""How long things may take, and how long a mail waits after each no. Pure."""

from __future__ import annotations

import zlib
from datetime import timedelta

# A relay that greylists wants to see a mail again after five minutes, not before. Doubling from
# there, nine waits come to about two days.
MAX_ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=5)
JITTER = 0.25
# How long a mail waits that a mailbox gave back for now: a full one is empty again one day.
AFTER_RETURN = (timedelta(hours=6), timedelta(days=1), timedelta(days=3))

# One mail's whole conversation with the relay ends before its lease does, with room for a slow
# commit and for clocks that differ: two workers never hold the same mail at the relay.
DEADLINE = timedelta(seconds=120)
LEASE = timedelta(seconds=300)
# A killed worker leaves at most this many mails to wait for the end of their lease.
BATCH = 50


def wait_after(attempts: int, seed: int) -> timedelta:
    """The wait after so many attempts (from 1): doubling, and up to 25 % more by its id.

    Mails put off together do not come back together, and the same mail waits the same time
    wherever it is asked.
    """
    spread = zlib.crc32(f"{seed}:{attempts}".encode()) / 0xFFFFFFFF
    doubled: int = 2 ** (attempts - 1)
    return FIRST_WAIT * doubled * (1 + JITTER * spread)
