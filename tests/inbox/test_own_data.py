"""A reply about its writer’s own data is read by whoever animates, never by the partners."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inbox.kinds import Fate, Trouble
from app.inbox.sayings import is_about_own_data
from app.outbox import registry
from app.outbox.message import Skip, Wait
from app.outbox.models import Mail
from app.plans.models import Comment
from tests.inbox.conftest import CAME_AT, Take, messages, reply
from tests.reminders.conftest import WEEK_BEFORE

Sent = Callable[..., Mail]


@pytest.mark.parametrize(
    "text",
    [
        "Merci d’effacer mes données.",
        "Pouvez-vous supprimer toutes mes coordonnées ?",
        "Je souhaite me désinscrire",
        "désabonnez-moi svp",
        "Au titre du RGPD, je demande une copie.",
        "Nous ne souhaitons plus recevoir vos messages.",
        "Retirez-moi de votre liste",
        "J’exerce mon droit d’accès.",
    ],
)
def test_what_asks_for_ones_own_data_is_known(text: str) -> None:
    assert is_about_own_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "C’est fait.",
        "Voici nos coordonnées : 03 53 01 00 10.",
        "Les données de pesée arrivent lundi.",
        "On a supprimé les cartons de la liste.",
        "Le fournisseur ne veut plus livrer le lundi.",
        "Je vous envoie nos données de production.",
    ],
)
def test_what_is_about_the_project_is_not(text: str) -> None:
    assert not is_about_own_data(text)


def test_it_waits_for_whoever_animates_and_no_partner_reads_it(
    session: Session, sent: Sent, take: Take
) -> None:
    mail = sent("Lucie", WEEK_BEFORE)
    assert take(reply(mail.public_id, "Merci d’effacer mes données.")) is Fate.WAITING
    (message,) = messages(session)
    assert message.trouble is Trouble.NO_PROJECT
    assert message.text == "Merci d’effacer mes données."
    assert session.scalars(select(Comment)).all() == []


def test_the_foot_of_a_mail_leads_to_the_page_and_not_to_a_reply(
    app: Flask, session: Session, sent: Sent
) -> None:
    written = sent("Lucie", WEEK_BEFORE).id
    session.rollback()
    mail = session.get_one(Mail, written, with_for_update=True)
    kind = registry.find(mail.kind)
    assert kind is not None
    letter = kind.renew(session, mail, CAME_AT)
    assert not isinstance(letter, Skip | Wait)
    whole = registry.completed(session, mail, letter, CAME_AT)
    for text in (whole.text, whole.html):
        assert "http://localhost/mes-donnees" in text
        assert "effacer : répondez" not in text
