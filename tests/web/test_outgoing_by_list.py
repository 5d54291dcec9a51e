"""Nothing leaves this machine but by `app/core/outgoing.py`, and mail by its relay."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# what can open a connection
TALKERS = frozenset(
    (
        *("httpx", "requests", "urllib3", "aiohttp", "socket", "ssl", "asyncio", "websockets"),
        *("smtplib", "ftplib", "telnetlib", "poplib", "imaplib", "nntplib", "xmlrpc", "paramiko"),
        *("http.client", "urllib.request", "subprocess", "authlib.integrations"),
    )
)
# files that may, and what each may use
ALLOWED = {
    # the words of requests and answers; what opens the connection is the client of core
    "app/accounts/oidc/documents.py": {"httpx"},
    "app/accounts/oidc/provider.py": {"httpx"},
    "app/accounts/services/directory.py": {"httpx"},
    "app/core/outgoing.py": {"httpx", "ssl"},
    # the mailbox that a setting names
    "app/inbox/mailbox.py": {"imaplib", "ssl"},
    # its own name alone: who holds a mail
    "app/outbox/jobs.py": {"socket"},
    # the commands of a connection that smtp.py has opened
    "app/outbox/envelope.py": {"smtplib"},
    "app/outbox/smtp.py": {"smtplib", "socket", "ssl"},
    # tables are read in a process of their own, within bounds
    "app/sheets/workbook.py": {"subprocess"},
    "app/upkeep/relay.py": {"smtplib", "ssl"},
}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def talkers(source: str) -> set[str]:
    return {
        talker
        for name in imported(ast.parse(source))
        for talker in TALKERS
        if name == talker or name.startswith(f"{talker}.")
    }


def test_only_these_files_can_open_a_connection() -> None:
    files = [*PROJECT.glob("app/**/*.py"), PROJECT / "config.py", PROJECT / "wsgi.py"]
    assert len(files) > 200
    found = {
        path.relative_to(PROJECT).as_posix(): used
        for path in files
        if (used := talkers(path.read_text(encoding="utf-8")))
    }
    assert found == {name: used for name, used in ALLOWED.items() if name in found}
    assert set(ALLOWED) == set(found)


def test_the_walk_sees_every_way_of_importing() -> None:
    for line in (
        "import httpx",
        "from urllib import request",
        "import http.client as h",
        "from socket import *",
    ):
        assert talkers(f"def later():\n    {line}"), line
    assert not talkers("from urllib.parse import urlsplit\nimport http")
