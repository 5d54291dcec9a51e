"""The real parts do what the other tests trust them to do."""

from __future__ import annotations

import smtplib
import socket
import ssl
import urllib.request
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tests.parts import routing
from tests.parts.browser import axe_violations, serving
from tests.parts.network import OutsideNetworkError
from tests.parts.ports import deaf_port, own_port
from tests.parts.postgres import (
    PostgresServer,
    find_binaries,
    running_postgres,
    wheel_binaries,
)
from tests.parts.relay import (
    CERTIFICATE,
    DROP,
    HANG,
    KEEP_AND_DROP,
    Relay,
    every_second_451,
    running_relay,
    running_relay_process,
    stored,
)
from tests.parts.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAIL = EmailMessage()
MAIL["From"] = "maillage@example.org"
MAIL["To"] = "fournil@example.org"
MAIL["Subject"] = "Étape à échéance demain"
MAIL.set_content("Bonjour,\n\nÀ demain.\n")


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return found


class TestPostgres:
    def test_a_created_database_answers_through_its_url(self, postgres: PostgresServer) -> None:
        postgres.create_database("fresh")
        assert rows(postgres.url("fresh"), "SELECT lower('ÉTÉ')") == [("été",)]

    def test_a_copied_database_holds_what_its_template_holds(
        self, postgres: PostgresServer
    ) -> None:
        postgres.create_database("original")
        with psycopg.connect(
            host=str(postgres.socket_dir), user="postgres", dbname="original"
        ) as c:
            c.execute("CREATE TABLE step AS SELECT 7 AS id")
        postgres.create_database("copied", template="original")
        assert rows(postgres.url("copied"), "SELECT id FROM step") == [(7,)]

    def test_a_dropped_database_is_gone_even_with_a_visitor_inside(
        self, postgres: PostgresServer
    ) -> None:
        postgres.create_database("doomed")
        visitor = psycopg.connect(host=str(postgres.socket_dir), user="postgres", dbname="doomed")
        postgres.drop_database("doomed")
        visitor.close()
        with pytest.raises(OperationalError, match="does not exist"):
            rows(postgres.url("doomed"), "SELECT 1")

    def test_without_a_system_installation_the_wheel_serves(self, tmp_path: Path) -> None:
        assert find_binaries(tmp_path) == wheel_binaries()
        with running_postgres(wheel_binaries()) as server:
            assert rows(server.url("postgres"), "SELECT 1") == [(1,)]
        assert not server.socket_dir.exists()

    def test_the_newest_installation_is_taken(self, tmp_path: Path) -> None:
        for version in ("9", "15", "14"):
            (tmp_path / version / "bin").mkdir(parents=True)
            (tmp_path / version / "bin" / "initdb").touch()
        assert find_binaries(tmp_path) == tmp_path / "15" / "bin"


class TestRelay:
    def test_a_mail_arrives_byte_for_byte(self, relay: Relay) -> None:
        send(relay)
        (received,) = relay.received
        assert (received.mail_from, received.rcpt_to) == (MAIL["From"], (MAIL["To"],))
        assert received.content == MAIL.as_bytes().replace(b"\n", b"\r\n")

    def test_a_451_puts_off_and_the_next_try_passes(self) -> None:
        with running_relay(answer=every_second_451) as relay:
            send(relay)
            with pytest.raises(smtplib.SMTPDataError, match="451"):
                send(relay)
            send(relay)
        assert (relay.attempts, len(relay.received)) == (3, 2)

    def test_a_refused_address_gets_550(self) -> None:
        with (
            running_relay(Relay(refused=[MAIL["To"]])) as relay,
            pytest.raises(smtplib.SMTPRecipientsRefused, match="550"),
        ):
            send(relay)
        assert relay.received == []

    @pytest.mark.parametrize(("answer", "kept"), [(DROP, 0), (KEEP_AND_DROP, 1)])
    def test_a_dropped_connection_leaves_the_client_in_doubt(self, answer: str, kept: int) -> None:
        with (
            running_relay(answer=lambda _envelope, _nth: answer) as relay,
            pytest.raises(smtplib.SMTPServerDisconnected),
        ):
            send(relay)
        assert len(relay.received) == kept

    def test_a_hanging_relay_never_answers_and_still_stops(self) -> None:
        with (
            running_relay(answer=lambda _envelope, _nth: HANG) as relay,
            pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"),
        ):
            send(relay, timeout=0.2)
        assert (relay.attempts, relay.received) == (1, [])

    def test_starttls_and_a_login_are_demanded(self) -> None:
        demanding = Relay(tls="starttls", credentials=("maillage", "secret"))
        with running_relay(demanding), smtplib.SMTP("localhost", demanding.port) as client:
            with pytest.raises(smtplib.SMTPSenderRefused, match="530"):
                client.send_message(MAIL)
            client.starttls(context=ssl.create_default_context(cafile=CERTIFICATE))
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("maillage", "wrong")
            client.login("maillage", "secret")
            client.send_message(MAIL)
        assert len(demanding.received) == 1

    def test_tls_from_the_first_byte(self) -> None:
        context = ssl.create_default_context(cafile=CERTIFICATE)
        with (
            running_relay(Relay(tls="tls")) as relay,
            smtplib.SMTP_SSL("localhost", relay.port, context=context) as client,
        ):
            client.send_message(MAIL)
        assert len(relay.received) == 1

    def test_a_relay_in_its_own_process_stores_what_it_accepts(self, tmp_path: Path) -> None:
        with running_relay_process(tmp_path, "451-every-second") as url:
            port = int(url.rpartition(":")[2])
            with smtplib.SMTP("127.0.0.1", port) as client:
                client.send_message(MAIL)
                with pytest.raises(smtplib.SMTPDataError, match="451"):
                    client.send_message(MAIL)
                client.send_message(MAIL)
        assert [mail.rcpt_to for mail in stored(tmp_path)] == [(MAIL["To"],)] * 2


def send(relay: Relay, timeout: float = 10) -> None:
    with smtplib.SMTP(relay.host, relay.port, timeout=timeout) as client:
        client.send_message(MAIL)


def page_with(body: str, policy: str = "default-src 'self'; img-src data:") -> WSGIApplication:
    """An application of one page under a strict content security policy."""
    head = '<!doctype html><html lang="fr"><head><title>Essai</title></head>'
    document = f"{head}<body>{body}</body></html>"

    def answer(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", policy),
        ]
        start_response("200 OK", headers)
        return [document.encode()]

    return answer


class TestBrowser:
    def test_a_sound_page_has_no_finding(self, page: Page) -> None:
        with serving(page_with("<main><h1>Étapes à venir</h1></main>")) as url:
            page.goto(url)
            assert page.inner_text("h1") == "Étapes à venir"
            assert axe_violations(page) == []

    def test_axe_finds_a_planted_fault(self, page: Page) -> None:
        with serving(page_with('<main><h1>Étape</h1><img id="logo" src="data:,"></main>')) as url:
            page.goto(url)
            (finding,) = axe_violations(page)
        assert finding.startswith("image-alt: #logo: ")

    def test_an_application_may_know_its_port_beforehand(self) -> None:
        with (
            own_port() as (port, listening),
            serving(page_with("<h1>Accueil</h1>"), listening) as url,
        ):
            assert url == f"http://127.0.0.1:{port}"
            with urllib.request.urlopen(url) as answer:
                assert b"<h1>Accueil</h1>" in answer.read()

    def test_a_name_beyond_this_machine_does_not_resolve(self, browser: Browser) -> None:
        context = browser.new_context()
        page = context.new_page()
        with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
            page.goto("http://maillage.example.org/")
        context.close()


def call_connect_ex(address: tuple[str, int]) -> int:
    with socket.socket() as unconnected:
        return unconnected.connect_ex(address)


class TestPorts:
    def test_one_of_our_own_is_not_given_to_anybody_else(self) -> None:
        with own_port() as (port, _listening), pytest.raises(OSError, match="in use"):
            socket.create_server(("127.0.0.1", port))

    def test_a_deaf_one_refuses_and_is_not_given_to_anybody_else(self) -> None:
        with deaf_port() as port:
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))
            with pytest.raises(OSError, match="in use"):
                socket.create_server(("127.0.0.1", port))


class TestWaiting:
    def test_it_ends_when_the_condition_holds(self) -> None:
        answers = iter([False, False, True])
        wait_until(lambda: next(answers), "the third answer")
        assert list(answers) == []

    def test_it_says_what_it_waited_for_in_vain(self) -> None:
        with pytest.raises(TimeoutError, match=r"waited 0\.02 s in vain for the relay"):
            wait_until(lambda: False, "the relay", seconds=0.02)


class TestNetwork:
    @pytest.mark.parametrize("ask", [socket.create_connection, call_connect_ex])
    def test_a_host_beyond_this_machine_is_refused(
        self, ask: Callable[[tuple[str, int]], object], outside_attempts: list[str]
    ) -> None:
        with pytest.raises(OutsideNetworkError, match=r"192\.0\.2\.1"):
            ask(("192.0.2.1", 25))
        assert outside_attempts == ["192.0.2.1"]
        outside_attempts.clear()

    def test_a_refusal_that_the_code_swallows_fails_the_test(
        self, pytester: pytest.Pytester
    ) -> None:
        pytester.makepyfile("""
            import contextlib
            import socket

            def test_careless():
                with contextlib.suppress(Exception):
                    socket.getaddrinfo("maillage.example.org", 80)
        """)
        outcome = pytester.runpytest_inprocess("-p", "tests.parts.network")
        outcome.assert_outcomes(passed=1, errors=1)
        outcome.stdout.fnmatch_lines(["*beyond this machine: maillage.example.org"])

    def test_this_machine_may_be_reached(self, relay: Relay) -> None:
        with socket.create_connection(("localhost", relay.port)) as connection:
            assert connection.recv(3) == b"220"


class TestRouting:
    def test_each_application_answers_for_itself_where_the_routes_are_the_same(self) -> None:
        first, second = (_application(said) for said in ("one", "two"))
        asked = [
            (one.test_client().get("/a"), one.test_client().post("/b/5")) for one in (first, second)
        ]
        assert [(get.text, post.text) for get, post in asked] == [
            ("one", "one 5"),
            ("two", "two 5"),
        ]
        assert second.test_client().get("/b/5").status_code == 405
        assert second.test_client().get("/b/x").status_code == 404

    def test_a_route_more_is_found_where_it_is_and_nowhere_else(self) -> None:
        first, second = (_application(said) for said in ("one", "two"))
        second.add_url_rule("/c", "more", lambda: "more")
        assert first.test_client().get("/c").status_code == 404
        assert second.test_client().get("/c").text == "more"


def _application(said: str) -> Flask:
    class Alike(Flask):
        """Flask, with its trees in common."""

    routing.share(Alike)
    made = Alike(__name__)
    made.add_url_rule("/a", "a", lambda: said)
    made.add_url_rule("/b/<int:number>", "b", lambda number: f"{said} {number}", methods=["POST"])
    return made
