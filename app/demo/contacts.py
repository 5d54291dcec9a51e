"""The calls and visits of the story, its catalogue of leads and its first campaign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from app.core.clock import local_day
from app.demo.chronicle import MOVING, SAYING, Chronicle, public_id
from app.demo.days import TIME_ZONE
from app.demo.ground import Ground
from app.initiatives.kinds.campaigns import ContactState
from app.initiatives.kinds.notes import NOTED, NoteKind, NoteVisibility
from app.initiatives.services.campaigns import move_company, open_campaign
from app.initiatives.services.leads import Lead, capture, keep, pass_on, refuse
from app.initiatives.services.notes import Said, take_note
from app.journal.kinds import Via
from app.plans.kinds import FlowDirection, ResourceKind

CALL, VISIT, NOTE = NOTED
OWN, COLLEAGUES, PARTNERS = NoteVisibility
OFFER, NEED = FlowDirection


@dataclass(frozen=True)
class _Note:
    """Days ago, by whom, with whom, what; `again`: the day on which to take it up."""

    on: int
    by: str
    kind: NoteKind
    firm: str
    words: str
    readers: NoteVisibility = COLLEAGUES
    person: str | None = None
    again: int | None = None
    step: tuple[str, str] | None = None


_NOTES = (
    _Note(
        -96,
        "anne",
        VISIT,
        "conserverie",
        "Visite des stérilisateurs : l’eau chaude part à "
        "l’égout à 60 °C. Sophie veut chiffrer avant d’en parler.",
        PARTNERS,
        "sophie",
    ),
    _Note(
        -74,
        "anne",
        CALL,
        "conserverie",
        "L’avis sanitaire est demandé, réponse sous deux mois.",
        PARTNERS,
        "sophie",
        step=("eau", "derogation"),
    ),
    _Note(
        -60,
        "karim",
        VISIT,
        "metallerie",
        "Rémi jette deux bennes de chutes par mois. Il préfère le téléphone au courriel.",
        person="remi",
    ),
    _Note(
        -45,
        "bastien",
        VISIT,
        "plasturgie",
        "Camille cherche un second débouché pour ses purges de production.",
        PARTNERS,
        "camille",
    ),
    _Note(
        -38,
        "anne",
        CALL,
        "transports",
        "Retours à vide le mardi et le jeudi, d’accord pour en parler à l’assemblée.",
        PARTNERS,
        "damien",
    ),
    _Note(-31, "anne", NOTE, "blanchisserie", "Fatou voudrait une visite avant l’été.", again=-2),
    _Note(-25, "karim", CALL, "scierie", "Pas de réponse, message laissé.", person="julie"),
    _Note(
        -21,
        "karim",
        CALL,
        "scierie",
        "Les palettes tournent bien ; elle manque de bras pour les réparer.",
        PARTNERS,
        "julie",
    ),
    _Note(
        -16,
        "bastien",
        CALL,
        "brasserie",
        "Yann a goûté le brassin d’essai avec ses clients : bons retours.",
        PARTNERS,
        "yann",
    ),
    _Note(
        -12,
        "anne",
        CALL,
        "lycee",
        "Deux classes disponibles en mai pour réparer des palettes.",
        again=20,
    ),
    _Note(-7, "bastien", NOTE, "fournil", "Revoir Nadège après la pesée.", OWN, "nadege", again=9),
    _Note(
        -4,
        "anne",
        CALL,
        "metallerie",
        "Rappelle quand le devis de la benne est là.",
        person="remi",
        again=-1,
    ),
)


@dataclass(frozen=True)
class _Lead:
    """Days ago, by whom, in which words; the firms that it is about."""

    on: int
    by: str
    words: str
    firms: tuple[str, ...] = ()
    direction: FlowDirection | None = None
    resource: ResourceKind | None = None
    zone: str | None = None
    fate: tuple[str, str] | None = None


_LEADS = (
    _Lead(
        -58,
        "karim",
        "Deux bennes de chutes d’acier par mois",
        ("metallerie",),
        OFFER,
        ResourceKind.MATERIAL,
        "corneille",
    ),
    _Lead(
        -52,
        "bastien",
        "Acier de récupération, chutes courtes, pour l’atelier de soudure",
        ("lycee",),
        NEED,
        ResourceKind.MATERIAL,
    ),
    _Lead(
        -44,
        "bastien",
        "Purges de plastique propres, une palette par semaine",
        ("plasturgie",),
        OFFER,
        ResourceKind.WASTE,
        "herons",
    ),
    _Lead(
        -37,
        "anne",
        "Place dans un camion vers Port-Armel le mardi",
        ("transports",),
        OFFER,
        ResourceKind.LOGISTICS,
        "herons",
    ),
    _Lead(
        -30,
        "nadege",
        "Un camion frigorifique vers Port-Armel, une fois par semaine",
        ("fournil",),
        NEED,
        ResourceKind.LOGISTICS,
        "corneille",
    ),
    _Lead(
        -27,
        "anne",
        "Une crèche pour les horaires décalés de la zone",
        zone="herons",
        fate=("transmise", "Le service petite enfance de la communauté de communes"),
    ),
    _Lead(
        -20,
        "karim",
        "Méthaniser les boues de la station",
        fate=("refusée", "Le syndicat des eaux a déjà choisi une autre voie."),
    ),
    _Lead(
        -9,
        "anne",
        "Une salle de réunion commune à louer",
        ("voisins",),
        OFFER,
        ResourceKind.SPACE,
        "herons",
        fate=("gardée", ""),
    ),
)
_CAMPAIGN = ("Premier tour des Trois-Hérons", "herons", -90)
_MOVES = (
    ("conserverie", ContactState.AMBASSADOR),
    ("scierie", ContactState.INTERESTED),
    ("transports", ContactState.CALLED),
)


def tell_contacts(ground: Ground, chronicle: Chronicle) -> None:
    """Note what was said, what was brought and how far the first campaign is."""
    days = ground.story.days
    for number, note in enumerate(_NOTES):
        chronicle.on(
            days.at(note.on),
            SAYING,
            f"note {number}",
            note.by,
            Via.PAGE,
            partial(_write, ground, number, note),
        )
    for number, lead in enumerate(_LEADS):
        chronicle.on(
            days.at(lead.on),
            MOVING,
            f"lead {number}",
            lead.by,
            Via.PAGE,
            partial(_bring, ground, number, lead),
        )
    title, zone, on = _CAMPAIGN
    chronicle.on(
        days.at(on), MOVING, "campaign", "anne", Via.PAGE, partial(_open, ground, title, zone)
    )


def _write(ground: Ground, number: int, note: _Note, at: datetime) -> None:
    steps = [ground.step_by_key(*note.step)] if note.step else []
    taken = take_note(
        ground.session,
        territory_id=ground.territory.id,
        organisation_id=ground.organisations[note.firm].id,
        author_id=ground.people[note.by].id,
        author_organisation_id=ground.organisations[_house(note.by)].id,
        said=Said(
            note.kind,
            note.words,
            local_day(at, TIME_ZONE),
            note.readers,
            ground.story.days.at(note.again) if note.again else None,
            ground.people[note.person].id if note.person else None,
        ),
        now=at,
        today=local_day(at, TIME_ZONE),
        steps=steps,
    )
    taken.public_id = public_id(f"note {number}")


def _house(person: str) -> str:
    return {"bastien": "cci", "nadege": "fournil"}.get(person, "collectivite")


def _bring(ground: Ground, number: int, tale: _Lead, at: datetime) -> None:
    session = ground.session
    found = capture(
        session,
        territory_id=ground.territory.id,
        lead=Lead(
            tale.words,
            tale.direction,
            tale.resource,
            ground.zones[tale.zone].id if tale.zone else None,
            [ground.organisations[firm] for firm in tale.firms],
        ),
        brought_by_id=ground.people[tale.by].id,
        brought_by_organisation_id=ground.organisations[_house(tale.by)].id,
        now=at,
    )
    found.public_id = public_id(f"lead {number}")
    what, words = tale.fate or ("", "")
    if what == "transmise":
        pass_on(session, found, to=words, reason="")
    elif what == "refusée":
        refuse(session, found, reason=words)
    elif what == "gardée":
        keep(session, found)


def _open(ground: Ground, title: str, zone: str, at: datetime) -> None:
    """The campaign, and what became of its companies since: their states are not journalled."""
    campaign = open_campaign(
        ground.session,
        territory_id=ground.territory.id,
        zone_id=ground.zones[zone].id,
        title=title,
        today=local_day(at, TIME_ZONE),
    )
    campaign.public_id = public_id("campaign")
    for firm, state in _MOVES:
        move_company(
            ground.session,
            campaign,
            organisation_id=ground.organisations[firm].id,
            state=state,
            person_id=ground.people["anne"].id,
            now=at,
        )
