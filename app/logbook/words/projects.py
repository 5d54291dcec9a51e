"""Plans, their axes, projects and the partners who carry them."""

from __future__ import annotations

from app.core.french import listing, of
from app.logbook.entries import Line
from app.logbook.kinds import Audience, Topic
from app.logbook.reading import Names, quoted, small, word
from app.logbook.words import forms
from app.logbook.words.lexicon import Clause, Lexicon
from app.plans.kinds import (
    PartnerRole,
    PartnerState,
    PlanState,
    Priority,
    ProjectKind,
    ProjectState,
    Stage,
    SynergyType,
)
from app.plans.models import ActionPlan, Partner, Project, SavedPattern, Theme


def _plan(line: Line, names: Names) -> str:
    title = names.about(line, "title")
    return f"le plan d’action {quoted(title)}" if title else "un plan d’action"


PLAN = Lexicon(
    model=ActionPlan,
    topic=Topic.TERRITORY,
    audience=Audience.TERRITORY,
    one="plan d’action",
    many="plans d’action",
    thing=_plan,
    created=lambda line, names: Clause(f"a ouvert {_plan(line, names)}"),
    known=("title",),
    fields={
        "title": forms.text("le titre"),
        "state": forms.chosen("l’état", PlanState),
        "lead_organisation_id": forms.named("qui porte la démarche", "Organisation"),
    },
)


def _theme(line: Line, names: Names) -> str:
    title = names.about(line, "title")
    return f"l’axe {quoted(title)}" if title else "un axe du plan"


THEME = Lexicon(
    model=Theme,
    topic=Topic.TERRITORY,
    audience=Audience.TERRITORY,
    one="axe",
    many="axes",
    thing=_theme,
    known=("title",),
    fields={
        "title": forms.text("le titre"),
        "rank": forms.silent("l’ordre"),
        "lead_organisation_id": forms.named("qui anime l’axe", "Organisation"),
        "lead_person_id": forms.named("la personne qui l’anime", "Person", feminine=True),
    },
)


def _pattern(line: Line, names: Names) -> str:
    title = names.about(line, "title")
    return f"le modèle {quoted(title)}" if title else "un modèle"


def _pattern_updated(line: Line, names: Names) -> Clause | None:
    if set(line.fields) != {"retired_at"}:
        return None
    verb = "ne propose plus" if line.after("retired_at") else "propose de nouveau"
    return Clause(f"{verb} {_pattern(line, names)}", frozenset({"retired_at"}))


PATTERN = Lexicon(
    model=SavedPattern,
    topic=Topic.TERRITORY,
    audience=Audience.TERRITORY,
    one="modèle de projet",
    many="modèles de projet",
    thing=_pattern,
    created=lambda line, names: Clause(f"a gardé {_pattern(line, names)}"),
    updated=_pattern_updated,
    known=("title",),
    fields={"title": forms.text("le titre"), "retired_at": forms.silent("le retrait")},
)


def _project(line: Line, names: Names) -> str:
    title = names.about(line, "title")
    return f"le projet {quoted(title)}" if title else "un projet"


def _of_project(line: Line, names: Names) -> str:
    return (
        _project(line, names)
        .replace("le projet", "du projet", 1)
        .replace("un projet", "d’un projet", 1)
    )


def _project_created(line: Line, names: Names) -> Clause:
    return Clause(f"a créé {_project(line, names)}")


def _project_updated(line: Line, names: Names) -> Clause | None:
    changed = frozenset(line.fields)
    if "state" in changed and (said := _state(line)):
        return Clause(f"a {said} {_project(line, names)}", frozenset({"state"}))
    if changed == {"stage"}:
        stages = (word(Stage, line.before("stage")), word(Stage, line.after("stage")))
        passed = f"de {quoted(stages[0])} à {quoted(stages[1])}"
        return Clause(f"a fait passer {_project(line, names)} {passed}", changed)
    if changed == {"title"}:
        before, after = quoted(line.before("title")), quoted(line.after("title"))
        return Clause(f"a renommé le projet {before} : {after}", changed)
    if changed == {"description"}:
        return Clause(f"a récrit la description {_of_project(line, names)}", changed)
    return None


_STATES: dict[str, str] = {
    ProjectState.PAUSED: "mis en pause",
    ProjectState.ABANDONED: "abandonné",
    ProjectState.CLOSED: "clos",
}
_ACTIVE_AGAIN: dict[str, str] = {
    ProjectState.DRAFT: "lancé",
    ProjectState.PAUSED: "repris",
    ProjectState.ABANDONED: "rouvert",
    ProjectState.CLOSED: "rouvert",
}


def _state(line: Line) -> str | None:
    if line.after("state") == ProjectState.ACTIVE:
        return _ACTIVE_AGAIN.get(str(line.before("state")))
    return _STATES.get(str(line.after("state")))


PROJECT = Lexicon(
    model=Project,
    topic=Topic.PROJECT,
    audience=Audience.PROJECT,
    one="projet",
    many="projets",
    thing=_project,
    created=_project_created,
    updated=_project_updated,
    known=("title",),
    at_creation=("synergy_type", "stage", "state", "theme_id", "zone_id", "description"),
    fields={
        "title": forms.text("le titre"),
        "kind": forms.chosen("la nature", ProjectKind, feminine=True),
        "synergy_type": forms.chosen("le type de synergie", SynergyType),
        "stage": forms.chosen("le stade", Stage),
        "state": forms.chosen("l’état", ProjectState),
        "theme_id": forms.named("l’axe", "Theme"),
        "zone_id": forms.named("la zone d’activités", "ActivityZone", feminine=True),
        "ended_reason": forms.text("la raison de l’arrêt", feminine=True),
        "description": forms.long_text("la description", feminine=True),
        "priority": forms.chosen("la priorité", Priority, feminine=True),
        "starts_on": forms.day("le début"),
        "ends_on": forms.day("la fin", feminine=True),
        "budget_cents": forms.noted("le budget prévisionnel"),
    },
)


def _organisation(line: Line, names: Names) -> str:
    return names.of("Organisation", names.about(line, "organisation_id"))


def _partner(line: Line, names: Names) -> str:
    return f"le partenaire {quoted(_organisation(line, names))}"


def _role(line: Line, names: Names) -> str:
    role = names.about(line, "role")
    return small(PartnerRole, role) if role else "partenaire"


def _partner_created(line: Line, names: Names) -> Clause:
    named = f"{_organisation(line, names)}, {_part(line, names)}"
    return Clause(f"a ajouté un partenaire : {named}", frozenset(line.fields))


def _part(line: Line, names: Names) -> str:
    """« pressenti comme contributeur »"""
    state = line.after("state") or PartnerState.APPROACHED
    return f"{small(PartnerState, state)} comme {_role(line, names)}"


def _partner_updated(line: Line, names: Names) -> Clause | None:
    name, changed = _organisation(line, names), frozenset(line.fields)
    state = line.after("state")
    if state == PartnerState.CONFIRMED:
        said = f"{name} confirme sa place {of(_role(line, names))}"
        return Clause(said, changed, is_whole=True)
    if state == PartnerState.INVITED:
        return Clause(f"a invité un partenaire : {name}, comme {_role(line, names)}", changed)
    if state == PartnerState.RETIRED:
        return Clause(f"{name} se retire du projet", frozenset({"state"}), is_whole=True)
    if "role" in changed:
        roles = [small(PartnerRole, value) for value in line.fields["role"]]
        said = f"a changé la place d’un partenaire : {name}, {of(roles[0])} à {roles[1]}"
        return Clause(said, frozenset({"role"}))
    if state == PartnerState.APPROACHED:
        said = f"a noté un partenaire comme pressenti : {name}, {_role(line, names)}"
        return Clause(said, frozenset({"state"}))
    return None


def _partners_gathered(lines: list[Line], names: Names) -> str:
    said = [f"{_organisation(line, names)} ({_role(line, names)})" for line in lines]
    many = len(lines) > 1
    return f"{'Nouveaux partenaires' if many else 'Nouveau partenaire'} : {listing(said)}."


PARTNER = Lexicon(
    model=Partner,
    topic=Topic.PARTNERS,
    audience=Audience.PROJECT,
    one="partenaire",
    many="partenaires",
    thing=_partner,
    created=_partner_created,
    updated=_partner_updated,
    gathered=_partners_gathered,
    known=("organisation_id", "role"),
    refers={"organisation_id": "Organisation"},
    fields={
        "organisation_id": forms.named("l’organisation", "Organisation", feminine=True),
        "role": forms.chosen("le rôle", PartnerRole),
        "state": forms.chosen("l’engagement", PartnerState),
    },
)


def lead_handed_over(lines: list[Line], names: Names) -> Clause | None:
    """Two partners change places: one hand-over, told once."""
    roles = [line for line in lines if line.entity == "Partner" and "role" in line.fields]
    gave = [line for line in roles if line.before("role") == PartnerRole.LEAD]
    took = [line for line in roles if line.after("role") == PartnerRole.LEAD]
    if len(gave) != 1 or len(took) != 1 or len(lines) != 2 or gave == took:
        return None
    away, to = quoted(_organisation(gave[0], names)), quoted(_organisation(took[0], names))
    return Clause(f"a passé le rôle de chef de file de {away} à {to}", frozenset({"role"}))
