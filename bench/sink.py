"""An SMTP relay in a process of its own that takes every mail and keeps none."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator

from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    def __init__(self, seconds: float, *, pipelining: bool) -> None:
        self._seconds, self._pipelining = seconds, pipelining

    async def handle_EHLO(  # noqa: N802  aiosmtpd calls it so
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, replies: list[str]
    ) -> list[str]:
        session.host_name = name
        # aiosmtpd reads line by line, so that commands may well follow each other at once
        return [replies[0], "250-PIPELINING", *replies[1:]] if self._pipelining else replies

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it so
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        await asyncio.sleep(self._seconds)
        return "250 OK"


@contextlib.contextmanager
def running_sink(seconds: float = 0, *, pipelining: bool = False) -> Iterator[int]:
    """Its port; it takes so long to say yes to a mail, and may offer PIPELINING (RFC 2920)."""
    manners = [str(seconds), *(["pipelining"] if pipelining else [])]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink", *manners], stdout=subprocess.PIPE, text=True
    )
    try:
        with process.stdout or contextlib.nullcontext() as output:
            yield int(output.readline() if output else 0)
    finally:
        process.terminate()
        process.wait(10)


async def _serve(sink: Sink) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="sink.example.org"), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await stopping.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(Sink(float(sys.argv[1]), pipelining="pipelining" in sys.argv[2:])))
