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
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it so
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        await asyncio.sleep(self._seconds)
        return "250 OK"


@contextlib.contextmanager
def running_sink(seconds: float = 0) -> Iterator[int]:
    """Its port; it takes so long to say yes to a mail."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink", str(seconds)], stdout=subprocess.PIPE, text=True
    )
    try:
        with process.stdout or contextlib.nullcontext() as output:
            yield int(output.readline() if output else 0)
    finally:
        process.terminate()
        process.wait(10)


async def _serve(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    server = await loop.create_server(
        lambda: SMTP(Sink(seconds), hostname="sink.example.org"), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await stopping.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
