"""Meetings, groups, minutes and their results."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQLITE = (
    """
CREATE TABLE working_group (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    title VARCHAR(200) NOT NULL,
    purpose TEXT NOT NULL,
    rapporteur_organisation_id INTEGER,
    rapporteur_person_id INTEGER,
    created_at DATETIME NOT NULL,
    ended_on DATE,
    version INTEGER NOT NULL,
    CONSTRAINT uq_working_group_public_id UNIQUE (public_id),
    CONSTRAINT fk_working_group_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_working_group_group_kind CHECK (kind IN ('steering', 'working')),
    CONSTRAINT fk_working_group_rapporteur_organisation_id FOREIGN KEY(rapporteur_organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_working_group_rapporteur_person_id FOREIGN KEY(rapporteur_person_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE group_member (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    group_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    person_id INTEGER,
    joined_on DATE NOT NULL,
    CONSTRAINT uq_group_member_public_id UNIQUE (public_id),
    CONSTRAINT fk_group_member_group_id FOREIGN KEY(group_id) REFERENCES working_group (id),
    CONSTRAINT fk_group_member_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_group_member_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_group_member_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE meeting (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    title VARCHAR(200) NOT NULL,
    starts_at DATETIME NOT NULL,
    ends_at DATETIME NOT NULL,
    place VARCHAR(200),
    video_url VARCHAR(400),
    message TEXT NOT NULL,
    group_id INTEGER,
    organiser_id INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    sequence INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT ck_meeting_ends_after_its_start CHECK (ends_at > starts_at),
    CONSTRAINT uq_meeting_public_id UNIQUE (public_id),
    CONSTRAINT fk_meeting_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_meeting_meeting_kind CHECK (kind IN ('gathering', 'workshop', 'steering', 'technical', 'plenary')),
    CONSTRAINT fk_meeting_group_id FOREIGN KEY(group_id) REFERENCES working_group (id),
    CONSTRAINT fk_meeting_organiser_id FOREIGN KEY(organiser_id) REFERENCES person (id),
    CONSTRAINT ck_meeting_meeting_state CHECK (state IN ('planned', 'held', 'cancelled'))
)
""",
    """
CREATE TABLE agenda_item (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    meeting_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL,
    minutes INTEGER,
    rank VARCHAR(64) NOT NULL,
    CONSTRAINT ck_agenda_item_minutes_of_a_meeting CHECK (minutes IS NULL OR minutes BETWEEN 1 AND 600),
    CONSTRAINT uq_agenda_item_public_id UNIQUE (public_id),
    CONSTRAINT fk_agenda_item_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id),
    CONSTRAINT fk_agenda_item_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
""",
    """
CREATE TABLE attendee (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    meeting_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    person_id INTEGER,
    guest VARCHAR(200),
    told_sequence INTEGER,
    told_at DATETIME,
    answer VARCHAR(40),
    words VARCHAR(400),
    answered_at DATETIME,
    answered_by_id INTEGER,
    attended BOOLEAN,
    is_walk_in BOOLEAN NOT NULL,
    CONSTRAINT ck_attendee_answer_is_dated CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT ck_attendee_told_is_dated CHECK ((told_sequence IS NULL) = (told_at IS NULL)),
    CONSTRAINT ck_attendee_guest_walked_in CHECK (guest IS NULL OR (is_walk_in AND person_id IS NULL)),
    CONSTRAINT uq_attendee_public_id UNIQUE (public_id),
    CONSTRAINT fk_attendee_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id),
    CONSTRAINT fk_attendee_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_attendee_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_attendee_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT ck_attendee_rsvp CHECK (answer IN ('yes', 'no', 'substitute')),
    CONSTRAINT fk_attendee_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE group_theme (
    group_id INTEGER NOT NULL,
    theme_id INTEGER NOT NULL,
    CONSTRAINT pk_group_theme PRIMARY KEY (group_id, theme_id),
    CONSTRAINT fk_group_theme_group_id FOREIGN KEY(group_id) REFERENCES working_group (id),
    CONSTRAINT fk_group_theme_theme_id FOREIGN KEY(theme_id) REFERENCES theme (id)
)
""",
    """
CREATE TABLE minutes (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    meeting_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    body TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT uq_minutes_meeting_id UNIQUE (meeting_id),
    CONSTRAINT fk_minutes_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id),
    CONSTRAINT fk_minutes_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
""",
    """
CREATE TABLE results (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    meeting_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    body TEXT NOT NULL,
    sent_number INTEGER NOT NULL,
    sent_body TEXT,
    sent_at DATETIME,
    version INTEGER NOT NULL,
    CONSTRAINT uq_results_meeting_id UNIQUE (meeting_id),
    CONSTRAINT ck_results_sent_text_is_kept CHECK ((sent_at IS NULL) = (sent_body IS NULL)),
    CONSTRAINT ck_results_sent_is_counted CHECK ((sent_number = 0) = (sent_at IS NULL)),
    CONSTRAINT fk_results_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id),
    CONSTRAINT fk_results_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
""",
    """
CREATE TABLE meeting_project (
    meeting_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    CONSTRAINT pk_meeting_project PRIMARY KEY (meeting_id, project_id),
    CONSTRAINT fk_meeting_project_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id),
    CONSTRAINT fk_meeting_project_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)
""",
    """
CREATE TABLE decision (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    meeting_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    text VARCHAR(200) NOT NULL,
    project_id INTEGER,
    lead_organisation_id INTEGER,
    due_on DATE,
    due_text VARCHAR(80),
    step_id INTEGER,
    created_at DATETIME NOT NULL,
    CONSTRAINT ck_decision_step_of_a_project CHECK (step_id IS NULL OR (project_id IS NOT NULL AND lead_organisation_id IS NOT NULL)),
    CONSTRAINT uq_decision_public_id UNIQUE (public_id),
    CONSTRAINT fk_decision_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id),
    CONSTRAINT fk_decision_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_decision_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_decision_lead_organisation_id FOREIGN KEY(lead_organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_decision_step_id FOREIGN KEY(step_id) REFERENCES step (id)
)
""",
)

POSTGRESQL = (
    """
CREATE TABLE working_group (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    territory_id BIGINT NOT NULL,
    kind VARCHAR(40) NOT NULL,
    title VARCHAR(200) NOT NULL,
    purpose TEXT NOT NULL,
    rapporteur_organisation_id BIGINT,
    rapporteur_person_id BIGINT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_on DATE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_working_group PRIMARY KEY (id),
    CONSTRAINT uq_working_group_public_id UNIQUE (public_id),
    CONSTRAINT fk_working_group_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_working_group_group_kind CHECK (kind IN ('steering', 'working')),
    CONSTRAINT fk_working_group_rapporteur_organisation_id FOREIGN KEY(rapporteur_organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_working_group_rapporteur_person_id FOREIGN KEY(rapporteur_person_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE group_member (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    group_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    person_id BIGINT,
    joined_on DATE NOT NULL,
    CONSTRAINT pk_group_member PRIMARY KEY (id),
    CONSTRAINT uq_group_member_public_id UNIQUE (public_id),
    CONSTRAINT fk_group_member_group_id FOREIGN KEY(group_id) REFERENCES working_group (id),
    CONSTRAINT fk_group_member_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_group_member_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_group_member_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE meeting (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    territory_id BIGINT NOT NULL,
    kind VARCHAR(40) NOT NULL,
    title VARCHAR(200) NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    place VARCHAR(200),
    video_url VARCHAR(400),
    message TEXT NOT NULL,
    group_id BIGINT,
    organiser_id BIGINT NOT NULL,
    state VARCHAR(40) NOT NULL,
    sequence INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_meeting PRIMARY KEY (id),
    CONSTRAINT ck_meeting_ends_after_its_start CHECK (ends_at > starts_at),
    CONSTRAINT uq_meeting_public_id UNIQUE (public_id),
    CONSTRAINT fk_meeting_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_meeting_meeting_kind CHECK (kind IN ('gathering', 'workshop', 'steering', 'technical', 'plenary')),
    CONSTRAINT fk_meeting_group_id FOREIGN KEY(group_id) REFERENCES working_group (id),
    CONSTRAINT fk_meeting_organiser_id FOREIGN KEY(organiser_id) REFERENCES person (id),
    CONSTRAINT ck_meeting_meeting_state CHECK (state IN ('planned', 'held', 'cancelled'))
)
""",
    """
CREATE TABLE agenda_item (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    meeting_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    title VARCHAR(200) NOT NULL,
    minutes INTEGER,
    rank VARCHAR(64) NOT NULL,
    CONSTRAINT pk_agenda_item PRIMARY KEY (id),
    CONSTRAINT ck_agenda_item_minutes_of_a_meeting CHECK (minutes IS NULL OR minutes BETWEEN 1 AND 600),
    CONSTRAINT uq_agenda_item_public_id UNIQUE (public_id),
    CONSTRAINT fk_agenda_item_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id),
    CONSTRAINT fk_agenda_item_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
""",
    """
CREATE TABLE attendee (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    meeting_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    person_id BIGINT,
    guest VARCHAR(200),
    told_sequence INTEGER,
    told_at TIMESTAMP WITH TIME ZONE,
    answer VARCHAR(40),
    words VARCHAR(400),
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by_id BIGINT,
    attended BOOLEAN,
    is_walk_in BOOLEAN NOT NULL,
    CONSTRAINT pk_attendee PRIMARY KEY (id),
    CONSTRAINT ck_attendee_answer_is_dated CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT ck_attendee_told_is_dated CHECK ((told_sequence IS NULL) = (told_at IS NULL)),
    CONSTRAINT ck_attendee_guest_walked_in CHECK (guest IS NULL OR (is_walk_in AND person_id IS NULL)),
    CONSTRAINT uq_attendee_public_id UNIQUE (public_id),
    CONSTRAINT fk_attendee_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id),
    CONSTRAINT fk_attendee_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_attendee_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_attendee_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT ck_attendee_rsvp CHECK (answer IN ('yes', 'no', 'substitute')),
    CONSTRAINT fk_attendee_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE group_theme (
    group_id BIGINT NOT NULL,
    theme_id BIGINT NOT NULL,
    CONSTRAINT pk_group_theme PRIMARY KEY (group_id, theme_id),
    CONSTRAINT fk_group_theme_group_id FOREIGN KEY(group_id) REFERENCES working_group (id),
    CONSTRAINT fk_group_theme_theme_id FOREIGN KEY(theme_id) REFERENCES theme (id)
)
""",
    """
CREATE TABLE minutes (
    id BIGSERIAL NOT NULL,
    meeting_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_minutes PRIMARY KEY (id),
    CONSTRAINT uq_minutes_meeting_id UNIQUE (meeting_id),
    CONSTRAINT fk_minutes_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id),
    CONSTRAINT fk_minutes_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
""",
    """
CREATE TABLE results (
    id BIGSERIAL NOT NULL,
    meeting_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    sent_number INTEGER NOT NULL,
    sent_body TEXT,
    sent_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_results PRIMARY KEY (id),
    CONSTRAINT uq_results_meeting_id UNIQUE (meeting_id),
    CONSTRAINT ck_results_sent_text_is_kept CHECK ((sent_at IS NULL) = (sent_body IS NULL)),
    CONSTRAINT ck_results_sent_is_counted CHECK ((sent_number = 0) = (sent_at IS NULL)),
    CONSTRAINT fk_results_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id),
    CONSTRAINT fk_results_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
""",
    """
CREATE TABLE meeting_project (
    meeting_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    CONSTRAINT pk_meeting_project PRIMARY KEY (meeting_id, project_id),
    CONSTRAINT fk_meeting_project_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id),
    CONSTRAINT fk_meeting_project_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)
""",
    """
CREATE TABLE decision (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    meeting_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    text VARCHAR(200) NOT NULL,
    project_id BIGINT,
    lead_organisation_id BIGINT,
    due_on DATE,
    due_text VARCHAR(80),
    step_id BIGINT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (id),
    CONSTRAINT ck_decision_step_of_a_project CHECK (step_id IS NULL OR (project_id IS NOT NULL AND lead_organisation_id IS NOT NULL)),
    CONSTRAINT uq_decision_public_id UNIQUE (public_id),
    CONSTRAINT fk_decision_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id),
    CONSTRAINT fk_decision_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_decision_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_decision_lead_organisation_id FOREIGN KEY(lead_organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_decision_step_id FOREIGN KEY(step_id) REFERENCES step (id)
)
""",
)

INDEXES = (
    """
CREATE INDEX ix_working_group_rapporteur_organisation_id ON working_group (rapporteur_organisation_id)
""",
    """
CREATE INDEX ix_working_group_rapporteur_person_id ON working_group (rapporteur_person_id)
""",
    """
CREATE INDEX ix_working_group_territory_id ON working_group (territory_id)
""",
    """
CREATE INDEX ix_group_member_group_id ON group_member (group_id)
""",
    """
CREATE INDEX ix_group_member_organisation_id ON group_member (organisation_id)
""",
    """
CREATE INDEX ix_group_member_person_id ON group_member (person_id)
""",
    """
CREATE INDEX ix_group_member_territory_id ON group_member (territory_id)
""",
    """
CREATE UNIQUE INDEX uq_group_member_organisation ON group_member (group_id, organisation_id) WHERE person_id IS NULL
""",
    """
CREATE UNIQUE INDEX uq_group_member_person ON group_member (group_id, person_id) WHERE person_id IS NOT NULL
""",
    """
CREATE INDEX ix_meeting_group_id ON meeting (group_id)
""",
    """
CREATE INDEX ix_meeting_organiser_id ON meeting (organiser_id)
""",
    """
CREATE INDEX ix_meeting_territory_id ON meeting (territory_id)
""",
    """
CREATE INDEX ix_meeting_territory_id_starts_at ON meeting (territory_id, starts_at)
""",
    """
CREATE INDEX ix_agenda_item_meeting_id ON agenda_item (meeting_id)
""",
    """
CREATE INDEX ix_agenda_item_territory_id ON agenda_item (territory_id)
""",
    """
CREATE INDEX ix_attendee_answered_by_id ON attendee (answered_by_id)
""",
    """
CREATE INDEX ix_attendee_meeting_id ON attendee (meeting_id)
""",
    """
CREATE INDEX ix_attendee_organisation_id ON attendee (organisation_id)
""",
    """
CREATE INDEX ix_attendee_person_id ON attendee (person_id)
""",
    """
CREATE INDEX ix_attendee_territory_id ON attendee (territory_id)
""",
    """
CREATE UNIQUE INDEX uq_attendee_organisation ON attendee (meeting_id, organisation_id) WHERE person_id IS NULL AND guest IS NULL
""",
    """
CREATE UNIQUE INDEX uq_attendee_person ON attendee (meeting_id, person_id) WHERE person_id IS NOT NULL
""",
    """
CREATE INDEX ix_group_theme_theme_id ON group_theme (theme_id)
""",
    """
CREATE INDEX ix_minutes_meeting_id ON minutes (meeting_id)
""",
    """
CREATE INDEX ix_minutes_territory_id ON minutes (territory_id)
""",
    """
CREATE INDEX ix_results_meeting_id ON results (meeting_id)
""",
    """
CREATE INDEX ix_results_territory_id ON results (territory_id)
""",
    """
CREATE INDEX ix_meeting_project_project_id ON meeting_project (project_id)
""",
    """
CREATE INDEX ix_decision_lead_organisation_id ON decision (lead_organisation_id)
""",
    """
CREATE INDEX ix_decision_meeting_id ON decision (meeting_id)
""",
    """
CREATE INDEX ix_decision_project_id ON decision (project_id)
""",
    """
CREATE INDEX ix_decision_step_id ON decision (step_id)
""",
    """
CREATE INDEX ix_decision_territory_id ON decision (territory_id)
""",
)


def upgrade() -> None:
    own = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in (*own, *INDEXES):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is no way back that keeps what people wrote: restore the backup made before."""
    raise RuntimeError("0005 cannot be taken back: restore the backup made before the upgrade")
