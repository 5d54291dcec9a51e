"""Settings: an unknown or impossible value stops the start with a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config import DEMO_SENDER, KNOWN, PREFIX, Imap, Oidc, SettingsError, Smtp, load

SECRET = "s" * 32
GIVEN = {"MAILLAGE_SECRET_KEY": SECRET}


def test_a_secret_is_all_that_must_be_given() -> None:
    settings = load(GIVEN)
    assert settings.database_url.endswith("/var/maillage.sqlite3")
    assert (settings.smtp, settings.mail_from, settings.demo) == (None, DEMO_SENDER, False)
    assert (settings.scheduler, settings.proxies) == ("inline", 0)
    assert settings.mail_per_minute is None


def test_a_ceiling_of_mails_is_a_number_a_minute() -> None:
    assert load({**GIVEN, "MAILLAGE_MAIL_PER_MINUTE": "30"}).mail_per_minute == 30


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is missing"),
        ("SECRET_KEY", "short", "has 5 characters"),
        ("SECRETKEY", "x", "Did you mean MAILLAGE_SECRET_KEY"),
        ("DATABASE_URL", "mysql://u:hidden@h/d", "postgresql://user:password@host/database"),
        ("DATABASE_URL", "nonsense", "sqlite:////path/file"),
        ("BASE_URL", "maillage.example.org", "the address people open"),
        ("BASE_URL", "https://example.org/under", "without a path"),
        ("SMTP_URL", "http://relay", "cannot be read"),
        ("SMTP_URL", "smtp://relay:port", "cannot be read"),
        ("SMTP_URL", "smtp://relay?tls=1", "cannot be read"),
        ("SMTP_URL", "smtp://relay.example.org", "MAIL_FROM"),
        ("MAIL_FROM", "Nobody <a@example.org>", "one bare address"),
        ("MAIL_FROM", "a@example.org\nBcc: b@example.org", "one bare address"),
        ("MAIL_PER_MINUTE", "0", "from 1 to 10000"),
        ("MAIL_PER_MINUTE", "many", "from 1 to 10000"),
        ("SCHEDULER", "cron", "inline or off"),
        ("DEMO", "yes", "0 or 1"),
        ("PROXIES", "many", "is wanted"),
    ],
)
def test_what_cannot_be_is_said(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as told:
        load({**GIVEN, PREFIX + name: value})
    assert says in str(told.value)
    assert "hidden" not in str(told.value)


def test_the_demonstration_needs_nothing_and_mails_to_nobody_outside() -> None:
    assert load({"MAILLAGE_DEMO": "1"}).demo
    assert load({"MAILLAGE_DEMO": "1", "MAILLAGE_SMTP_URL": "smtp://127.0.0.1:2525"}).smtp
    outside = {
        "MAILLAGE_DEMO": "1",
        "MAILLAGE_SMTP_URL": "smtp://relay.example.org",
        "MAILLAGE_MAIL_FROM": "a@example.org",
    }
    with pytest.raises(SettingsError, match="only mails to a local relay"):
        load(outside)


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://localhost", Smtp("localhost", 25)),
        ("smtp://localhost:2525?starttls=no", Smtp("localhost", 2525, tls="none")),
        ("smtps://a:b%40c@localhost", Smtp("localhost", 465, "a", "b@c", "tls")),
        ("smtp://a:b@localhost?starttls=yes", Smtp("localhost", 587, "a", "b", "starttls")),
    ],
)
def test_a_relay_is_read_from_its_address(url: str, relay: Smtp) -> None:
    assert load({**GIVEN, "MAILLAGE_SMTP_URL": url}).smtp == relay


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_name_of_postgresql_means_the_same(scheme: str) -> None:
    settings = load({**GIVEN, "MAILLAGE_DATABASE_URL": f"{scheme}://u:p@h/d"})
    assert settings.database_url == "postgresql+psycopg://u:p@h/d"


def test_the_outgoing_proxy_is_an_address_with_its_port() -> None:
    given = {**GIVEN, "MAILLAGE_OUTGOING_PROXY": "http://u:p@proxy.example.org:3128"}
    assert load(given).outgoing_proxy == "http://u:p@proxy.example.org:3128"
    assert load(GIVEN).outgoing_proxy is None
    for wrong in ("proxy.example.org", "http://proxy.example.org", "socks5://h:1", "http://h:x"):
        with pytest.raises(SettingsError, match="OUTGOING_PROXY cannot be read"):
            load({**GIVEN, "MAILLAGE_OUTGOING_PROXY": wrong})


PROVIDER = {
    "MAILLAGE_OIDC_ISSUER": "https://identites.example.org/realms/x",
    "MAILLAGE_OIDC_CLIENT_ID": "maillage",
    "MAILLAGE_OIDC_CLIENT_SECRET": "between us",
}


def test_there_is_no_provider_of_identities_unless_one_is_named() -> None:
    assert load(GIVEN).oidc is None
    oidc = load({**GIVEN, **PROVIDER}).oidc
    assert oidc == Oidc(
        "https://identites.example.org/realms/x", "maillage", "between us", "identites.example.org"
    )
    named = {"MAILLAGE_OIDC_KIND": "proconnect", "MAILLAGE_OIDC_HOSTS": "A.example.org b:8443"}
    oidc = load({**GIVEN, **PROVIDER, **named}).oidc
    assert oidc is not None
    assert (oidc.name, oidc.is_proconnect) == ("ProConnect", True)
    assert oidc.hosts == ("a.example.org", "b:8443")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET is missing"),
        ({"OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID is missing"),
        ({"OIDC_ISSUER": ""}, "OIDC_ISSUER is missing"),
        ({"OIDC_ISSUER": "http://identites.example.org"}, "https address is wanted"),
        ({"OIDC_ISSUER": "https://u:p@identites.example.org"}, "https address is wanted"),
        ({"OIDC_ISSUER": "https://identites.example.org?x"}, "https address is wanted"),
        ({"OIDC_ISSUER": "https://[::1"}, "https address is wanted"),
        ({"OIDC_KIND": "saml"}, "generic or proconnect"),
    ],
)
def test_half_a_provider_is_none(changes: dict[str, str], says: str) -> None:
    given = {**GIVEN, **PROVIDER, **{PREFIX + name: value for name, value in changes.items()}}
    with pytest.raises(SettingsError, match=says) as told:
        load(given)
    assert "between us" not in str(told.value)


def test_no_setting_is_known_twice() -> None:
    assert len(set(KNOWN)) == len(KNOWN)


def test_the_start_stops_with_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    started = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "outbox", "list"],
        cwd=Path(__file__).parents[1],
        env={"MAILLAGE_DATA_DIR": str(tmp_path), "PATH": "/usr/bin", "MAILLAGE_SCHEDULER": "cron"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 2
    assert started.stderr == (
        "MAILLAGE_SECRET_KEY is missing: set it to at least 32 random characters "
        "(python3 -c 'import secrets; print(secrets.token_hex())').\n"
    )


def test_a_mailbox_is_read_encrypted_and_named_by_the_sender() -> None:
    given = {**GIVEN, "MAILLAGE_INBOX_URL": "imaps://m%40val.example.org:p%2Fw@imap.example.org"}
    found = load(given)
    assert found.inbox == Imap("imap.example.org", 993, "m@val.example.org", "p/w", "tls", "INBOX")
    assert found.inbox_address == found.mail_from
    plain = load({**given, "MAILLAGE_INBOX_URL": "imap://m:p@imap.example.org:1143/Retours"}).inbox
    assert plain == Imap("imap.example.org", 1143, "m", "p", "starttls", "Retours")
    named = load({**GIVEN, "MAILLAGE_INBOX_ADDRESS": "Reponses@val.example.org"})
    assert (named.inbox, named.inbox_address) == (None, "reponses@val.example.org")
    assert (load(GIVEN).inbox, load(GIVEN).inbox_address) == (None, None)


@pytest.mark.parametrize(
    "given",
    [
        {"MAILLAGE_INBOX_URL": "pop3://m:p@imap.example.org"},
        {"MAILLAGE_INBOX_URL": "imaps://imap.example.org"},
        {"MAILLAGE_INBOX_URL": 'imaps://m:p@imap.example.org/a"b'},
        {"MAILLAGE_INBOX_ADDRESS": "Réponses <reponses@val.example.org>"},
    ],
)
def test_a_mailbox_that_cannot_be_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as told:
        load({**GIVEN, **given})
    assert ":p@" not in str(told.value)
