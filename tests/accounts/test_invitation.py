"""An invitation: asked by who may admit, told with its reasons, answered behind its link."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.grants import live_grant
from app.accounts.hashing import hash_password, is_right
from app.accounts.kinds import AskState, GrantPurpose, MembershipRole
from app.accounts.links import Links
from app.accounts.mails import invitation_letter
from app.accounts.models import Ask, Grant, Membership, Organisation, Person, SignIn
from app.accounts.services import inviting, organisation_invitations
from app.accounts.services.inviting import LIFETIME
from app.accounts.services.organisation_invitations import Guest
from app.core.refusals import RefusedError
from app.journal.kinds import Via
from app.journal.models import Change
from app.journal.recorder import acting
from app.outbox.message import Letter, Skip
from app.outbox.models import Mail
from tests.accounts.state import everything
from tests.cast import NOW, Cast
from tests.conftest import SECRET

LINKS = Links(SECRET, "http://localhost")
PASSWORD = "Quatre pains, deux brioches 7"
INES = Guest(
    name="Inès Kada",
    email="ines@fournil.example",
    function="Gérante",
    role=MembershipRole.MANAGER,
    note="Vu à l’atelier de mars.",
)


@pytest.fixture(autouse=True)
def _who_acts(session: Session) -> None:
    acting(session, None, Via.COMMAND, NOW)


def invite(session: Session, cast: Cast, guest: Guest = INES, by: str = "Anne") -> str:
    """The path of the link in the mail; commits."""
    grant = organisation_invitations.invite(
        session,
        organisation=cast.organisation("Le Fournil"),
        guest=guest,
        asker_id=cast.person(by).id,
        now=NOW,
    )
    path = f"/invitation/{LINKS.token(grant.public_id)}"
    session.commit()
    return path


def answer(client: FlaskClient, link: str, answer: str = "accept", **typed: str) -> TestResponse:
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        return client.post(link, data={"answer": answer, "name": "Inès Kada-Roux", **typed})


def place(session: Session, email: str = INES.email) -> Membership | None:
    found = session.scalar(
        select(Membership)
        .join(Person)
        .join(Organisation)
        .where(Person.email == email, Organisation.name == "Le Fournil")
    )
    session.commit()
    return found


def test_the_mail_says_who_invites_why_and_what_becomes_of_the_data(
    session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    mail = session.scalars(select(Mail)).one()
    letter = invitation_letter(LINKS, session, mail, NOW)
    assert isinstance(letter, Letter)
    assert mail.to == "ines@fournil.example"
    assert letter.subject == "Anne Vasseur vous invite à suivre les projets : Le Fournil".replace(
        " :", "\u00a0:"
    )
    assert (letter.from_name, letter.reply_to) == ("Anne Vasseur (Maillage)", "anne@example.org")
    for text in (letter.text, html.unescape(letter.html)):
        for said in (
            "Bonjour Inès Kada,",
            "Anne Vasseur",
            "anne@example.org",
            "Val d’Aubrive",
            "Fonction notée\u00a0: Gérante.",
            "indiquée par Anne Vasseur",
            "lisent nom et fonction",
            "en limiter l’usage",
            "Vu à l’atelier de mars.",
            "mission d’intérêt public",
            "deux ans",
            "CNIL",
            "21\u00a0avril 2026",
            f"http://localhost{link}",
        ):
            assert said in text


def test_looking_at_an_invitation_changes_nothing(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    before = everything(session)
    with time_machine.travel(NOW, tick=False):
        for method in ("GET", "HEAD", "OPTIONS", "GET"):
            assert client.open(link, method=method).status_code == 200
        page = client.get(link).text
    for said in ("Anne Vasseur", "Le Fournil", "Gérante", "mission d’intérêt public", "Inès Kada"):
        assert said in page
    assert everything(session) == before


def test_accepting_makes_the_membership_and_signs_in(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    assert answer(client, link, password=PASSWORD).location == "/"
    made = place(session)
    assert made is not None
    assert (made.role, made.function) == (MembershipRole.MANAGER, "Gérante")
    assert not made.is_default  # Lucie is called first
    assert made.person.name == "Inès Kada-Roux"
    assert made.person.search_key == "ines kada roux"
    assert is_right(PASSWORD, made.person.password_hash)
    ask = session.scalars(select(Ask)).one()
    assert (ask.state, ask.answered_by_id) == (AskState.ACCEPTED, made.person_id)
    assert ask.text_version == "invitation-1"
    assert session.scalars(select(SignIn)).one().person_id == made.person_id
    recorded = session.scalars(select(Change).where(Change.entity == "Membership")).all()[-1]
    assert (recorded.actor_id, recorded.via) == (made.person_id, Via.MAIL_LINK)


def test_accepting_without_a_password_is_enough(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    assert answer(client, invite(session, cast)).status_code == 303
    made = place(session)
    assert made is not None
    assert made.person.password_hash is None


def test_a_weak_password_is_refused_with_advice_and_nothing_changes(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    before = everything(session)
    refused = answer(client, link, password="soleil")
    assert refused.status_code == 422
    assert "trop court" in refused.text
    assert 'value="Inès Kada-Roux"' in refused.text
    assert everything(session) == before


def test_accepting_again_changes_nothing_and_signs_nobody_in(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    answer(client, link, password=PASSWORD)
    before = everything(session)
    stranger = client.application.test_client()
    again = answer(stranger, link, name="Somebody Else", password="Une autre phrase, 9 mots ici")
    assert again.status_code == 200
    assert "Vous avez accepté" in again.text
    assert answer(stranger, link, "decline").status_code == 200
    assert everything(session) == before


def test_declining_is_noted_and_makes_nobody_a_member(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    declined = answer(client, link, "decline", name="")
    assert "Vous avez décliné" in declined.text
    assert place(session) is None
    assert session.scalars(select(Ask)).one().state is AskState.DECLINED
    session.commit()
    assert "Vous avez décliné" in answer(client, link).text
    assert place(session) is None


def test_the_answer_needs_no_cookie_and_no_token_of_a_form(
    app: Flask, session: Session, cast: Cast
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    link = invite(session, cast)
    assert answer(app.test_client(use_cookies=False), link).status_code == 303


def test_who_has_an_account_joins_but_is_not_signed_in_by_an_old_mail(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    marc = cast.person("Marc")
    marc.password_hash = hash_password(PASSWORD)
    link = invite(session, cast, Guest("Whoever", "marc@example.org"))
    with time_machine.travel(NOW, tick=False):
        page = client.get(link).text
    assert "Mot de passe" not in page
    assert "Marc Oudot" in page
    accepted = answer(client, link, name="Marc Oudot", password="Une autre phrase, 9 mots ici")
    assert accepted.status_code == 200
    assert "Vous avez accepté" in accepted.text
    made = place(session, "marc@example.org")
    assert made is not None
    assert is_right(PASSWORD, made.person.password_hash)
    assert session.scalars(select(SignIn)).all() == []


def test_an_invitation_lives_fourteen_days(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    with time_machine.travel(NOW + LIFETIME - timedelta(seconds=1), tick=False):
        assert client.get(link).status_code == 200
    with time_machine.travel(NOW + LIFETIME, tick=False):
        assert client.get(link).status_code == 410
        assert client.post(link, data={"name": "Inès"}).status_code == 410


def test_a_renewed_invitation_lives_on_behind_the_first_link_and_mails_again(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    later = NOW + timedelta(days=20)
    inviting.renew(session, session.scalars(select(Ask)).one(), now=later)
    session.commit()
    assert len(session.scalars(select(Mail)).all()) == 2
    session.commit()
    with time_machine.travel(later + timedelta(days=13), tick=False):
        assert client.get(link).status_code == 200


def test_inviting_again_renews_what_waits_and_the_last_asker_answers_for_it(
    session: Session, cast: Cast
) -> None:
    first = invite(session, cast)
    second = invite(session, cast, Guest(INES.name, INES.email, "Boulangère"), by="Lucie")
    assert second == first
    ask = session.scalars(select(Ask)).one()
    assert ask.payload["function"] == "Boulangère"
    assert ask.asker_id == cast.person("Lucie").id


def test_a_revoked_invitation_opens_nothing_and_its_mail_does_not_leave(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast)
    inviting.revoke(session, session.scalars(select(Ask)).one(), now=NOW)
    mail = session.scalars(select(Mail)).one()
    assert isinstance(invitation_letter(LINKS, session, mail, NOW), Skip)
    session.commit()
    assert answer(client, link).status_code == 410
    assert place(session) is None


def test_an_invitation_falls_with_the_rights_of_who_asked(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast, by="Lucie")
    cast.person("Lucie").memberships[0].role = MembershipRole.MEMBER
    session.commit()
    with time_machine.travel(NOW, tick=False):
        assert client.get(link).status_code == 410
    assert answer(client, link).status_code == 410
    assert place(session) is None


def test_a_member_with_an_account_is_not_invited_again(session: Session, cast: Cast) -> None:
    cast.person("Lucie").password_hash = hash_password(PASSWORD)
    session.flush()
    with pytest.raises(RefusedError, match="participe déjà"):
        invite(session, cast, Guest("Lucie Perrin", "lucie@example.org"))


def test_a_contact_who_never_signed_in_is_invited_and_keeps_their_place(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    link = invite(session, cast, Guest("Lucie Perrin", "lucie@example.org"))
    assert answer(client, link, name="Lucie Perrin").status_code == 303
    made = place(session, "lucie@example.org")
    assert made is not None
    assert (made.role, made.is_default) == (MembershipRole.MANAGER, True)


def test_names_with_markup_and_line_breaks_stay_text_in_the_mail(
    session: Session, cast: Cast
) -> None:
    cast.organisation("Le Fournil").name = "Four & Fils <script>\r\nBcc: all@example.org"
    cast.person("Anne").name = "Anne <script> & Cie"
    session.flush()
    grant = organisation_invitations.invite(
        session,
        organisation=session.scalars(
            select(Organisation).where(Organisation.name.startswith("Four"))
        ).one(),
        guest=Guest("<b>Inès</b>", INES.email, note="<i>mot</i>"),
        asker_id=cast.person("Anne").id,
        now=NOW,
    )
    assert live_grant(session, LINKS, LINKS.token(grant.public_id), GrantPurpose.INVITATION, NOW)
    mail = session.scalars(select(Mail)).one()
    letter = invitation_letter(LINKS, session, mail, NOW)
    assert isinstance(letter, Letter)
    assert "\n" not in letter.subject
    for markup in ("<script>", "<b>Inès", "<i>mot"):
        assert markup not in letter.html
    assert "Four &amp; Fils &lt;script&gt;" in letter.html
    assert "<b>Inès</b>" in letter.text


def test_the_grant_of_an_invitation_signs_nobody_in(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    token = invite(session, cast).rpartition("/")[2]
    with time_machine.travel(NOW, tick=False):
        assert client.post(f"/lien/{token}").status_code == 410
    assert session.scalars(select(Grant)).one().revoked_at is None
