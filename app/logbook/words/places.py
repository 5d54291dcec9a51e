"""Territories, their zones and roles, and their relances."""

from __future__ import annotations

from app.accounts.kinds import TerritoryRoleKind
from app.accounts.models import ActivityZone, Territory, TerritoryRole, TerritoryText
from app.accounts.portrait import AGES, SIZES
from app.logbook.entries import Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, as_date, day, quoted, small
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon
from app.reminders.kinds import Manner
from app.reminders.labels import AUDIENCES
from app.reminders.models import (
    RelanceManner,
    RelancePatience,
    RelancePause,
    RelancePolicy,
    RelanceSetting,
)
from app.reminders.services.starting import FOREVER


def _territory(line: Line, names: Names) -> str:
    return f"le territoire {quoted(names.about(line, 'name') or 'sans nom')}"


TERRITORY = Lexicon(
    model=Territory,
    topic=Topic.TERRITORY,
    audience=Audience.TERRITORY,
    one="territoire",
    many="territoires",
    thing=_territory,
    known=("name",),
    at_creation=("siren",),
    fields={
        "name": forms.text("le nom"),
        "siren": forms.text("le SIREN"),
        "holiday_zone": forms.noted("le calendrier des jours fériés"),
        "time_zone": forms.noted("le fuseau horaire"),
        "second_factor_demanded": forms.either(
            "Un second facteur est demandé à l’équipe.",
            "Le second facteur n’est plus demandé à l’équipe.",
        ),
        "send_hour": forms.plain_number("l’heure d’envoi des courriels", feminine=True, unit=" h"),
    },
)

CLASSES = {**SIZES, **AGES}


def _zone(line: Line, names: Names) -> str:
    return f"la zone d’activités {quoted(names.about(line, 'name') or 'sans nom')}"


ZONE = Lexicon(
    model=ActivityZone,
    topic=Topic.TERRITORY,
    audience=Audience.TERRITORY,
    one="zone d’activités",
    many="zones d’activités",
    feminine=True,
    thing=_zone,
    known=("name",),
    at_creation=("dominant_use",),
    fields={
        "name": forms.text("le nom"),
        "dominant_use": forms.text("la vocation", feminine=True),
        "gross_area": forms.figure("la surface brute", feminine=True),
        "establishments": forms.figure("le nombre d’établissements"),
        "vacancy_rate": forms.figure("le taux de vacance"),
        "latitude": forms.silent("la latitude"),
        "longitude": forms.silent("la longitude"),
        "specialisation": forms.text("la spécialisation", feminine=True),
        "created_year": forms.plain_number("l’année de création", feminine=True),
        "figures_on": forms.day("la date des chiffres", feminine=True),
        "figures_source": forms.text("la source des chiffres", feminine=True),
        "note": forms.long_text("la note", feminine=True),
        **{
            name: forms.figure(f"le nombre d’entreprises ({word.lower()})")
            for name, word in CLASSES.items()
        },
    },
)


def _role(line: Line, names: Names) -> str:
    role = names.about(line, "role")
    said = small(TerritoryRoleKind, role) if role else "un rôle"
    return f"{names.of('Person', names.about(line, 'person_id'))}, {said}"


def _role_created(line: Line, names: Names) -> Clause:
    return Clause(f"a confié un rôle du territoire : {_role(line, names)}", frozenset(line.fields))


def _role_updated(line: Line, names: Names) -> Clause | None:
    if line.after("ended_on"):
        said = f"a mis fin à un rôle du territoire : {_role(line, names)}"
        return Clause(said, frozenset({"ended_on"}))
    return None


TERRITORY_ROLE = Lexicon(
    model=TerritoryRole,
    topic=Topic.PEOPLE,
    audience=Audience.FOLLOWERS,
    one="rôle du territoire",
    many="rôles du territoire",
    thing=lambda line, names: f"un rôle du territoire ({_role(line, names)})",
    created=_role_created,
    updated=_role_updated,
    known=("person_id", "role"),
    refers={"person_id": "Person"},
    fields={
        "role": forms.chosen("le rôle", TerritoryRoleKind),
        "function": forms.text("la fonction", feminine=True),
        "ended_on": forms.day("la fin du rôle", feminine=True),
    },
)


def _relances(line: Line, names: Names) -> Clause | None:
    if line.after("started_at"):
        return Clause("a démarré les relances du territoire", frozenset(line.fields))
    if "paused_until" not in line.fields:
        return None
    until = line.after("paused_until")
    if until is None:
        said = "a repris les relances du territoire"
    elif as_date(until) == FOREVER:
        said = "a suspendu tous les courriels du territoire, jusqu’à nouvel ordre"
    else:
        said = f"a suspendu tous les courriels du territoire jusqu’au {day(until, names)}"
    return Clause(said, frozenset(line.fields))


def _settings(_line: Line, _names: Names) -> str:
    return "les relances du territoire"


RELANCES = Lexicon(
    model=RelanceSetting,
    topic=Topic.RELANCES,
    audience=Audience.ANIMATORS,
    one="réglage des relances",
    many="réglages des relances",
    thing=_settings,
    created=lambda line, names: (
        _relances(line, names) or Clause("a préparé les relances du territoire")
    ),
    updated=_relances,
    fields={
        "started_at": forms.instant("le démarrage"),
        "paused_until": forms.day("la fin de la pause", feminine=True),
    },
)


_AUDIENCES = {audience.value: words.lower() for audience, words in AUDIENCES.items()}


def _policy(line: Line, names: Names) -> str:
    audience = names.about(line, "audience") or ""
    return f"les règles des relances ({_AUDIENCES.get(audience, audience)})"


POLICY = Lexicon(
    model=RelancePolicy,
    topic=Topic.RELANCES,
    audience=Audience.ANIMATORS,
    one="règle des relances",
    many="règles des relances",
    feminine=True,
    thing=_policy,
    known=("audience",),
    fields={
        "before_days": forms.plain_number("le premier rappel", unit=" jours avant"),
        "eve": forms.either("Un rappel part la veille.", "Aucun rappel ne part la veille."),
        "after_days": forms.plain_number("la relance", feminine=True, unit=" jours après"),
        "milestone_days": forms.plain_number("l’annonce d’un jalon", unit=" jours avant"),
        "gap": forms.plain_number("l’écart entre deux courriels", unit=" jours"),
        "weekly": forms.either(
            "Un point part chaque semaine après la date.",
            "Aucun point ne part chaque semaine après la date.",
        ),
    },
)


PATIENCE = Lexicon(
    model=RelancePatience,
    topic=Topic.RELANCES,
    audience=Audience.ANIMATORS,
    one="délai des relances",
    many="délais des relances",
    thing=lambda _line, _names: "les délais des relances",
    fields={
        "silent_days": forms.plain_number("le délai sans nouvelles d’un projet", unit=" jours"),
        "blocked_days": forms.plain_number("le délai d’une étape bloquée", unit=" jours"),
        "unanswered_days": forms.plain_number("le délai sans réponse", unit=" jours"),
        "fresh_days": forms.plain_number("le répit après un changement", unit=" jours"),
    },
)


def _exception(line: Line, names: Names) -> str:
    of_step = names.about(line, "step_id") is not None
    return f"la manière de relancer {'une étape' if of_step else 'ce projet'}"


MANNER = Lexicon(
    model=RelanceManner,
    topic=Topic.RELANCES,
    audience=Audience.INVOLVED,
    one="exception aux relances",
    many="exceptions aux relances",
    feminine=True,
    thing=_exception,
    known=("step_id",),
    fields={"manner": forms.chosen("la manière", Manner, feminine=True)},
)


def _left_in_peace(line: Line, names: Names) -> str:
    of_person = names.about(line, "person_id") is not None
    return f"la pause des relances d’{'une personne' if of_person else 'un projet'}"


PAUSE = Lexicon(
    model=RelancePause,
    topic=Topic.RELANCES,
    audience=Audience.ANIMATORS,
    one="pause des relances",
    many="pauses des relances",
    feminine=True,
    thing=_left_in_peace,
    known=("person_id",),
    fields={"until": forms.day("la reprise", feminine=True)},
)


def _charter(line: Line, names: Names) -> str:
    version = names.about(line, "version")
    return f"la charte de la démarche, version {version}" if version else "la charte"


CHARTER = Lexicon(
    model=TerritoryText,
    topic=Topic.TERRITORY,
    audience=Audience.TERRITORY,
    one="texte du territoire",
    many="textes du territoire",
    thing=_charter,
    created=lambda line, names: Clause(
        f"a publié {_charter(line, names)}", frozenset({"kind", "version"})
    ),
    known=("version",),
    fields={
        "kind": forms.silent("la sorte"),
        "version": forms.plain_number("la version", feminine=True),
    },
)
