"""Worker processes, told what to do line by line and killed."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.parts.relay import Received

PROJECT = Path(__file__).resolve().parents[2]


class Nursery:
    """The process that has the workers as its children; it ends with the tests."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [
                *("setpriv", "--pdeathsig", "KILL", "--"),
                *(sys.executable, "-m", "tests.outbox.worker"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
        )

    def child(self, hears: Path, answers: Path, options: tuple[str, ...]) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        line = json.dumps([str(hears), str(answers), *options])
        print(line, file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


@functools.cache
def nursery() -> Nursery:
    """One for all tests of this process."""
    return Nursery()


class Worker:
    """A worker process at the other end of two pipes."""

    def __init__(self, database_url: str, relay_url: str, *options: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="worker-")
        hears, answers = (Path(self._folder.name) / name for name in ("hears", "answers"))
        for pipe in (hears, answers):
            os.mkfifo(pipe)
        given = ("--database", database_url, "--relay", relay_url, *options)
        self._pid = nursery().child(hears, answers, given)
        self._hears = hears.open("w")
        self._answers = answers.open()

    def tell(self, line: str) -> None:
        print(line, file=self._hears, flush=True)

    def answer(self) -> Any:
        return json.loads(self._answers.readline())

    def kill(self) -> None:
        """Dead when this returns: its end of the pipe is closed by nothing else."""
        if not self._hears.closed:
            os.kill(self._pid, signal.SIGKILL)
            self._answers.read()
            for pipe in (self._hears, self._answers):
                pipe.close()
            self._folder.cleanup()


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
