"""People, their places, and organisations."""

from __future__ import annotations

from app.accounts.kinds import MembershipRole, NafEdition, OrganisationKind, SizeBand
from app.accounts.models import (
    Absence,
    Claim,
    Closure,
    Departure,
    ExternalIdentity,
    Membership,
    Merge,
    Organisation,
    Person,
    SecondFactor,
)
from app.core.french import of
from app.logbook.entries import Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, quoted, small
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon


def _person(line: Line, names: Names) -> str:
    return f"la fiche {of(names.of('Person', line.entity_id))}"


def _person_created(line: Line, names: Names) -> Clause:
    who = names.of("Person", line.entity_id)
    return Clause(f"a ajouté une personne : {who}", frozenset({"name"}))


def _person_updated(line: Line, names: Names) -> Clause | None:
    if line.after("anonymised_at"):
        return Clause("a effacé les données d’une personne", frozenset({"anonymised_at"}))
    if set(line.fields) <= {"email", "phone"}:
        who = names.of("Person", line.entity_id)
        return Clause(f"a changé des coordonnées : {who}")
    return None


PERSON = Lexicon(
    model=Person,
    topic=Topic.PEOPLE,
    audience=Audience.PERSON,
    one="personne",
    many="personnes",
    feminine=True,
    thing=_person,
    created=_person_created,
    updated=_person_updated,
    at_creation=("email", "phone"),
    fields={
        "name": forms.text("le nom"),
        "email": forms.text("l’adresse électronique", feminine=True),
        "phone": forms.text("le téléphone"),
        "is_operator": forms.either(
            "Cette personne exploite l’installation.",
            "Cette personne n’exploite plus l’installation.",
        ),
        "anonymised_at": forms.noted("l’effacement"),
    },
)


def _where(line: Line, names: Names) -> str:
    who = names.of("Person", names.about(line, "person_id"))
    return f"{who}, {names.of('Organisation', names.about(line, 'organisation_id'))}"


def _place_created(line: Line, names: Names) -> Clause:
    return Clause(f"a fait entrer un contact : {_where(line, names)}")


def _place_updated(line: Line, names: Names) -> Clause | None:
    changed = frozenset(line.fields)
    if line.after("ended_on"):
        said = f"a mis fin à une place : {_where(line, names)}"
        return Clause(said, frozenset({"ended_on", "is_default"}))
    if changed == {"is_default"}:
        first = (
            "est le premier contact"
            if line.after("is_default")
            else "n’est plus le premier contact"
        )
        return Clause(f"{_where(line, names)} : {first}", changed, is_whole=True)
    if changed == {"role"}:
        role = small(MembershipRole, line.after("role"))
        return Clause(f"a changé une place : {_where(line, names)}, {role}", changed)
    return None


MEMBERSHIP = Lexicon(
    model=Membership,
    topic=Topic.PEOPLE,
    audience=Audience.MEMBERSHIP,
    one="place dans une organisation",
    many="places dans une organisation",
    feminine=True,
    thing=lambda line, names: f"une place ({_where(line, names)})",
    created=_place_created,
    updated=_place_updated,
    known=("person_id", "organisation_id"),
    refers={"person_id": "Person", "organisation_id": "Organisation"},
    at_creation=("role", "function"),
    fields={
        "role": forms.chosen("le rôle", MembershipRole),
        "is_default": forms.either(
            "C’est le premier contact.", "Ce n’est plus le premier contact."
        ),
        "ended_on": forms.day("la fin de la place", feminine=True),
        "function": forms.text("la fonction", feminine=True),
    },
)


def _organisation(line: Line, names: Names) -> str:
    return f"l’organisation {quoted(names.of('Organisation', line.entity_id))}"


ORGANISATION = Lexicon(
    model=Organisation,
    topic=Topic.PEOPLE,
    audience=Audience.ORGANISATION,
    one="organisation",
    many="organisations",
    feminine=True,
    thing=_organisation,
    at_creation=("kind", "siret"),
    fields={
        "name": forms.text("le nom"),
        "kind": forms.chosen("la nature", OrganisationKind, feminine=True),
        "siret": forms.text("le SIRET"),
        "siren": forms.text("le SIREN"),
        "naf": forms.text("le code NAF"),
        "naf_edition": forms.chosen("la nomenclature", NafEdition, feminine=True),
        "size": forms.chosen("la taille", SizeBand, feminine=True),
        "zone_id": forms.named("la zone d’activités", "ActivityZone", feminine=True),
        "named_publicly": forms.either(
            "L’organisation accepte d’être nommée en public.",
            "L’organisation ne souhaite pas être nommée en public.",
        ),
        "phone": forms.text("le téléphone"),
        "address": forms.text("l’adresse", feminine=True),
        "postcode": forms.text("le code postal"),
        "commune_code": forms.text("le code de la commune"),
        "city": forms.text("la commune", feminine=True),
    },
)

# what happens between records of several territories is read on the organisation's page
MERGE = Lexicon(
    model=Merge,
    topic=Topic.PEOPLE,
    audience=Audience.ANIMATORS,
    one="réunion de deux fiches",
    many="réunions de deux fiches",
    feminine=True,
    thing=lambda _line, _names: "la réunion de deux fiches",
    created=lambda _line, _names: Clause(
        "a réuni deux fiches en une", frozenset({"kind", "kept_id", "gone_id"})
    ),
    updated=lambda line, _names: (
        Clause("a séparé de nouveau deux fiches", frozenset({"undone_at"}))
        if line.after("undone_at")
        else None
    ),
    fields={
        "kind": forms.silent("la sorte"),
        "kept_id": forms.silent("la fiche gardée"),
        "gone_id": forms.silent("la fiche réunie"),
        "undone_at": forms.noted("la séparation"),
    },
)

CLAIM = Lexicon(
    model=Claim,
    topic=Topic.PEOPLE,
    audience=Audience.ANIMATORS,
    one="rapprochement de fiches",
    many="rapprochements de fiches",
    thing=lambda _line, _names: "un rapprochement de fiches",
    fields={
        "accepted_at": forms.noted("l’accord"),
    },
)

DEPARTURE = Lexicon(
    model=Departure,
    topic=Topic.PEOPLE,
    audience=Audience.ANIMATORS,
    one="départ du territoire",
    many="départs du territoire",
    thing=lambda line, names: f"le départ de {quoted(_who_left(line, names))}",
    created=lambda line, names: Clause(
        f"a noté un départ du territoire : {_who_left(line, names)}", frozenset({"organisation_id"})
    ),
    known=("organisation_id",),
    refers={"organisation_id": "Organisation"},
    fields={
        "organisation_id": forms.named("l’organisation", "Organisation", feminine=True),
        "undone_at": forms.noted("le retour"),
    },
)


def _who_left(line: Line, names: Names) -> str:
    return names.of("Organisation", names.about(line, "organisation_id"))


# one's own affairs, kept for whoever audits the installation; no page of the journal shows them
ABSENCE = Lexicon(
    model=Absence,
    topic=Topic.PEOPLE,
    audience=Audience.ANIMATORS,
    one="absence",
    many="absences",
    feminine=True,
    thing=lambda _line, _names: "une absence",
    fields={
        "person_id": forms.named("la personne", "Person", feminine=True),
        "substitute_id": forms.named("qui la remplace", "Person"),
        "starts_on": forms.day("le premier jour"),
        "ends_on": forms.day("le dernier jour"),
    },
)

CLOSURE = Lexicon(
    model=Closure,
    topic=Topic.PEOPLE,
    audience=Audience.ANIMATORS,
    one="fermeture",
    many="fermetures",
    feminine=True,
    thing=lambda line, names: (
        f"une fermeture ({names.of('Organisation', names.about(line, 'organisation_id'))})"
    ),
    known=("organisation_id",),
    refers={"organisation_id": "Organisation"},
    fields={
        "starts_on": forms.day("le premier jour"),
        "ends_on": forms.day("le dernier jour"),
        "removed_at": forms.noted("le retrait"),
    },
)

SECOND_FACTOR = Lexicon(
    model=SecondFactor,
    topic=Topic.PEOPLE,
    audience=Audience.ANIMATORS,
    one="second facteur",
    many="seconds facteurs",
    thing=lambda _line, _names: "un second facteur",
    fields={"set_up_at": forms.noted("la mise en place")},
)

IDENTITY = Lexicon(
    model=ExternalIdentity,
    topic=Topic.PEOPLE,
    audience=Audience.ANIMATORS,
    one="compte associé",
    many="comptes associés",
    thing=lambda _line, _names: "un compte associé",
    fields={
        "issuer": forms.noted("le fournisseur"),
        "linked_at": forms.noted("l’association", feminine=True),
        "unlinked_at": forms.noted("la dissociation", feminine=True),
    },
)
