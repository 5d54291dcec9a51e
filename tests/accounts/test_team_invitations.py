"""Invitations into a team: told with their reasons, answered behind their link, one at a time."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.kinds import AskState, TerritoryRoleKind
from app.accounts.mails import invitation_letter
from app.accounts.models import Ask, Grant, Person, SignIn, TerritoryRole
from app.accounts.services import inviting, team
from app.accounts.services.inviting import LIFETIME
from app.accounts.services.team import Nominee
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from app.web.database import db
from tests.accounts.state import everything
from tests.accounts.teams import (
    CLAIRE,
    FACILITATOR,
    LINKS,
    OBSERVER,
    PILOT,
    TYPED,
    As,
    answer,
    at_once,
    invite,
    name_role,
    page_of,
    roles,
)
from tests.cast import NOW, Cast


@pytest.fixture(autouse=True)
def _who_acts(session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def test_the_mail_says_who_invites_to_what_and_what_becomes_of_the_data(
    session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    mail = session.scalars(select(Mail)).one()
    letter = invitation_letter(LINKS, session, mail, NOW)
    assert isinstance(letter, Letter)
    assert (mail.to, mail.territory_id) == ("claire@example.org", cast.territory().id)
    assert letter.subject == ("Anne Vasseur vous invite à animer la démarche\u00a0: Val d’Aubrive")
    assert (letter.from_name, letter.reply_to) == ("Anne Vasseur (Maillage)", "anne@example.org")
    for text in (letter.text, html.unescape(letter.html)):
        for said in (
            "Bonjour Claire Jonval,",
            "Anne Vasseur vous invite à animer",
            "Val d’Aubrive",
            "Fonction notée\u00a0: Chargée de mission.",
            "lus de toutes les organisations du territoire",
            "en limiter l’usage",
            "Pour l’automne.",
            "mission d’intérêt public",
            "CNIL",
            "21\u00a0avril 2026",
            f"http://localhost{link}",
        ):
            assert said in text


@pytest.mark.parametrize(
    ("role", "said"), [(FACILITATOR, "co-animer"), (OBSERVER, "à suivre la démarche")]
)
def test_the_mail_names_the_role(
    session: Session, cast: Cast, role: TerritoryRoleKind, said: str
) -> None:
    invite(session, cast, Nominee("Claire Jonval", "claire@example.org", role))
    letter = invitation_letter(LINKS, session, session.scalars(select(Mail)).one(), NOW)
    assert isinstance(letter, Letter)
    assert said in letter.subject


def test_looking_at_the_invitation_changes_nothing(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    before = everything(session)
    with time_machine.travel(NOW, tick=False):
        for method in ("GET", "HEAD", "OPTIONS", "GET"):
            assert client.open(link, method=method).status_code == 200
        page = client.get(link).text
    for said in ("Anne Vasseur vous invite à animer", "Val d’Aubrive", "Chargée de mission"):
        assert said in page
    assert everything(session) == before


def test_accepting_gives_the_role_and_lets_a_new_person_in(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    assert answer(client, invite(session, cast)).location == "/"
    given = session.scalars(select(TerritoryRole).order_by(TerritoryRole.id)).all()[-1]
    assert (given.role, given.function) == (PILOT, "Chargée de mission")
    assert given.started_on == date(2026, 4, 8)
    assert given.person.name == "Claire Jonval"
    assert session.scalars(select(SignIn)).one().person_id == given.person_id
    recorded = session.scalars(select(Change).where(Change.entity == "TerritoryRole")).all()[-1]
    assert (recorded.actor_id, recorded.via) == (given.person_id, Via.MAIL_LINK)
    assert recorded.territory_id == cast.territory().id


def test_accepting_twice_gives_one_role(client: FlaskClient, session: Session, cast: Cast) -> None:
    link = invite(session, cast)
    answer(client, link)
    before = everything(session)
    again = answer(client.application.test_client(), link)
    assert "vous êtes de l’équipe du territoire" in again.text
    assert everything(session) == before


def test_declining_gives_no_role(client: FlaskClient, session: Session, cast: Cast) -> None:
    assert "Vous avez décliné" in answer(client, invite(session, cast), "decline", name="").text
    assert roles(session, "Claire") == []
    assert session.scalars(select(Ask)).one().state is AskState.DECLINED


def test_a_contact_who_holds_more_gets_the_role_but_is_not_let_in_by_an_old_mail(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    """A forwarded invitation must not open what Lucie's bakery reads."""
    link = invite(session, cast, Nominee("Lucie", "lucie@example.org", OBSERVER))
    with time_machine.travel(NOW, tick=False):
        assert "Mot de passe" not in client.get(link).text
    accepted = answer(client, link, name="Somebody", password="Quatre pains, deux brioches 7")
    assert "Vous avez accepté" in accepted.text
    assert roles(session, "Lucie") == [(OBSERVER, True)]
    assert session.scalars(select(SignIn)).all() == []
    assert cast.person("Lucie").password_hash is None


def test_an_invitation_lives_fourteen_days_and_is_renewed(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    with time_machine.travel(NOW + LIFETIME, tick=False):
        assert client.get(link).status_code == 410
    later = NOW + timedelta(days=20)
    inviting.renew(session, session.scalars(select(Ask)).one(), now=later)
    session.commit()
    with time_machine.travel(later + timedelta(days=13), tick=False):
        assert client.get(link).status_code == 200
    assert len(session.scalars(select(Mail)).all()) == 2


def test_a_revoked_invitation_opens_nothing_and_its_mail_stays(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    inviting.revoke(session, session.scalars(select(Ask)).one(), now=NOW)
    mail = session.scalars(select(Mail)).one()
    assert isinstance(invitation_letter(LINKS, session, mail, NOW), Skip)
    session.commit()
    assert answer(client, link).status_code == 410
    assert roles(session, "Claire") == []


def test_an_invitation_falls_with_the_right_of_who_asked(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    role = session.scalars(select(TerritoryRole).order_by(TerritoryRole.id)).first()
    assert role is not None
    role.role = FACILITATOR  # Anne pilots no longer
    session.commit()
    with time_machine.travel(NOW, tick=False):
        assert client.get(link).status_code == 410
    assert answer(client, link).status_code == 410


def test_who_got_another_role_meanwhile_finds_the_link_dead(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    """One role a person and territory: changing it is explicit."""
    link = invite(session, cast, Nominee("Marc", "marc@example.org", PILOT))
    name_role(session, cast, "Marc", OBSERVER)
    assert answer(client, link).status_code == 410
    assert roles(session, "Marc") == [(OBSERVER, True)]


@pytest.mark.parametrize(
    ("email", "role", "said"),
    [
        ("anne@example.org", PILOT, "votre propre adresse"),
        ("henri@example.org", OBSERVER, "Henri Collard observe déjà ce territoire."),
        ("henri@example.org", PILOT, "changez son rôle dans la liste"),
    ],
)
def test_who_need_not_be_invited_is_told_so(
    session: Session, cast: Cast, email: str, role: TerritoryRoleKind, said: str
) -> None:
    with pytest.raises(RefusedError, match=said):
        invite(session, cast, Nominee("Somebody", email, role))
    assert session.scalars(select(Mail)).all() == []


def test_an_erased_persons_address_gets_no_invitation_and_no_name(
    as_: As, session: Session, cast: Cast
) -> None:
    cast.person("Marc").anonymised_at = NOW
    session.commit()
    typed = {**TYPED, "email": "marc@example.org"}
    refused = as_("Anne").post(f"{page_of(cast)}/inviter", data=typed)
    assert refused.status_code == 422
    assert "Aucune invitation ne peut partir à cette adresse" in refused.text
    assert "Marc" not in refused.text
    assert session.scalars(select(Mail)).all() == []


def test_the_form_invites_and_a_second_tap_mails_nothing_more(
    as_: As, session: Session, cast: Cast
) -> None:
    anne, path = as_("Anne"), f"{page_of(cast)}/inviter"
    for _tap in range(2):
        assert anne.post(path, data=TYPED).status_code == 303
    assert len(session.scalars(select(Ask)).all()) == 1
    assert len(session.scalars(select(Mail)).all()) == 1
    session.commit()
    page = anne.get(page_of(cast)).text
    assert "claire@example.org" in page
    assert "attend sa réponse" in page


def test_a_facilitator_names_no_pilot(as_: As, session: Session, cast: Cast) -> None:
    name_role(session, cast, "Marc", FACILITATOR)
    marc, path = as_("Marc"), f"{page_of(cast)}/inviter"
    assert 'value="pilot"' not in marc.get(path).text
    refused = marc.post(path, data=TYPED)
    assert refused.status_code == 422
    assert session.scalars(select(Ask)).all() == []
    assert marc.post(path, data={**TYPED, "role": "observer"}).status_code == 303


def test_a_facilitator_touches_no_invitation_to_pilot(
    as_: As, session: Session, cast: Cast
) -> None:
    name_role(session, cast, "Marc", FACILITATOR)
    invite(session, cast)
    ask = session.scalars(select(Ask.public_id)).one()
    session.commit()
    for verb in ("renouveler", "retirer"):
        path = f"{page_of(cast)}/invitations/{ask}/{verb}"
        assert as_("Marc").post(path).status_code == 403
    assert as_("Anne").post(f"{page_of(cast)}/invitations/{ask}/retirer").status_code == 303
    session.rollback()
    assert session.scalars(select(Ask)).one().state is AskState.WITHDRAWN


def test_two_pilots_invite_the_same_new_person_at_once(
    engine: Engine, session: Session, cast: Cast
) -> None:
    name_role(session, cast, "Marc", PILOT)
    askers = [cast.person(who).id for who in ("Anne", "Marc")]
    session.commit()

    def by(asker_id: int) -> Callable[[Session], object]:
        return lambda own: (
            team.invite_to_team(
                own, territory=Cast(own).territory(), nominee=CLAIRE, asker_id=asker_id, now=NOW
            ).id
        )

    first, second = at_once(engine, *map(by, askers))
    assert first == second
    assert len(session.scalars(select(Ask)).all()) == 1
    assert len(session.scalars(select(Grant)).all()) == 1
    assert len(session.scalars(select(Mail)).all()) == 1
    assert session.scalars(select(Person).where(Person.email == CLAIRE.email)).one()


def test_two_territories_invite_the_same_new_person_at_once(
    engine: Engine, session: Session, cast: Cast
) -> None:
    def of(name: str, asker_id: int) -> Callable[[Session], object]:
        return lambda own: (
            team.invite_to_team(
                own, territory=Cast(own).territory(name), nominee=CLAIRE, asker_id=asker_id, now=NOW
            ).person_id
        )

    anne, paul = cast.person("Anne").id, cast.person("Paul").id
    session.commit()
    first, second = at_once(engine, of("Val d’Aubrive", anne), of("Plaine de Sorne", paul))
    assert first == second
    assert len(session.scalars(select(Ask)).all()) == 2


def test_the_database_refuses_a_second_open_invitation(session: Session, cast: Cast) -> None:
    invite(session, cast)
    one = session.scalars(select(Ask)).one()
    columns = ("kind", "subject_kind", "subject_id", "asker_id", "asked_person_id", "payload")
    copy = {name: getattr(one, name) for name in (*columns, "text_version", "asked_at")}
    session.add(Ask(**copy, expires_at=one.expires_at))
    with pytest.raises(IntegrityError):
        session.flush()
