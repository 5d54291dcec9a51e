"""The mails about accounts and personal data."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, update

from app.accounts.kinds import SecurityEvent, TerritoryRoleKind
from app.accounts.mails import ADDRESS, CLAIM, INVITATION, SECURITY, SIGN_IN_LINK
from app.accounts.models import Person, SignIn
from app.accounts.services.account import ask_new_address
from app.accounts.services.claims import bear_siret
from app.accounts.services.mailed_links import send_sign_in_link
from app.accounts.services.operators import invite_operator
from app.accounts.services.organisation_invitations import Guest, invite
from app.accounts.services.security import tell
from app.accounts.services.team import Nominee, invite_to_team
from app.journal.models import Change
from app.outbox.models import Mail
from app.outbox.services import enqueue
from app.privacy.kinds import IDLE, INFORMATION, NO_PILOT, PERSONAL_DATA
from app.privacy.models import PrivacyNotice
from app.privacy.services.noticing import write_information
from app.privacy.services.requests import send_link
from app.privacy.services.retention import YEAR, warn
from tests.mails.scene import LONG_FIRM, Occasion, Scene, stretch

LUCIE = "lucie@example.org"
SIRET = "73282932000074"


def sign_in_link(scene: Scene) -> Mail:
    send_sign_in_link(scene.session, email=LUCIE, now=scene.now)
    return scene.mail(SIGN_IN_LINK)


def address(scene: Scene) -> Mail:
    scene.acts("Lucie")
    lucie = scene.cast.person("Lucie")
    ask_new_address(scene.session, lucie, "lucie.perrin@example.net", scene.now)
    return scene.mail(ADDRESS)


def security(event: SecurityEvent, scene: Scene) -> Mail:
    tell(scene.session, scene.cast.person("Lucie"), event, scene.now)
    return scene.mail(SECURITY)


def claim(scene: Scene) -> Mail:
    """The Plaine de Sorne types the bakery's SIRET, which the Val holds."""
    scene.acts()
    session, lucie = scene.session, scene.cast.person("Lucie")
    lucie.password_hash = "x"
    bear_siret(session, scene.firm(), SIRET, siren=None, asked_by_id=None, now=scene.now)
    session.flush()
    other = scene.firm("Scierie de la Sorne")
    paul = scene.acts("Paul")
    bear_siret(session, other, SIRET, siren=None, asked_by_id=paul, now=scene.now)
    return scene.mail(CLAIM)


def invitation(scene: Scene) -> Mail:
    guest = Guest(
        name="Nadia Roy",
        email="nadia@example.org",
        function="Responsable de la boulange",
        note="On s’est croisées à l’atelier de mars : tu avais une idée pour les invendus ?",
    )
    asker = scene.acts()
    invite(scene.session, organisation=scene.firm(), guest=guest, asker_id=asker, now=scene.now)
    return scene.mail(INVITATION)


def invitation_of_long_words(scene: Scene) -> Mail:
    stretch(scene)
    guest = Guest(name="Nadia Roy-Etcheverry de la Combe", email="nadia@example.org")
    invite(
        scene.session,
        organisation=scene.firm(LONG_FIRM),
        guest=guest,
        asker_id=scene.acts(),
        now=scene.now,
    )
    return scene.mail(INVITATION)


def invitation_to_a_team(role: TerritoryRoleKind, scene: Scene) -> Mail:
    nominee = Nominee("Nadia Roy", "nadia@example.org", role, "Chargée de mission")
    invite_to_team(
        scene.session,
        territory=scene.cast.territory(),
        nominee=nominee,
        asker_id=scene.acts(),
        now=scene.now,
    )
    return scene.mail(INVITATION)


def invitation_to_operate(asker: str | None, scene: Scene) -> Mail:
    scene.acts("Odile")
    asker_id = scene.id_of(asker) if asker else None
    invite_operator(
        scene.session,
        name="Nadia Roy",
        email="nadia@example.org",
        asker_id=asker_id,
        now=scene.now,
    )
    return scene.mail(INVITATION)


def personal_data(scene: Scene) -> Mail:
    send_link(scene.session, email=LUCIE, now=scene.now)
    return scene.mail(PERSONAL_DATA)


def information(scene: Scene) -> Mail:
    scene.session.execute(delete(PrivacyNotice))
    write_information(
        scene.session,
        person_id=scene.id_of("Lucie"),
        email=LUCIE,
        territory_ids=[scene.cast.territory().id],
        now=scene.now,
    )
    return scene.mail(INFORMATION)


def idle(scene: Scene) -> Mail:
    """Lucie signed in once, and then nothing for two years."""
    session, lucie = scene.session, scene.id_of("Lucie")
    session.execute(update(Change).values(at=scene.now - 3 * YEAR))
    session.execute(update(Person.__table__).values(created_at=scene.now - 3 * YEAR))  # type: ignore[arg-type]
    opened = scene.now - 2 * YEAR - timedelta(days=1)
    session.add(
        SignIn(
            key_hash="k" * 64,
            person_id=lucie,
            opened_at=opened,
            expires_at=opened + timedelta(days=30),
        )
    )
    scene.acts()
    session.flush()
    assert warn(session, lucie, scene.now)
    return scene.mail(IDLE)


def no_pilot(scene: Scene) -> Mail:
    """As an erasure tells it."""
    territory = scene.cast.territory().id
    enqueue(
        scene.session,
        key="no_pilot",
        kind=NO_PILOT,
        recipient_id=scene.id_of("Odile"),
        territory_id=territory,
        to="odile@example.org",
        refs={"territory": territory},
        subject="Plus personne n’anime la démarche",
        not_before=scene.now,
        now=scene.now,
    )
    return scene.mail(NO_PILOT)


OCCASIONS: Mapping[str, Occasion] = {
    "sign-in-link": sign_in_link,
    "address": address,
    **{
        f"security-{event.value.replace('_', '-')}": functools.partial(security, event)
        for event in SecurityEvent
    },
    "claim": claim,
    "invitation": invitation,
    "invitation-long-words": invitation_of_long_words,
    **{
        f"invitation-{role.value}": functools.partial(invitation_to_a_team, role)
        for role in TerritoryRoleKind
    },
    "invitation-operator": functools.partial(invitation_to_operate, "Odile"),
    "invitation-first-operator": functools.partial(invitation_to_operate, None),
    "personal-data": personal_data,
    "information": information,
    "idle": idle,
    "no-pilot": no_pilot,
}
