"""Outgoing requests: the hosts that a setting names, within limits."""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from app.core.outgoing import LARGEST_ANSWER, ForbiddenHostError, TooLargeError, client_for
from tests.parts.relay import CERTIFICATE


class _Answers(BaseHTTPRequestHandler):
    """Each path is a way to answer."""

    def do_GET(self) -> None:
        getattr(self, self.path.strip("/").replace("http:", "").split("/")[-1])()

    def well(self) -> None:
        self._say(b"good day")

    def elsewhere(self) -> None:
        self._say(b"", status=302, location="http://192.0.2.1/")

    def large(self) -> None:
        self._say(b"x" * (LARGEST_ANSWER + 1))

    def packed(self) -> None:
        self._say(gzip.compress(b"x" * 1000), content_encoding="gzip")

    def slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        # drop by drop, each of them in time; the client hangs up long before the end
        waiting = threading.Event()
        for _ in range(1000):
            self.wfile.write(b"x")
            self.wfile.flush()
            waiting.wait(0.02)

    def _say(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        """Quiet."""

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # the client hung up, as it should


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


@pytest.fixture
def secure_server() -> Iterator[str]:
    """One whose certificate nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as httpd:
        httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def test_a_host_on_the_list_answers(server: str) -> None:
    with client_for([server]) as client:
        assert client.get(f"{server}/well").text == "good day"


def test_another_host_is_not_even_asked(server: str, outside_attempts: list[str]) -> None:
    with client_for([server]) as client, pytest.raises(ForbiddenHostError):
        client.get("https://example.org/")
    assert outside_attempts == []


def test_another_port_of_the_same_host_is_another_host(server: str) -> None:
    with client_for(["http://127.0.0.1:1"]) as client, pytest.raises(ForbiddenHostError):
        client.get(f"{server}/well")


def test_a_redirect_is_told_and_not_followed(server: str) -> None:
    with client_for([server]) as client:
        assert client.get(f"{server}/elsewhere").status_code == 302


@pytest.mark.parametrize(
    ("path", "seconds", "fault"),
    [
        ("large", 60, TooLargeError),
        ("packed", 60, httpx.DecodingError),
        ("slow", 0.3, httpx.ReadTimeout),
    ],
)
def test_an_answer_past_the_limits_is_refused(
    server: str, path: str, seconds: float, fault: type[Exception]
) -> None:
    with client_for([server], timeout=seconds) as client, pytest.raises(fault):
        client.get(f"{server}/{path}")


def test_by_a_proxy_where_one_is_set(server: str) -> None:
    """The proxy is asked for the whole address; the host's name is its to resolve."""
    with client_for(["http://directory.example.org"], proxy=server) as client:
        assert client.get("http://directory.example.org/well").text == "good day"


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_certificate_that_nobody_vouches_for_is_never_believed(
    secure_server: str, time: str
) -> None:
    with (
        client_for([secure_server]) as client,
        pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        client.get(f"{secure_server}/well")
