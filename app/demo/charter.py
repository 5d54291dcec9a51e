"""The charter of the story, and who adheres to which of its two versions."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from app.accounts.services.texts import publish_charter
from app.agreements import texts
from app.agreements.services.charter import adhere
from app.demo.chronicle import MOVING, SAYING, Chronicle
from app.demo.ground import Ground
from app.journal.kinds import Via

_FIRST = """\
## Ce que nous faisons ensemble

Nous cherchons à échanger nos flux et à partager nos moyens, entre voisins du Val d’Aubrive.

## À quoi chacun s’engage

- Nommer une personne qui répond.
- Dire à temps ce qui ne tient pas.
- Garder pour soi ce que les autres confient.
"""
_SECOND = f"""{_FIRST}- Donner une fois par an les chiffres des projets que l’on porte.

## Pour combien de temps

Chaque organisation peut se retirer à tout moment, par un simple mot à l’animation.
"""
# (days ago, its text, who says yes: organisation, person, days later)
_VERSIONS = (
    (
        -420,
        _FIRST,
        (
            ("cci", "bastien", 3),
            ("fournil", "nadege", 5),
            ("brasserie", "yann", 6),
            ("conserverie", "sophie", 12),
            ("scierie", "julie", 20),
            ("voisins", "odile", 26),
        ),
    ),
    (
        -50,
        _SECOND,
        (
            ("cci", "bastien", 2),
            ("fournil", "nadege", 4),
            ("lycee", "samira", 9),
            ("conserverie", "sophie", 15),
        ),
    ),
)


def tell_charter(ground: Ground, chronicle: Chronicle) -> None:
    """Note two versions and the clicks after each: some have not come to the second yet."""
    days = ground.story.days
    for number, (distance, body, adherents) in enumerate(_VERSIONS, start=1):
        publish = partial(_publish, ground, number, body)
        chronicle.on(days.at(distance), MOVING, f"charter {number}", "anne", Via.PAGE, publish)
        for organisation, person, later in adherents:
            deed = partial(_adhere, ground, number, organisation, person)
            what = f"adherence {number} {organisation}"
            chronicle.on(days.at(distance + later), SAYING, what, person, Via.MAIL_LINK, deed)


def _publish(ground: Ground, number: int, body: str, at: datetime) -> None:
    publish_charter(
        ground.session,
        ground.territory,
        body=body,
        follows=number - 1,
        by_id=ground.people["anne"].id,
        now=at,
    )


def _adhere(ground: Ground, number: int, organisation: str, person: str, at: datetime) -> None:
    adhere(
        ground.session,
        ground.territory,
        ground.organisations[organisation],
        version=texts.charter(number),
        person_id=ground.people[person].id,
        now=at,
    )
