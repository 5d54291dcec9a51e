"""An address that the relay refuses before it takes the mail."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.outbox import registry
from app.outbox.bounces import is_refused, lift
from app.outbox.models import Bounce, Mail
from tests.outbox.delivering import LATER, NOW, report, run, way_to
from tests.outbox.posting import NOTE, mails, note, write
from tests.parts.relay import Relay, running_relay

Sessions = sessionmaker[Session]
GONE = "gone@fournil.example"


@pytest.fixture
def undelivered() -> list[str]:
    """The keys of the mails of which their room was told."""
    told: list[str] = []

    def tell(_session: Session, mail: Mail) -> None:
        told.append(mail.key)

    registry.register(registry.MailKind(NOTE, note, undelivered=tell))
    return told


def refused(make_session: Sessions, address: str) -> bool:
    with make_session() as session:
        return is_refused(session, address)


@pytest.mark.parametrize("pipelining", [False, True])
def test_it_fails_its_mail_is_flagged_and_the_room_is_told(
    make_session: Sessions, undelivered: list[str], pipelining: bool
) -> None:
    for key, to in (("good", "lucie@fournil.example"), ("bad", GONE), ("last", "b@c.example")):
        write(make_session, key, NOW, to=to)
    with running_relay(Relay(refused=[GONE], pipelining=pipelining)) as relay:
        assert run(make_session, way_to(relay)) == report(sent=2, failed=1)
    assert undelivered == ["bad"]
    assert [refused(make_session, to) for to in (GONE, "lucie@fournil.example")] == [True, False]
    with make_session() as session:
        (bounce,) = session.scalars(select(Bounce))
    bad = mails(make_session)["bad"]
    assert (bounce.mail_id, bounce.address, bounce.is_hard) == (bad.id, GONE, True)
    assert (bounce.status, bounce.told, bounce.came_at) == (
        "5.1.1",
        "550 5.1.1 No such mailbox",
        NOW,
    )
    assert bad.last_error == "550 5.1.1 No such mailbox"


@pytest.mark.parametrize(
    ("refusal", "failed"),
    [
        ("550 5.7.1 Rejected by our policy", 1),
        ("552 5.2.2 Mailbox full", 1),
        ("554 5.7.1 Relay access denied", 1),
        ("550 relay not permitted", 1),
        ("450 4.1.1 Greylisted", 0),
        ("450 4.2.0 Come back later", 0),
    ],
)
def test_another_no_says_nothing_against_it(
    make_session: Sessions, undelivered: list[str], refusal: str, failed: int
) -> None:
    write(make_session, "k", NOW, to=GONE)
    with running_relay(Relay(refused=[GONE], refusal=refusal)) as relay:
        assert run(make_session, way_to(relay)) == report(failed=failed, retry=1 - failed)
    assert not refused(make_session, GONE)
    assert undelivered == []


def test_a_no_to_the_whole_mail_says_nothing_against_it(
    make_session: Sessions, undelivered: list[str]
) -> None:
    write(make_session, "k", NOW, to=GONE)
    with running_relay(answer=lambda _e, _n: "550 5.1.1 Too late") as relay:
        assert run(make_session, way_to(relay)) == report(failed=1)
    assert not refused(make_session, GONE)
    assert undelivered == []


def test_it_is_noted_once_and_again_after_somebody_lifted_it(make_session: Sessions) -> None:
    for key in ("a", "b"):
        write(make_session, key, NOW, to=GONE)
    with running_relay(Relay(refused=[GONE])) as relay:
        assert run(make_session, way_to(relay)) == report(failed=2)
        with make_session.begin() as session:
            assert len(session.scalars(select(Bounce)).all()) == 1
            lift(session, GONE, NOW)
        write(make_session, "c", LATER, to=GONE)
        assert run(make_session, way_to(relay), LATER) == report(failed=1)
    assert refused(make_session, GONE)
