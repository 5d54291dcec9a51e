"""A message is handled once, a reply speaks for whoever we wrote to, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.inbox.kinds import Fate, Trouble
from app.inbox.services.receiving import receive
from app.journal.kinds import Via
from app.journal.models import Change
from app.outbox.models import Mail
from app.plans.kinds import StepStatus
from app.plans.models import Comment
from tests.cast import Cast
from tests.inbox.conftest import CAME_AT, OWN, Take, messages, reply, sample
from tests.inbox.test_clients import TYPED
from tests.reminders.conftest import WEEK_BEFORE

Sent = Callable[..., Mail]


def said_in_the_project(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    rows = session.execute(
        select(Person.name, Comment.body)
        .join(Person, Person.id == Comment.author_id)
        .order_by(Comment.id)
    )
    return [(name, body) for name, body in rows]


def mails_of_kind(session: Session, kind: str) -> list[Mail]:
    session.rollback()
    return list(session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id)))


def test_a_reply_is_a_message_of_the_step_in_its_writers_name(
    session: Session, cast: Cast, sent: Sent, take: Take
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    assert take(sample("gmail", mail.public_id)) is Fate.COMMENT
    assert said_in_the_project(session) == [("Lucie Perrin", TYPED)]
    comment = session.scalars(select(Comment)).one()
    assert (comment.step_id, comment.said_at) == (cast.step().id, CAME_AT)
    change = session.scalars(select(Change).where(Change.entity == "Comment")).one()
    assert (change.actor_id, change.via) == (cast.person("Lucie").id, Via.MAIL_LINK)
    (message,) = messages(session)
    assert (message.comment_id, message.text, message.content) == (comment.id, None, None)


def test_the_pilot_gets_it_by_mail_too(
    session: Session, cast: Cast, sent: Sent, take: Take
) -> None:
    take(sample("gmail", sent("Lucie", WEEK_BEFORE).public_id))
    (told,) = mails_of_kind(session, "for_you")
    assert told.recipient_id == cast.person("Anne").id


def test_it_comes_twice_and_is_handled_once(session: Session, sent: Sent, take: Take) -> None:
    raw = sample("gmail", sent("Lucie", WEEK_BEFORE).public_id)
    assert [take(raw), take(raw), take(b"Received: again\r\n" + raw)] == [Fate.COMMENT, None, None]
    assert len(said_in_the_project(session)) == 1
    assert len(messages(session)) == 1


class Killed(BaseException):
    """The process ends here, and nobody can tell anybody."""


def test_killed_before_the_commit_it_is_read_again(
    session: Session, sent: Sent, take: Take, engine: Engine
) -> None:
    raw = sample("gmail", sent("Lucie", WEEK_BEFORE).public_id)

    class Dying(Session):
        def commit(self) -> None:
            raise Killed

    with pytest.raises(Killed):
        receive(lambda: Dying(engine), raw, own=OWN, now=CAME_AT)
    assert (messages(session), said_in_the_project(session)) == ([], [])
    assert take(raw) is Fate.COMMENT
    assert len(said_in_the_project(session)) == 1


def test_a_reply_changes_no_step_and_proposes_what_its_first_line_says(
    session: Session, cast: Cast, sent: Sent, take: Take
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    assert take(reply(mail.public_id, "C’est fait, merci.")) is Fate.COMMENT
    session.rollback()
    assert cast.step().status is StepStatus.TODO
    (proposal,) = mails_of_kind(session, "proposal")
    assert proposal.to == "lucie@example.org"
    assert proposal.refs == {
        "mail": mail.id,
        "answer": "fait",
        "due_on": None,
        "message_id": "1@mail.example.org",
    }


def test_the_same_word_again_is_not_answered_again(
    session: Session, sent: Sent, take: Take
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    for number in range(1, 5):
        take(reply(mail.public_id, "fait", number=number))
    assert len(mails_of_kind(session, "proposal")) == 1


@pytest.mark.parametrize("name", ["away"])
def test_a_machine_is_never_answered(session: Session, sent: Sent, take: Take, name: str) -> None:
    assert take(sample(name, sent("Lucie", WEEK_BEFORE).public_id)) is Fate.AUTOMATIC
    assert said_in_the_project(session) == []
    assert len(mails_of_kind(session, "mention") + mails_of_kind(session, "proposal")) == 0


@pytest.mark.parametrize(
    "head", ["Precedence: bulk", "List-Id: <a.b>", "Auto-Submitted: auto-generated"]
)
def test_neither_is_a_list(session: Session, sent: Sent, take: Take, head: str) -> None:
    raw = reply(sent("Lucie", WEEK_BEFORE).public_id, "fait")
    assert take(f"{head}\r\n".encode() + raw) is Fate.AUTOMATIC
    assert mails_of_kind(session, "proposal") == []


def test_our_own_mail_that_comes_back_to_us_is_not_read(
    session: Session, sent: Sent, take: Take
) -> None:
    raw = reply(sent("Lucie", WEEK_BEFORE).public_id, "fait", sender="maillage@example.org")
    assert take(raw) is Fate.AUTOMATIC
    assert said_in_the_project(session) == []


def test_another_address_speaks_for_nobody(session: Session, sent: Sent, take: Take) -> None:
    raw = reply(sent("Lucie", WEEK_BEFORE).public_id, "fait", sender="marc@example.org")
    assert take(raw) is Fate.WAITING
    (message,) = messages(session)
    assert (message.trouble, message.text) == (Trouble.OTHER_SENDER, "fait")
    assert (message.person_id, message.territory_id is not None) == (None, True)
    assert said_in_the_project(session) == []
    assert mails_of_kind(session, "proposal") == []


def test_who_writes_by_themselves_is_kept_for_their_territorys_pilot(
    session: Session, cast: Cast, take: Take
) -> None:
    assert take(reply("nothing", "Bonjour Anne, une question.")) is Fate.WAITING
    (message,) = messages(session)
    assert (message.trouble, message.territory_id) == (Trouble.NO_REFERENCE, cast.territory().id)


def test_a_stranger_is_kept_for_the_operator(session: Session, take: Take) -> None:
    take(reply("nothing", "Achetez !", sender="spam@elsewhere.example"))
    (message,) = messages(session)
    assert (message.trouble, message.territory_id) == (Trouble.NO_REFERENCE, None)


def test_what_is_attached_is_named_and_left_out(session: Session, sent: Sent, take: Take) -> None:
    take(sample("apple_mail_pictures", sent("Lucie", WEEK_BEFORE).public_id))
    ((_name, body),) = said_in_the_project(session)
    assert body.endswith("(1\u00a0pièce jointe de ce courriel, non reprises ici.)") or (
        "pièce jointe" in body
    )


def test_an_empty_reply_and_an_endless_one_wait(session: Session, sent: Sent, take: Take) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    assert take(reply(mail.public_id, "> Bonjour\r\n", number=1)) is Fate.WAITING
    assert take(reply(mail.public_id, "long " * 2000, number=2)) is Fate.WAITING
    empty, endless = messages(session)
    assert (empty.trouble, endless.trouble) == (Trouble.NO_TEXT, Trouble.TOO_LONG)
    assert (empty.content is not None, len(endless.text or "")) == (True, 9999)


def test_two_machines_that_answer_each_other_come_to_an_end(
    session: Session, sent: Sent, take: Take
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    fates = [take(reply(mail.public_id, f"réponse {n}", number=n)) for n in range(12)]
    assert fates == [Fate.COMMENT] * 10 + [Fate.WAITING] * 2
    assert messages(session)[-1].trouble is Trouble.TOO_MANY


def test_a_servers_line_above_the_head_is_none_of_it(
    session: Session, sent: Sent, take: Take
) -> None:
    raw = sample("gmail", sent("Lucie", WEEK_BEFORE).public_id)
    assert take(b"From lucie@example.org Tue Apr 14 10:04:00 2026\r\n" + raw) is Fate.COMMENT
    assert take(raw) is None


def test_what_cannot_be_read_is_kept_aside(session: Session, take: Take) -> None:
    raw = b"From: lucie@example.org\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 100
    assert [take(raw), take(raw)] == [Fate.UNREADABLE, None]
    (message,) = messages(session)
    assert (message.trouble, message.sender, message.content) == (
        Trouble.INTRICATE,
        "lucie@example.org",
        raw,
    )


def test_who_has_left_the_firm_is_no_longer_heard_in_its_project(
    session: Session, cast: Cast, sent: Sent, take: Take, change: Callable[[], None]
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    session.rollback()
    change()
    lucie = cast.person("Lucie")
    for place in lucie.memberships:
        place.ended_on = WEEK_BEFORE
    cast.step().lead_person_id = None
    session.commit()
    assert take(reply(mail.public_id, "fait")) is Fate.WAITING
    assert messages(session)[0].trouble is Trouble.NO_RIGHT
