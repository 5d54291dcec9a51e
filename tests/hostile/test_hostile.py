"""Hostile requests at every route, as everybody: no fault, no leak, nobody led elsewhere.

The same requests at each run (`derandomize`), a thousand and more a role; what fails is shrunk to
the smallest request that does. For a longer hunt: HOSTILE_EXAMPLES=20000, and HOSTILE_SEED=1 to
let chance choose others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, seed, settings
from werkzeug.test import TestResponse

from tests.access.matrix import read
from tests.hostile.forms import forms_of
from tests.hostile.requests import SCRIPT, Asked, Known, requests
from tests.hostile.world import ROLES, World, hostile_world, hostile_world_on
from tests.parts.postgres import PostgresServer

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "1000"))
SEED = os.environ.get("HOSTILE_SEED")
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
# answers after which nothing was written, but perhaps an attempt to sign in (422)
REFUSALS = {400, 403, 404, 405, 413}


@pytest.fixture(scope="module")
def world(
    sqlite_templates: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with hostile_world(sqlite_templates[True], tmp_path_factory.mktemp("hostile")) as made:
        yield made


@pytest.fixture(scope="module")
def known(world: World) -> Known:
    return learnt(world)


@pytest.fixture(scope="module")
def world_on_postgresql(
    postgres: PostgresServer,
    postgres_templates: dict[bool, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("hostile")
    with hostile_world_on(postgres, postgres_templates[True], folder) as made:
        yield made


def learnt(world: World) -> Known:
    """What an attacker can know of this world."""
    lines = read()
    forms = forms_of(world, lines)
    world.set_back()
    return Known(tuple(lines), world.rows, forms)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_hostile_finds_a_fault_or_a_secret(world: World, known: Known, role: str) -> None:
    attack(world, known, role, EXAMPLES)


def test_postgresql_is_as_unmoved(world: World, known: Known, world_on_postgresql: World) -> None:
    """Fewer, since setting it back takes longer; as who may write the most."""
    names = dict(zip(world.public_ids(), world_on_postgresql.public_ids(), strict=True))
    there = known.among(world_on_postgresql.rows, names)
    for role in ("Anne", "Lucie"):
        attack(world_on_postgresql, there, role, EXAMPLES // 5)


def attack(world: World, known: Known, role: str, examples: int) -> None:
    @settings(
        max_examples=examples,
        derandomize=SEED is None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(asked=requests(known))
    def ask(asked: Asked) -> None:
        world.alarm.heard.clear()
        changed = True
        try:
            with world.client(role).open(asked.path, **asked.options()) as answer:
                changed = asked.method not in SAFE and answer.status_code not in REFUSALS
                assert_unharmed(world, role, asked, answer)
        finally:
            if changed:
                world.set_back()

    (seed(int(SEED))(ask) if SEED else ask)()


def assert_unharmed(world: World, role: str, asked: Asked, answer: TestResponse) -> None:
    assert answer.status_code < 500, answer.status
    assert world.alarm.heard == []
    # archives are walked by test_quantities
    body = answer.get_data().decode(errors="replace")
    assert "Traceback (most recent call last)" not in body
    for header in ("Location", "HX-Redirect"):
        assert_stays_here(answer.headers.get(header))
    if answer.mimetype == "text/html":
        assert SCRIPT not in body
    links = (row for name, row in world.rows.items() if name.endswith("_link"))
    by_link = any(link in asked.path for link in links)
    for secret in world.secrets:
        told = secret.words in body or secret.words in str(answer.headers)
        allowed = role in secret.readers or (by_link and secret.by_link) or asked.says(secret.words)
        assert allowed or not told, f"{role} reads « {secret.words} »"


def assert_stays_here(address: str | None) -> None:
    if address is not None:
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc) in {("", ""), ("http", "localhost")}, address
        assert parts.path.startswith("/") and not parts.path.startswith(("//", "/\\")), address
