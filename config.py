"""Settings: read once from the environment, checked, frozen."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

PREFIX = "MAILLAGE_"
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
DEMO_SECRET = "demonstration-only-never-in-production"
DEMO_SENDER = "maillage@example.org"
SHORTEST_SECRET = 32
LARGEST_UPLOAD_MB = 100
MOST_A_MINUTE = 10_000


class SettingsError(Exception):
    """A setting that is unknown or impossible; its text is one clear sentence."""


@dataclass(frozen=True)
class Smtp:
    """Where mail leaves: `tls` is one of none, starttls, tls; `starttls` is tried when offered."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: str = "starttls-if-offered"


@dataclass(frozen=True)
class Imap:
    """A mailbox that is read: `tls` is one of none, starttls, tls."""

    host: str
    port: int
    user: str
    password: str
    tls: str
    folder: str = "INBOX"


@dataclass(frozen=True)
class Oidc:
    """A provider of identities (OpenID Connect) by which people may sign in.

    `kind` is generic or proconnect; `hosts`: names beside the issuer's that its documents may name.
    """

    issuer: str
    client_id: str
    client_secret: str
    name: str
    kind: str = "generic"
    hosts: tuple[str, ...] = ()

    @property
    def is_proconnect(self) -> bool:
        return self.kind == "proconnect"


@dataclass(frozen=True)
class Settings:
    """Everything an installation can choose. Names are those of docs/settings.md."""

    secret_key: str
    database_url: str
    data_dir: Path
    base_url: str
    smtp: Smtp | None
    mail_from: str
    scheduler: str
    demo: bool
    proxies: int = 0
    outgoing_proxy: str | None = None
    upload_limit_mb: int = 10
    oidc: Oidc | None = None
    company_directory: str | None = None
    mail_per_minute: int | None = None
    inbox: Imap | None = None
    inbox_address: str | None = None

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


KNOWN = (
    "SECRET_KEY",
    "DATABASE_URL",
    "DATA_DIR",
    "BASE_URL",
    "SMTP_URL",
    "MAIL_FROM",
    "MAIL_PER_MINUTE",
    "SCHEDULER",
    "PROXIES",
    "OUTGOING_PROXY",
    "UPLOAD_LIMIT_MB",
    "OIDC_ISSUER",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_NAME",
    "OIDC_KIND",
    "OIDC_HOSTS",
    "COMPANY_DIRECTORY",
    "INBOX_URL",
    "INBOX_ADDRESS",
    "DEMO",
)


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises SettingsError with a sentence that names the variable."""
    _refuse_unknown(environ)
    given = {name: environ.get(PREFIX + name, "").strip() for name in KNOWN}
    demo = _choice("DEMO", given["DEMO"] or "0", ("0", "1")) == "1"
    data_dir = Path(given["DATA_DIR"] or "var").resolve()
    smtp = _smtp(given["SMTP_URL"])
    if demo and smtp and smtp.host not in LOCAL_HOSTS:
        raise SettingsError(
            f"{PREFIX}SMTP_URL names {smtp.host}: the demonstration only mails to a local relay "
            "(localhost), so that invented people write to nobody."
        )
    mail_from, inbox = _sender(given["MAIL_FROM"], smtp), _imap(given["INBOX_URL"])
    return Settings(
        secret_key=_secret(given["SECRET_KEY"], demo),
        database_url=_database(given["DATABASE_URL"], data_dir),
        data_dir=data_dir,
        base_url=_base_url(given["BASE_URL"]),
        smtp=smtp,
        mail_from=mail_from,
        scheduler=_choice("SCHEDULER", given["SCHEDULER"] or "inline", ("inline", "off")),
        demo=demo,
        proxies=int(_choice("PROXIES", given["PROXIES"] or "0", ("0", "1", "2", "3"))),
        outgoing_proxy=_proxy(given["OUTGOING_PROXY"]),
        upload_limit_mb=_megabytes(given["UPLOAD_LIMIT_MB"] or "10"),
        oidc=_oidc({name: given[name] for name in KNOWN if name.startswith("OIDC_")}),
        company_directory=_directory(given["COMPANY_DIRECTORY"]),
        mail_per_minute=_ceiling(given["MAIL_PER_MINUTE"]),
        inbox=inbox,
        inbox_address=_inbox_address(given["INBOX_ADDRESS"], mail_from if inbox else None),
    )


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    for name in sorted(environ):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in KNOWN:
            near = difflib.get_close_matches(name.removeprefix(PREFIX), KNOWN, n=1)
            hint = f" Did you mean {PREFIX}{near[0]}?" if near else ""
            raise SettingsError(f"{name} is not a setting of Maillage.{hint}")


def _choice(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        wanted = " or ".join(allowed)
        raise SettingsError(f"{PREFIX}{name} is {value!r}: {wanted} is wanted.")
    return value


def _secret(value: str, demo: bool) -> str:
    if not value and demo:
        return DEMO_SECRET
    if not value:
        raise SettingsError(
            f"{PREFIX}SECRET_KEY is missing: set it to at least {SHORTEST_SECRET} random "
            "characters (python3 -c 'import secrets; print(secrets.token_hex())')."
        )
    if len(value) < SHORTEST_SECRET and not demo:
        raise SettingsError(
            f"{PREFIX}SECRET_KEY has {len(value)} characters: at least {SHORTEST_SECRET} "
            "are wanted."
        )
    return value


def _database(value: str, data_dir: Path) -> str:
    if not value:
        return f"sqlite:///{data_dir / 'maillage.sqlite3'}"
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite" and rest.startswith("/"):
        return value
    if scheme in ("postgresql", "postgres", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    raise SettingsError(
        f"{PREFIX}DATABASE_URL is {scheme + '://…' if rest else value!r}: "
        "sqlite:////path/file or postgresql://user:password@host/database is wanted."
    )


def _base_url(value: str) -> str:
    url = (value or "http://127.0.0.1:5000").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.path:
        raise SettingsError(
            f"{PREFIX}BASE_URL is {value!r}: the address people open is wanted, "
            "such as https://maillage.example.org, without a path."
        )
    return url


def _proxy(value: str) -> str | None:
    try:
        parts = urlsplit(value)
        reads = not value or (parts.scheme == "http" and parts.hostname and parts.port)
    except ValueError:
        reads = False
    if not reads:
        raise SettingsError(
            f"{PREFIX}OUTGOING_PROXY cannot be read: http://[user:password@]host:port is wanted."
        )
    return value or None


def _megabytes(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and 1 <= int(value[:9]) <= LARGEST_UPLOAD_MB):
        raise SettingsError(
            f"{PREFIX}UPLOAD_LIMIT_MB is {value!r}: a whole number from 1 to {LARGEST_UPLOAD_MB} "
            "is wanted."
        )
    return int(value)


def _ceiling(value: str) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdecimal() and 1 <= int(value[:9]) <= MOST_A_MINUTE):
        raise SettingsError(
            f"{PREFIX}MAIL_PER_MINUTE is {value!r}: a whole number from 1 to {MOST_A_MINUTE} "
            "is wanted."
        )
    return int(value)


def _oidc(given: Mapping[str, str]) -> Oidc | None:
    if not any(given.values()):
        return None
    for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
        if not given[name]:
            raise SettingsError(
                f"{PREFIX}{name} is missing: a provider of identities needs its issuer, "
                "the client's id and the client's secret."
            )
    host = _issuer_host(given["OIDC_ISSUER"])
    kind = _choice("OIDC_KIND", given["OIDC_KIND"] or "generic", ("generic", "proconnect"))
    return Oidc(
        issuer=given["OIDC_ISSUER"],
        client_id=given["OIDC_CLIENT_ID"],
        client_secret=given["OIDC_CLIENT_SECRET"],
        name=given["OIDC_NAME"] or ("ProConnect" if kind == "proconnect" else host),
        kind=kind,
        hosts=tuple(given["OIDC_HOSTS"].lower().split()),
    )


def _issuer_host(issuer: str) -> str:
    """Plain http only on this machine: what passes there opens accounts."""
    try:
        parts = urlsplit(issuer)
        host = parts.hostname or ""
        plain = parts.scheme == "http" and host in LOCAL_HOSTS
        reads = (parts.scheme == "https" and host) or plain
        reads = reads and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        host, reads = "", False
    if not reads:
        raise SettingsError(
            f"{PREFIX}OIDC_ISSUER is {issuer!r}: the provider's https address is wanted, exactly "
            "as its configuration document says it."
        )
    return host


def _directory(value: str) -> str | None:
    """The address of the open directory of companies; plain http only on this machine."""
    if value in ("", "off"):
        return None
    wrong = SettingsError(f"{PREFIX}COMPANY_DIRECTORY is {value!r}: off or https://host is wanted.")
    try:
        parts = urlsplit(value)
        local = parts.scheme == "http" and parts.hostname in LOCAL_HOSTS
        reads = parts.hostname and (parts.scheme == "https" or local) and parts.port != 0
    except ValueError:
        raise wrong from None
    if not reads or parts.query or parts.fragment or parts.username or parts.path not in ("", "/"):
        raise wrong
    return value.rstrip("/")


def _smtp(value: str) -> Smtp | None:
    if not value:
        return None
    wrong = SettingsError(
        f"{PREFIX}SMTP_URL cannot be read: smtp[s]://user:password@host:port[?starttls=yes|no] "
        "is wanted."
    )
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise wrong
    query = parse_qs(parts.query, keep_blank_values=True)
    starttls = query.pop("starttls", [""])[-1].lower()
    if query or starttls not in ("", "yes", "no", "1", "0", "true", "false"):
        raise wrong
    tls = "starttls-if-offered"
    if parts.scheme == "smtps":
        tls = "tls"
    elif starttls:
        tls = "starttls" if starttls in ("yes", "1", "true") else "none"
    return Smtp(
        host=parts.hostname,
        port=port or (465 if tls == "tls" else 587 if parts.username else 25),
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
    )


def _imap(value: str) -> Imap | None:
    """Encrypted, but for a mailbox on this machine: what lies in it are people's letters."""
    if not value:
        return None
    wrong = SettingsError(
        f"{PREFIX}INBOX_URL cannot be read: imap[s]://user:password@host:port/folder is wanted."
    )
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise wrong from None
    named = parts.hostname and parts.username and parts.password
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if parts.scheme not in ("imap", "imaps") or not named or parts.query or parts.fragment:
        raise wrong
    if any(sign in folder for sign in '"\\\r\n'):
        raise wrong
    is_local = parts.hostname in LOCAL_HOSTS
    tls = "tls" if parts.scheme == "imaps" else "none" if is_local else "starttls"
    return Imap(
        host=str(parts.hostname),
        port=port or (993 if tls == "tls" else 143),
        user=unquote(str(parts.username)),
        password=unquote(str(parts.password)),
        tls=tls,
        folder=folder,
    )


def _inbox_address(value: str, otherwise: str | None) -> str | None:
    """Where replies and returned mails go; without it, the sender of a mailbox that is read."""
    return _bare_address("INBOX_ADDRESS", value).lower() if value else otherwise


def _sender(value: str, smtp: Smtp | None) -> str:
    """The territory's address. Only mail that stays on this machine may do without one."""
    if not value and (smtp is None or smtp.host in LOCAL_HOSTS):
        return DEMO_SENDER
    return _bare_address("MAIL_FROM", value)


def _bare_address(name: str, value: str) -> str:
    local, at, domain = value.rpartition("@")
    if not at or not local or "." not in domain or any(c in value for c in " \r\n<>,;"):
        raise SettingsError(
            f"{PREFIX}{name} is {value!r}: one bare address is wanted, "
            "such as maillage@collectivite.example.org."
        )
    return value
