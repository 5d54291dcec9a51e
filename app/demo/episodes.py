"""What happened in each project: partners won, steps done, stages passed, figures noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from app.agreements.services.parts import give_part, leave, note_part
from app.core.folding import fold
from app.core.rank import spread
from app.demo import figures
from app.demo.chronicle import (
    BEGINNING,
    ENDING,
    MOVING,
    NAMING,
    OPENING,
    PLANNING,
    SAYING,
    Chronicle,
    Deed,
    public_id,
)
from app.demo.ground import Ground
from app.demo.projects import (
    Ending,
    FlowTale,
    PartnerTale,
    ProjectTale,
    Remark,
    StepTale,
)
from app.demo.realising import note_reality
from app.journal.kinds import Via
from app.plans.kinds import PartnerRole, PartnerState, ProjectKind, ProjectState, Stage
from app.plans.models import (
    Comment,
    Flow,
    Partner,
    Project,
    Step,
)
from app.plans.services import projects, steps


def tell_projects(ground: Ground, chronicle: Chronicle) -> None:
    """Note the whole life of every project."""
    ranks = spread(len(ground.story.projects))
    for tale, rank in zip(ground.story.projects, ranks, strict=True):
        _Episode(ground, chronicle, tale).note(rank)


@dataclass(frozen=True)
class _Episode:
    """One project's life, noted into the chronicle."""

    ground: Ground
    chronicle: Chronicle
    tale: ProjectTale

    @property
    def project(self) -> Project:
        return self.ground.projects[self.tale.key]

    def note(self, rank: str) -> None:
        tale = self.tale
        self._on(tale.opened_on, OPENING, "", partial(self._open, rank))
        for partner in tale.partners:
            self._note_partner(partner)
        if not tale.is_draft:
            self._on(tale.opened_on, NAMING, "launch", self._launch)
        for step, step_rank in zip(tale.steps, spread(len(tale.steps)), strict=True):
            self._note_step(step, step_rank)
        self._note_flows()
        self._note_figures()
        for remark in tale.remarks:
            deed = partial(self._say, remark)
            self._on(remark.on, SAYING, remark.text, deed, remark.person)
        planned_on = max((one.created_on for one in tale.steps), default=tale.opened_on)
        note_reality(self.ground, tale.key, tale.reality, planned_on, self._on)
        self._note_course()

    def _on(
        self,
        day: date,
        hour: int,
        what: str,
        deed: Deed,
        person: str | None = None,
        via: Via = Via.PAGE,
    ) -> None:
        """Note a deed of this project, done by its animator unless another is named."""
        doer = person or self.tale.person
        self.chronicle.on(day, hour, f"{self.tale.key} {what}", doer, via, deed)

    def _note_flows(self) -> None:
        for number, flow in enumerate(self.tale.flows):
            named = [p.named_on for p in self.tale.partners if p.organisation == flow.organisation]
            self._on(max(named), PLANNING, f"flow {number}", partial(self._add_flow, flow, number))

    def _note_course(self) -> None:
        """The stages passed, and the end when there is one."""
        for stage, day in self.tale.stages:
            self._on(day, MOVING, stage, partial(self._reach, stage))
        if ending := self.tale.ending:
            self._on(ending.on, ENDING, "end", partial(self._end, ending), ending.person)

    def _open(self, rank: str, at: datetime) -> None:
        tale, ground = self.tale, self.ground
        project = Project(
            public_id=public_id(f"project {tale.key}"),
            plan_id=ground.plan.id,
            territory_id=ground.territory.id,
            theme_id=ground.themes[tale.theme].id,
            zone_id=ground.zones[tale.zone].id if tale.zone else None,
            title=tale.title,
            description=tale.description,
            kind=ProjectKind.SYNERGY if tale.synergy else ProjectKind.ACTION,
            synergy_type=tale.synergy,
            stage=Stage.DISCUSSION,
            state=ProjectState.DRAFT,
            rank=rank,
            search_key=fold(tale.title),
            created_at=at,
        )
        ground.session.add(project)
        ground.projects[tale.key] = project

    def _launch(self, at: datetime) -> None:
        projects.launch_project(self.project, now=at)

    def _reach(self, stage: Stage, at: datetime) -> None:
        projects.move_stage(self.ground.session, self.project, stage, today=at.date())

    def _end(self, ending: Ending, _at: datetime) -> None:
        if ending.state is ProjectState.ABANDONED:
            projects.abandon_project(self.project, reason=ending.reason or "")
        elif ending.state is ProjectState.PAUSED:
            projects.pause_project(self.project)
        else:
            projects.close_project(self.project)

    def _note_partner(self, tale: PartnerTale) -> None:
        """The leader is named in the minute of the opening, right after it."""
        what, contact = tale.organisation, self._contact(tale.organisation)
        leads = tale.role is PartnerRole.LEAD
        name = partial(self._name, tale)
        self._on(tale.named_on, OPENING if leads else NAMING, "" if leads else what, name)
        if tale.confirmed_on:
            deed = partial(self._confirm, what, contact)
            self._on(tale.confirmed_on, BEGINNING, what, deed, contact, tale.via)
        if tale.retired_on:
            self._on(tale.retired_on, ENDING, what, partial(self._retire, what), contact)

    def _contact(self, organisation: str) -> str | None:
        contact = self.ground.story.contact(organisation)
        return contact.key if contact else None

    def _name(self, tale: PartnerTale, _at: datetime) -> None:
        state = PartnerState.APPROACHED
        if tale.state is PartnerState.INVITED:
            state = PartnerState.INVITED
        self.ground.session.add(
            Partner(
                public_id=public_id(f"partner {self.tale.key} {tale.organisation}"),
                project=self.project,
                territory_id=self.project.territory_id,
                organisation_id=self.ground.organisations[tale.organisation].id,
                role=tale.role,
                state=state,
            )
        )

    def _partner(self, organisation: str) -> Partner:
        wanted = self.ground.organisations[organisation].id
        return next(p for p in self.project.partners if p.organisation_id == wanted)

    def _confirm(self, organisation: str, person: str | None, at: datetime) -> None:
        """By a click of its contact; where none has an address, the pilot noted what she heard."""
        people, part = self.ground.people, self._partner(organisation)
        if person and people[person].email:
            give_part(self.ground.session, part, person_id=people[person].id, now=at)
        else:
            note_part(self.ground.session, part, noted_by_id=people["anne"].id, now=at)

    def _retire(self, organisation: str, at: datetime) -> None:
        leave(self.ground.session, self._partner(organisation), now=at, by_itself=True)

    def _add_flow(self, tale: FlowTale, number: int, at: datetime) -> None:
        self.ground.session.add(
            Flow(
                public_id=public_id(f"flow {self.tale.key} {number}"),
                project=self.project,
                territory_id=self.project.territory_id,
                organisation_id=self.ground.organisations[tale.organisation].id,
                direction=tale.direction,
                resource=tale.resource,
                label=tale.label,
                quantity=tale.quantity,
                unit=tale.unit,
                price_cents=tale.price_cents,
                opened_at=at,
            )
        )

    def _note_step(self, tale: StepTale, rank: str) -> None:
        what = tale.title
        doer = tale.person or self._contact(tale.organisation)
        self._on(tale.created_on, PLANNING, what, partial(self._add_step, tale, rank))
        if tale.begun_on:
            self._on(tale.begun_on, BEGINNING, what, partial(self._begin, tale), doer)
        for move in tale.moves:
            self._on(move.on, MOVING, what, partial(self._move_step, tale, move.to), doer)
        if tale.settled_on:
            self._on(tale.settled_on, ENDING, what, partial(self._settle, tale), doer, tale.via)

    def _step(self, tale: StepTale) -> Step:
        return self.ground.steps[self.tale.key, tale.title]

    def _add_step(self, tale: StepTale, rank: str, at: datetime) -> None:
        step = Step(
            public_id=public_id(f"step {self.tale.key} {tale.title}"),
            project=self.project,
            territory_id=self.project.territory_id,
            title=tale.title,
            description=tale.description,
            lead_organisation_id=self.ground.organisations[tale.organisation].id,
            lead_person_id=self.ground.people[tale.person].id if tale.person else None,
            due_on=tale.first_due_on,
            due_text=tale.said,
            scheduled_at=at,
            is_milestone=tale.is_milestone,
            rank=rank,
            created_at=at,
        )
        self.ground.session.add(step)
        self.ground.steps[self.tale.key, tale.title] = step

    def _begin(self, tale: StepTale, _at: datetime) -> None:
        steps.start_step(self.ground.session, self._step(tale), news_on=tale.news_on)

    def _move_step(self, tale: StepTale, to: date, at: datetime) -> None:
        steps.reschedule_step(self.ground.session, self._step(tale), due_on=to, now=at)

    def _settle(self, tale: StepTale, _at: datetime) -> None:
        session, step = self.ground.session, self._step(tale)
        if tale.done_on:
            steps.complete_step(session, step, today=tale.done_on)
        elif tale.dropped_on:
            steps.abandon_step(session, step)
        elif tale.blocked:
            steps.block_step(
                session,
                step,
                barrier=tale.blocked.barrier,
                note=tale.blocked.note,
                today=tale.blocked.on,
            )

    def _note_figures(self) -> None:
        """What it measures, and its money."""
        for indicator in self.tale.indicators:
            for value in indicator.values:
                what = f"{indicator.label} {value.year}"
                deed = partial(figures.measure, self.ground, self.tale, indicator, value)
                self._on(value.recorded_on, SAYING, what, deed, indicator.person)
        if budget := self.tale.budget:
            deed = partial(figures.fund, self.ground, self.tale, budget)
            self._on(budget.on, SAYING, "budget", deed, budget.person)

    def _say(self, tale: Remark, at: datetime) -> None:
        step = self.ground.step_by_key(self.tale.key, tale.step) if tale.step else None
        self.ground.session.add(
            Comment(
                public_id=public_id(f"comment {self.tale.key} {tale.text}"),
                project_id=self.project.id,
                territory_id=self.project.territory_id,
                step_id=step.id if step else None,
                author_id=self.ground.people[tale.person].id,
                body=tale.text,
                said_at=at,
            )
        )
