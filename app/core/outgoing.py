"""Requests that leave this machine: to the hosts a setting names, and to no other."""

from __future__ import annotations

import functools
import ssl
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

import httpx

# as long as a person waits for a page; an answer larger than this is none of ours
TIMEOUT = 5.0
LARGEST_ANSWER = 2 * 1024 * 1024


class ForbiddenHostError(httpx.RequestError):
    """A request to a host that no setting names."""


class TooLargeError(httpx.RequestError):
    """An answer past LARGEST_ANSWER."""


def client_for(
    addresses: Iterable[str], *, proxy: str | None = None, timeout: float = TIMEOUT
) -> httpx.Client:
    """A client that speaks to the hosts of these addresses alone, by the proxy where one is set.

    Follows no redirect by itself and reads nothing of the environment. Each way that a request
    fails raises a httpx.HTTPError; a host not on the list raises ForbiddenHostError unasked.
    """
    allowed = frozenset(_host(address) for address in addresses)
    return httpx.Client(
        transport=_Guarded(httpx.HTTPTransport(verify=_trusted(), proxy=proxy), allowed, timeout),
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
        # packed, a small answer may hold a large one
        headers={"User-Agent": "Maillage", "Accept-Encoding": "identity"},
    )


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed: read once, since reading takes longer than a request."""
    return httpx.create_ssl_context()


class _Guarded(httpx.BaseTransport):
    def __init__(
        self, inner: httpx.BaseTransport, allowed: frozenset[tuple[str, int]], timeout: float
    ) -> None:
        self._inner = inner
        self._allowed = allowed
        self._timeout = timeout

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if _host(str(request.url)) not in self._allowed:
            raise ForbiddenHostError(f"{request.url.host} is not on the list", request=request)
        deadline = time.monotonic() + self._timeout
        response = self._inner.handle_request(request)
        try:
            body = _whole(response, request, deadline)
        finally:
            response.close()
        return httpx.Response(
            response.status_code, headers=response.headers, content=body, request=request
        )

    def close(self) -> None:
        self._inner.close()


def _whole(response: httpx.Response, request: httpx.Request, deadline: float) -> bytes:
    """The answer's bytes, unless they are packed, too many, or come drop by drop."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise httpx.DecodingError("the answer came packed, unasked", request=request)
    assert isinstance(response.stream, httpx.SyncByteStream)  # no asynchronous client here
    body = bytearray()
    for chunk in response.stream:
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise TooLargeError("the answer is too large", request=request)
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("the answer takes too long", request=request)
    return bytes(body)


def _host(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    return (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)
