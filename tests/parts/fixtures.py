"""The real parts as pytest fixtures: each starts when a test asks for it, and not before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.parts.browser import running_browser
from tests.parts.postgres import PostgresServer, running_postgres
from tests.parts.relay import Relay, running_relay


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test process."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def relay() -> Iterator[Relay]:
    """An SMTP relay that takes everything; set `relay.answer` to make it difficult."""
    with running_relay() as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser for the whole session; its contexts are what separates the visitors."""
    with running_browser() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new visitor's French page. Script errors and broken security policy fail the test."""
    context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    faults: list[str] = []
    visited = context.new_page()
    visited.on("pageerror", lambda error: faults.append(str(error)))
    visited.on("console", lambda message: _note_policy_fault(message.text, faults))
    yield visited
    context.close()
    assert faults == []


def _note_policy_fault(text: str, faults: list[str]) -> None:
    if "Content Security Policy" in text:
        faults.append(text)
