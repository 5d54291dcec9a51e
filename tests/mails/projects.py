"""The mails between partners: questions, messages, and the answer to a reply."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.services.texts import publish_charter
from app.agreements.kinds import ANSWERED, QUESTION, ProposalKind
from app.agreements.models import Proposal
from app.agreements.services.charter import ask_adherence
from app.agreements.services.hand_overs import offer_step, offer_theme
from app.agreements.services.openings import ask_to_read
from app.agreements.services.parts import ask_part
from app.agreements.services.piloting import offer_piloting
from app.agreements.services.proposals import Wanted, asks_of, propose, speak
from app.inbox.mails import NAME as PROPOSAL
from app.inbox.services.receiving import receive
from app.outbox.kinds import MailState
from app.outbox.models import Mail
from app.plans.kinds import PartnerRole, PartnerState
from app.plans.mails.for_you import FOR_YOU
from app.plans.models import Flow, Partner, Theme
from app.plans.services.for_you import tell_entrusted
from app.plans.services.mentions import tell_those_named
from app.plans.services.projects import say
from app.plans.services.steps import add_step
from app.reminders.services.starting import start
from tests.inbox.conftest import CAME_AT, reply
from tests.mails.relances import first, several
from tests.mails.scene import LONG_FIRM, LONG_PROJECT, LONG_TITLE, Occasion, Scene, stretch

PROJECT, STEP = "Invendus du Fournil", "Peser les invendus"
MESSAGE = (
    "@Lucie Perrin, j’ai vu le transporteur ce matin :\n\n"
    "- il passe le **mardi** et le vendredi ;\n- il lui faut des bacs de 60 litres.\n\n"
    "Peux-tu me dire si le quai est libre avant 7 h ?"
)
CHARTER = "## Ce que nous partageons\n\nLes gisements, et ce qui a marché.\n"


def _part(scene: Scene, firm: str, project: str = PROJECT) -> Partner:
    partners = scene.cast.project(project).partners
    return next(one for one in partners if one.organisation.name == firm)


def shared_decision(kind: ProposalKind, scene: Scene) -> Mail:
    """Anne proposes, Karim’s chamber is asked."""
    anne, atelier = scene.acts(), _part(scene, "Atelier Bois")
    about_a_partner = kind in (ProposalKind.LEAD, ProposalKind.ROLE, ProposalKind.REMOVE)
    wanted = Wanted(
        kind,
        partner=atelier if about_a_partner else None,
        role=PartnerRole.OBSERVER if kind is ProposalKind.ROLE else None,
        reason="Le four est vendu, et personne ne reprend."
        if kind is ProposalKind.ABANDON
        else None,
    )
    propose(
        scene.session,
        scene.cast.project(),
        wanted,
        person_id=anne,
        speaks_for={scene.firm("CC du Val d’Aubrive").id},
        now=scene.now,
    )
    return scene.mail(QUESTION, "Karim")


def part(scene: Scene, *, firm: str = "Le Fournil", project: str = PROJECT) -> Mail:
    asker, asked = scene.acts(), _part(scene, firm, project)
    asked.state, asked.confirmed_at = PartnerState.APPROACHED, None
    scene.session.flush()
    ask_part(scene.session, asked, asker_id=asker, now=scene.now)
    return scene.mail(QUESTION)


def part_of_long_words(scene: Scene) -> Mail:
    stretch(scene)
    return part(scene, firm=LONG_FIRM, project=LONG_PROJECT)


def adherence(scene: Scene) -> Mail:
    asker, val = scene.acts(), scene.cast.territory()
    publish_charter(scene.session, val, body=CHARTER, follows=0, by_id=asker, now=scene.now)
    ask_adherence(scene.session, val, scene.firm(), by=asker, now=scene.now)
    return scene.mail(QUESTION)


def step_hand_over(scene: Scene) -> Mail:
    offer_step(
        scene.session,
        scene.cast.step(),
        organisation_id=scene.firm("Atelier Bois").id,
        person_id=None,
        word="Vous avez le camion, et la place pour la balance.",
        asker_id=scene.acts("Lucie"),
        now=scene.now,
    )
    return scene.mail(QUESTION)


def theme_hand_over(scene: Scene) -> Mail:
    theme = scene.session.scalars(select(Theme).where(Theme.title == "Mutualiser")).one()
    offer_theme(
        scene.session,
        theme,
        organisation_id=scene.firm("CCI des Deux Rives").id,
        word=None,
        asker_id=scene.acts(),
        now=scene.now,
    )
    return scene.mail(QUESTION)


def piloting(scene: Scene) -> Mail:
    offer_piloting(
        scene.session,
        scene.cast.territory(),
        organisation_id=scene.firm("CCI des Deux Rives").id,
        person_id=scene.id_of("Karim"),
        keeps=None,
        word="Trois ans de démarche : la suite vous revient.",
        asker_id=scene.acts(),
        now=scene.now,
    )
    return scene.mail(QUESTION)


def opening(scene: Scene) -> Mail:
    flow = scene.session.scalars(select(Flow)).one()
    reader = scene.firm("Atelier Bois").id
    ask_to_read(scene.session, flow, reader_id=reader, asker_id=scene.acts("Marc"), now=scene.now)
    return scene.mail(QUESTION)


def answered(scene: Scene, *, agrees: bool) -> Mail:
    """Karim’s chamber answers what Anne put forward."""
    shared_decision(ProposalKind.CLOSE, scene)
    [proposal] = scene.session.scalars(select(Proposal))
    [ask] = asks_of(scene.session, proposal)
    speak(
        scene.session,
        proposal,
        ask,
        agrees=agrees,
        words=None if agrees else "Le four sert encore deux nuits par semaine.",
        person_id=scene.acts("Karim"),
        now=scene.now,
    )
    return scene.mail(ANSWERED, "Anne")


def mention(scene: Scene, *, project: str = PROJECT, step: str | None = STEP) -> Mail:
    session, about = scene.session, scene.cast.project(project)
    start(session, about.territory_id, person_id=scene.acts("Anne"), now=scene.now)
    said = say(
        session,
        about,
        author_id=scene.acts("Karim"),
        body=MESSAGE,
        now=scene.now,
        step_id=scene.cast.step(step).id if step else None,
    )
    tell_those_named(session, about, said, now=scene.now)
    return scene.mail(FOR_YOU)


def entrusted(scene: Scene) -> Mail:
    """Three steps typed for one firm in a workshop, and a message that names its baker."""
    session, about = scene.session, scene.cast.project()
    scene.acts("Anne")
    firm, lucie = scene.firm(), scene.id_of("Lucie")
    steps = [
        add_step(
            session,
            about,
            title=title,
            lead_organisation_id=firm.id,
            lead_person_id=lucie,
            due_on=due_on,
            now=scene.now,
        )
        for title, due_on in (
            ("Nommer un interlocuteur", date(2026, 5, 4)),
            ("Photographier le quai", date(2026, 5, 18)),
            ("Choisir les bacs", None),
        )
    ]
    session.flush()
    tell_entrusted(session, steps, by_id=scene.acts("Anne"), now=scene.now)
    return mention(scene)


def mention_of_long_words(scene: Scene) -> Mail:
    stretch(scene)
    return mention(scene, project=LONG_PROJECT, step=LONG_TITLE)


def _replied(scene: Scene, mail: Mail, text: str) -> Mail:
    mail.state, mail.ended_at = MailState.SENT, mail.not_before
    raw = reply(mail.public_id, text, sender=mail.to)
    scene.session.commit()
    receive(lambda: Session(scene.engine), raw, own=(), now=CAME_AT)
    return scene.mail(PROPOSAL)


def proposal(text: str, scene: Scene) -> Mail:
    return _replied(scene, first(scene), text)


def proposal_of_several(scene: Scene) -> Mail:
    return _replied(scene, several(scene), "fait")


OCCASIONS: Mapping[str, Occasion] = {
    **{f"question-{kind.value}": functools.partial(shared_decision, kind) for kind in ProposalKind},
    "question-part": part,
    "question-part-long-words": part_of_long_words,
    "question-charter": adherence,
    "question-step": step_hand_over,
    "question-theme": theme_hand_over,
    "question-piloting": piloting,
    "question-opening": opening,
    "answered-yes": functools.partial(answered, agrees=True),
    "answered-no": functools.partial(answered, agrees=False),
    "mention": mention,
    "mention-project": functools.partial(mention, step=None),
    "mention-long-words": mention_of_long_words,
    "entrusted": entrusted,
    "proposal": functools.partial(proposal, "fait"),
    "proposal-date": functools.partial(proposal, "reporté au 12 mai 2026"),
    "proposal-several": proposal_of_several,
}
