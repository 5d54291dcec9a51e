"""Asks both servers in turn over kept-alive connections, and compares medians."""

from __future__ import annotations

import http.client
import math
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.servers import Server, ServerError

WARM_UP = 40
# the first answer waits until the worker has imported the application
SECONDS_TO_ANSWER = 30


@dataclass(frozen=True)
class Ask:
    """One kind of request to one server; `forms` are posted in turn, none means GET."""

    server: Server
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    forms: tuple[Mapping[str, str], ...] = ()

    def bodies(self) -> list[bytes | None]:
        return [urlencode(form).encode() for form in self.forms] or [None]


@dataclass(frozen=True)
class Answered:
    """What one round took: the median seconds of a request, the server's work, the largest body."""

    seconds: float
    processor_seconds: float
    size: int


@dataclass(frozen=True)
class Comparison:
    """Medians over all rounds; `ratio` is the median of the rounds' own ratios.

    `processor_ratio` compares what the two servers computed altogether: a busy machine makes a
    long request wait more often than a short one, and this tells how much of a ratio is waiting.
    """

    ratio: float
    processor_ratio: float
    lowest: float
    highest: float
    milliseconds: float
    bare_milliseconds: float
    size: int


def compare(ours: Ask, bare: Ask, *, rounds: int, requests: int) -> Comparison:
    """Rounds of both, the other one first every second time, after a warm-up of each."""
    for ask in (ours, bare):
        _round(ask, WARM_UP)
    pairs = [_pair(ours, bare, requests, swapped=bool(number % 2)) for number in range(rounds)]
    ratios = [one.seconds / other.seconds for one, other in pairs]
    quarters = statistics.quantiles(ratios, n=4)
    return Comparison(
        ratio=statistics.median(ratios),
        processor_ratio=_processor_ratio(pairs),
        lowest=quarters[0],
        highest=quarters[2],
        milliseconds=1000 * statistics.median(one.seconds for one, _ in pairs),
        bare_milliseconds=1000 * statistics.median(other.seconds for _, other in pairs),
        size=max(one.size for one, _ in pairs),
    )


def _processor_ratio(pairs: list[tuple[Answered, Answered]]) -> float:
    ours = sum(one.processor_seconds for one, _ in pairs)
    bare = sum(other.processor_seconds for _, other in pairs)
    return ours / bare if bare else math.nan


def _pair(ours: Ask, bare: Ask, requests: int, *, swapped: bool) -> tuple[Answered, Answered]:
    if swapped:
        second = _round(bare, requests)
        return _round(ours, requests), second
    return _round(ours, requests), _round(bare, requests)


def _round(ask: Ask, requests: int) -> Answered:
    """The same request again and again on one connection."""
    worked = ask.server.processor_seconds()
    connection = http.client.HTTPConnection("127.0.0.1", ask.server.port, timeout=SECONDS_TO_ANSWER)
    try:
        send = _sender(connection, ask)
        timed = [send(number) for number in range(requests)]
    finally:
        connection.close()
    # a gunicorn worker greets a new connection in another thread than the following requests
    kept = timed[1:]
    return Answered(
        seconds=statistics.median(seconds for seconds, _ in kept),
        processor_seconds=ask.server.processor_seconds() - worked,
        size=max(size for _, size in kept),
    )


def _sender(connection: http.client.HTTPConnection, ask: Ask) -> Callable[[int], tuple[float, int]]:
    """One request by its number: its seconds and the bytes of its body."""
    bodies = ask.bodies()
    method = "POST" if ask.forms else "GET"

    def send(number: int) -> tuple[float, int]:
        began = time.perf_counter()
        connection.request(method, ask.path, bodies[number % len(bodies)], dict(ask.headers))
        answer = connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        if answer.status != 200:
            raise ServerError(f"{method} {ask.path} answered {answer.status}: {body[:200]!r}")
        return took, len(body)

    return send
