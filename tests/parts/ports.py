"""Ports of the loopback that are ours from the moment we know them: nobody else takes them."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

LOOPBACK = "127.0.0.1"


@contextlib.contextmanager
def own_port() -> Iterator[tuple[int, socket.socket]]:
    """A port, and the socket that listens there already, for whoever serves later."""
    with socket.create_server((LOOPBACK, 0)) as listening:
        yield listening.getsockname()[1], listening


@contextlib.contextmanager
def deaf_port() -> Iterator[int]:
    """A port that refuses whoever calls, as long as the block lasts."""
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        yield taken.getsockname()[1]
