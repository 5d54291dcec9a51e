"""The network's edge: in the tests nothing is reached beyond this machine.

What libraries in C open by themselves (libpq, Chromium) is not seen here: the database is reached
by a Unix socket, and the browser is started without names to resolve.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

LOCAL_NAMES = frozenset({"", "localhost"})


class OutsideNetworkError(RuntimeError):
    """A test tried to leave this machine."""


def is_local(host: object) -> bool:
    """Whether a host, name or address, is this machine's loopback."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def outside_attempts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Refuse sockets beyond loopback; a refusal that the code swallowed fails the test too.

    Gives the hosts asked for so far, for the test that means to ask.
    """
    attempts: list[str] = []

    def refuse_outside(host: object) -> None:
        if not is_local(host):
            attempts.append(str(host))
            raise OutsideNetworkError(f"tests stay on this machine, and this one asks for {host}")

    _guard_sockets(monkeypatch, refuse_outside)
    _guard_names(monkeypatch, refuse_outside)
    yield attempts
    if attempts:
        pytest.fail(f"beyond this machine: {', '.join(attempts)}")


def _guard_sockets(monkeypatch: pytest.MonkeyPatch, refuse_outside: Any) -> None:
    for method in ("connect", "connect_ex", "sendto"):
        original = getattr(socket.socket, method)

        def guarded(self: socket.socket, *given: Any, _original: Any = original) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                refuse_outside(given[-1][0])
            return _original(self, *given)

        monkeypatch.setattr(socket.socket, method, guarded)


def _guard_names(monkeypatch: pytest.MonkeyPatch, refuse_outside: Any) -> None:
    original = socket.getaddrinfo

    def guarded(host: Any, *given: Any, **named: Any) -> Any:
        refuse_outside(host)
        return original(host, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", guarded)
