"""« Courrier reçu »: what waits is placed or put aside, and an address is trusted again."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inbox.kinds import Fate
from app.inbox.models import Incoming
from app.outbox.bounces import is_refused
from app.outbox.models import Mail
from app.plans.models import Comment
from tests.cast import Cast
from tests.conftest import QueryCount
from tests.inbox.conftest import Take, messages, reply, sample
from tests.reminders.conftest import WEEK_BEFORE

As = Callable[[str], FlaskClient]
Sent = Callable[..., Mail]


def page_of(cast: Cast) -> str:
    cast.session.rollback()
    return f"/territoires/{cast.territory().public_id}/courrier"


def test_who_is_not_sure_is_quoted_in_the_pilots_name(
    session: Session, cast: Cast, sent: Sent, take: Take, as_: As
) -> None:
    take(reply(sent("Lucie", WEEK_BEFORE).public_id, "Tout est prêt.", sender="x@example.org"))
    anne, here = as_("Anne"), page_of(cast)
    page = anne.get(here).text
    assert "Tout est prêt." in page
    assert "vient d’une autre adresse" in page
    (message,) = messages(session)
    url = f"{here}/{message.public_id}/placer"
    project = cast.project().public_id
    session.rollback()
    assert anne.post(url, data={"projet": project}).status_code == 303
    session.rollback()
    comment = session.scalars(select(Comment)).one()
    assert (comment.author_id, comment.body) == (
        cast.person("Anne").id,
        "Reçu par courriel de x@example.org\u00a0:\n\n> Tout est prêt.",
    )
    assert messages(session)[0].fate is Fate.COMMENT
    session.rollback()
    assert (
        "a déjà été traité" in anne.post(url, data={"projet": project}, follow_redirects=True).text
    )


def test_put_aside_and_taken_up_again(
    session: Session, cast: Cast, sent: Sent, take: Take, as_: As
) -> None:
    take(reply(sent("Lucie", WEEK_BEFORE).public_id, "Bonjour", sender="x@example.org"))
    anne, here = as_("Anne"), page_of(cast)
    url = f"{here}/{messages(session)[0].public_id}"
    session.rollback()
    told = anne.post(f"{url}/classer", follow_redirects=True).text
    assert f'formaction="{url}/reprendre"' in told
    assert messages(session)[0].settled_by_id == cast.person("Anne").id
    session.rollback()
    anne.post(f"{url}/reprendre")
    assert messages(session)[0].settled_at is None


def test_a_failing_address_is_shown_and_trusted_again(
    session: Session, cast: Cast, sent: Sent, take: Take, as_: As
) -> None:
    take(sample("postfix_hard", sent("Lucie", WEEK_BEFORE).public_id))
    anne, here = as_("Anne"), page_of(cast)
    page = anne.get(here).text
    assert "Adresses en erreur" in page and "lucie@example.org" in page
    firm, lucie = cast.organisation("Le Fournil").public_id, cast.person("Lucie").public_id
    assert f'href="/organisations/{firm}/contacts/{lucie}"' in page
    session.rollback()
    button = page.split('formaction="' + here + "/adresses/")[1].split('"')[0]
    anne.post(f"{here}/adresses/{button}")
    session.rollback()
    assert not is_refused(session, "lucie@example.org")


def test_without_a_mailbox_the_page_says_where_replies_go(cast: Cast, as_: As) -> None:
    page = as_("Anne").get(page_of(cast)).text
    assert "Les réponses arrivent dans votre propre messagerie" in page
    assert "À placer" not in page


def test_an_operator_sees_that_it_came_and_not_what_it_says(
    session: Session, take: Take, as_: As
) -> None:
    take(reply("nothing", "un secret", sender="spam@elsewhere.example"))
    page = as_("Odile").get("/exploitation/courrier").text
    assert "spam@elsewhere.example" in page
    assert "un secret" not in page


def test_the_page_takes_as_many_queries_for_thirty_as_for_one(
    session: Session, cast: Cast, sent: Sent, take: Take, as_: As, queries: QueryCount
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    anne, here = as_("Anne"), page_of(cast)
    counts = []
    for last in (1, 30):
        for number in range(len(messages(session)), last):
            take(reply(mail.public_id, "Bonjour", sender="x@example.org", number=number))
        anne.get(here)
        queries.reset()
        assert anne.get(here).status_code == 200
        counts.append(len(queries.statements))
    assert counts[0] == counts[1]
    session.rollback()
    assert len(session.scalars(select(Incoming)).all()) == 30
