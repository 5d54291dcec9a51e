"""Whole gunicorn processes on free local ports, ended by their own ids."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

WORKER = ("--worker-class", "gthread", "--workers", "1", "--threads", "8")
SECONDS_TO_START = 30
SECONDS_TO_STOP = 5


@dataclass(frozen=True)
class Server:
    """A gunicorn that answers on this port, with one worker below it."""

    port: int
    pid: int

    def processor_seconds(self) -> float:
        """What its worker has computed so far; zero where the system does not tell (not Linux)."""
        try:
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            spent = [Path(f"/proc/{child}/stat").read_text() for child in children]
        except OSError:
            return 0.0
        # after the name in brackets: user and system time are the 12th and 13th fields
        ticks = [one.rpartition(")")[2].split()[11:13] for one in spent]
        return sum(int(tick) for pair in ticks for tick in pair) / os.sysconf("SC_CLK_TCK")


class ServerError(RuntimeError):
    """A server did not come up, or answered something else than the page that was asked."""


@contextlib.contextmanager
def served(application: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """This application, served while the block runs."""
    port = _free_port()
    command = (sys.executable, "-m", "gunicorn", *WORKER, "--no-control-socket")
    process = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "--log-level", "warning", application],
        env=dict(environment),
    )
    try:
        _wait_until_open(process, port)
        yield Server(port, process.pid)
    finally:
        _end(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_open(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerError(f"gunicorn stopped with exit code {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise ServerError(f"gunicorn did not open port {port} in {SECONDS_TO_START} seconds")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def environment_for(**settings: str) -> dict[str, str]:
    """This process's environment without any setting of an installation, plus these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAILLAGE_")}
    return kept | settings
