"""Worker processes, told what to do line by line and killed."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.parts.relay import Received

PROJECT = Path(__file__).resolve().parents[2]


class Worker:
    """A worker process at the other end of two pipes."""

    def __init__(self, database_url: str, relay_url: str, *options: str) -> None:
        self._process = subprocess.Popen(
            # it ends with the tests, even when they are killed
            [
                *("setpriv", "--pdeathsig", "KILL", "--"),
                *(sys.executable, "-m", "tests.outbox.worker"),
                *("--database", database_url, "--relay", relay_url, *options),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
        )

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        print(line, file=self._process.stdin, flush=True)

    def answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(timeout=10)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@contextlib.contextmanager
def workers(count: int, database_url: str, relay_url: str, *options: str) -> Iterator[list[Worker]]:
    started = [Worker(database_url, relay_url, *options) for _ in range(count)]
    try:
        yield started
    finally:
        for worker in started:
            worker.kill()


def all_answer(crew: list[Worker], line: str) -> list[Any]:
    """Tell every one before hearing any, so that they work at the same time."""
    for worker in crew:
        worker.tell(line)
    return [worker.answer() for worker in crew]


def message_id(received: Received) -> str:
    (line,) = [row for row in received.content.split(b"\r\n") if row.startswith(b"Message-ID:")]
    return line.decode().removeprefix("Message-ID: <").partition("@")[0]
