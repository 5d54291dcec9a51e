"""The appointed moment, its calling off, and the one thread that all share."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from app.outbox.watchdog import Watchdog

LONG = 3600


@pytest.fixture
def bitten() -> Event:
    return Event()


@pytest.fixture
def dog(bitten: Event) -> Iterator[Watchdog]:
    dog = Watchdog(bitten.set)
    yield dog
    dog.dismiss()


def watchdogs() -> set[Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "watchdog"}


def test_it_bites_once_the_moment_has_passed(dog: Watchdog, bitten: Event) -> None:
    dog.appoint(0.01)
    assert bitten.wait(60)


def test_what_has_passed_already_bites_at_once(dog: Watchdog, bitten: Event) -> None:
    dog.appoint(-1)
    assert bitten.wait(60)


def test_called_off_it_never_bites(dog: Watchdog, bitten: Event) -> None:
    other_bitten = Event()
    other = Watchdog(other_bitten.set)
    # however slow we are, its thread finds the appointment called off
    with dog._changed:
        dog.appoint(0.01)
        dog.call_off()
    # a moment after that one has come
    other.appoint(0.1)
    assert other_bitten.wait(60)
    other.dismiss()
    assert not bitten.is_set()


def test_an_earlier_moment_wakes_it_from_a_longer_sleep(dog: Watchdog, bitten: Event) -> None:
    dog.appoint(LONG)
    dog.call_off()
    dog.appoint(0.01)
    assert bitten.wait(60)


def test_one_thread_serves_all_appointments_and_goes_when_dismissed(
    dog: Watchdog, bitten: Event
) -> None:
    # one of another test may still be on its way out
    others = watchdogs()
    for _ in range(50):
        dog.appoint(LONG)
        dog.call_off()
    [own] = watchdogs() - others
    dog.dismiss()
    own.join(60)
    assert not own.is_alive()
    dog.appoint(0.01)
    assert bitten.wait(60)
