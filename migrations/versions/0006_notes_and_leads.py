"""Contact notes, leads and contact campaigns; a call on a step holds its relances."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.rebuilding import rebuild

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RELANCE = """
CREATE TABLE relance (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    territory_id INTEGER NOT NULL,
    subject_kind VARCHAR(20) NOT NULL,
    subject_id INTEGER NOT NULL,
    basis DATE NOT NULL,
    code VARCHAR(12) NOT NULL,
    nominal_on DATE NOT NULL,
    recipient_id INTEGER,
    mail_id INTEGER,
    mailed_on DATE,
    state VARCHAR(40) NOT NULL,
    reason VARCHAR(40),
    decided_at DATETIME NOT NULL,
    answer VARCHAR(40),
    answered_at DATETIME,
    answered_by_id INTEGER,
    answered_as VARCHAR(120),
    CONSTRAINT uq_relance_occasion UNIQUE (subject_kind, subject_id, basis, code),
    CONSTRAINT ck_relance_told_by_a_mail CHECK (state <> 'told' OR (mail_id IS NOT NULL AND mailed_on IS NOT NULL)),
    CONSTRAINT ck_relance_not_told_for_a_reason CHECK ((state = 'told') = (reason IS NULL)),
    CONSTRAINT ck_relance_answer_is_dated CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT fk_relance_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_relance_recipient_id FOREIGN KEY(recipient_id) REFERENCES person (id),
    CONSTRAINT fk_relance_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id),
    CONSTRAINT ck_relance_relance_state CHECK (state IN ('told', 'dropped', 'released')),
    CONSTRAINT ck_relance_reason CHECK (reason IN ('superseded', 'before_start', 'before_resume', 'too_late', 'entered_past', 'answered', 'no_recipient', 'no_address', 'opted_out', 'not_started', 'paused', 'project_idle', 'blocked', 'news_promised', 'called', 'day_off', 'too_recent', 'not_me', 'digest', 'one_a_day', 'one_a_week', 'facts_changed')),
    CONSTRAINT ck_relance_answer CHECK (answer IN ('fait', 'date', 'coince', 'accord', 'pas-moi')),
    CONSTRAINT fk_relance_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)
)
"""
RELANCE_INDEXES = (
    """CREATE INDEX ix_relance_answered_by_id ON relance (answered_by_id)""",
    """CREATE INDEX ix_relance_mail_id ON relance (mail_id)""",
    """CREATE INDEX ix_relance_mailed_on ON relance (mailed_on, recipient_id)""",
    """CREATE INDEX ix_relance_recipient_id ON relance (recipient_id)""",
    """CREATE INDEX ix_relance_territory_id ON relance (territory_id)""",
)

SQLITE = (
    """
CREATE TABLE contact_note (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    person_id INTEGER,
    project_id INTEGER,
    author_id INTEGER NOT NULL,
    author_organisation_id INTEGER,
    kind VARCHAR(40) NOT NULL,
    body TEXT NOT NULL,
    noted_on DATE NOT NULL,
    noted_at DATETIME NOT NULL,
    visibility VARCHAR(40) NOT NULL,
    follow_up_on DATE,
    followed_up_on DATE,
    version INTEGER NOT NULL,
    CONSTRAINT ck_contact_note_colleagues_of_somebody CHECK (visibility <> 'organisation' OR author_organisation_id IS NOT NULL),
    CONSTRAINT ck_contact_note_followed_up_once CHECK (followed_up_on IS NULL OR follow_up_on IS NOT NULL),
    CONSTRAINT uq_contact_note_public_id UNIQUE (public_id),
    CONSTRAINT fk_contact_note_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_contact_note_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_contact_note_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_contact_note_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_contact_note_author_id FOREIGN KEY(author_id) REFERENCES person (id),
    CONSTRAINT fk_contact_note_author_organisation_id FOREIGN KEY(author_organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_contact_note_note_kind CHECK (kind IN ('call', 'visit', 'note')),
    CONSTRAINT ck_contact_note_note_visibility CHECK (visibility IN ('author', 'organisation', 'partners'))
)
""",
    """CREATE INDEX ix_contact_note_author_id ON contact_note (author_id)""",
    """CREATE INDEX ix_contact_note_author_organisation_id ON contact_note (author_organisation_id)""",
    """CREATE INDEX ix_contact_note_follow_up ON contact_note (territory_id, follow_up_on)""",
    """CREATE INDEX ix_contact_note_list ON contact_note (territory_id, noted_on, id)""",
    """CREATE INDEX ix_contact_note_organisation_id ON contact_note (organisation_id)""",
    """CREATE INDEX ix_contact_note_person_id ON contact_note (person_id)""",
    """CREATE INDEX ix_contact_note_project_id ON contact_note (project_id)""",
    """CREATE INDEX ix_contact_note_territory_id ON contact_note (territory_id)""",
    """
CREATE TABLE contact_note_step (
    note_id INTEGER NOT NULL,
    step_id INTEGER NOT NULL,
    CONSTRAINT pk_contact_note_step PRIMARY KEY (note_id, step_id),
    CONSTRAINT fk_contact_note_step_note_id FOREIGN KEY(note_id) REFERENCES contact_note (id),
    CONSTRAINT fk_contact_note_step_step_id FOREIGN KEY(step_id) REFERENCES step (id)
)
""",
    """CREATE INDEX ix_contact_note_step_step_id ON contact_note_step (step_id)""",
    """
CREATE TABLE opportunity (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    title VARCHAR(300) NOT NULL,
    direction VARCHAR(40),
    resource VARCHAR(40),
    zone_id INTEGER,
    brought_by_id INTEGER,
    brought_by_organisation_id INTEGER,
    captured_at DATETIME NOT NULL,
    state VARCHAR(40) NOT NULL,
    reason VARCHAR(400),
    passed_to VARCHAR(200),
    project_id INTEGER,
    search_key VARCHAR(400) NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT ck_opportunity_refused_for_a_reason CHECK (state <> 'refused' OR reason IS NOT NULL),
    CONSTRAINT ck_opportunity_passed_on_to_somebody CHECK (state <> 'passed_on' OR passed_to IS NOT NULL),
    CONSTRAINT ck_opportunity_project_of_its_own CHECK ((state = 'project') = (project_id IS NOT NULL)),
    CONSTRAINT uq_opportunity_public_id UNIQUE (public_id),
    CONSTRAINT fk_opportunity_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_opportunity_flow_direction CHECK (direction IN ('output', 'input')),
    CONSTRAINT ck_opportunity_resource_kind CHECK (resource IN ('material', 'energy', 'water', 'waste', 'by_product', 'logistics', 'capacity', 'expertise', 'equipment', 'space', 'service')),
    CONSTRAINT fk_opportunity_zone_id FOREIGN KEY(zone_id) REFERENCES activity_zone (id),
    CONSTRAINT fk_opportunity_brought_by_id FOREIGN KEY(brought_by_id) REFERENCES person (id),
    CONSTRAINT fk_opportunity_brought_by_organisation_id FOREIGN KEY(brought_by_organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_opportunity_lead_state CHECK (state IN ('open', 'kept', 'project', 'refused', 'passed_on')),
    CONSTRAINT fk_opportunity_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)
""",
    """CREATE INDEX ix_opportunity_brought_by_id ON opportunity (brought_by_id)""",
    """CREATE INDEX ix_opportunity_brought_by_organisation_id ON opportunity (brought_by_organisation_id)""",
    """CREATE INDEX ix_opportunity_list ON opportunity (territory_id, captured_at, id)""",
    """CREATE INDEX ix_opportunity_project_id ON opportunity (project_id)""",
    """CREATE INDEX ix_opportunity_territory_id ON opportunity (territory_id)""",
    """CREATE INDEX ix_opportunity_zone_id ON opportunity (zone_id)""",
    """
CREATE TABLE opportunity_organisation (
    opportunity_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    CONSTRAINT pk_opportunity_organisation PRIMARY KEY (opportunity_id, organisation_id),
    CONSTRAINT fk_opportunity_organisation_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES opportunity (id),
    CONSTRAINT fk_opportunity_organisation_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)
""",
    """CREATE INDEX ix_opportunity_organisation_organisation_id ON opportunity_organisation (organisation_id)""",
    """
CREATE TABLE campaign (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    zone_id INTEGER,
    title VARCHAR(200) NOT NULL,
    opened_on DATE NOT NULL,
    closed_on DATE,
    version INTEGER NOT NULL,
    CONSTRAINT uq_campaign_public_id UNIQUE (public_id),
    CONSTRAINT fk_campaign_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_campaign_zone_id FOREIGN KEY(zone_id) REFERENCES activity_zone (id)
)
""",
    """CREATE INDEX ix_campaign_territory_id ON campaign (territory_id)""",
    """CREATE INDEX ix_campaign_zone_id ON campaign (zone_id)""",
    """
CREATE TABLE campaign_contact (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    campaign_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    changed_at DATETIME NOT NULL,
    changed_by_id INTEGER,
    CONSTRAINT uq_campaign_contact_campaign_id_organisation_id UNIQUE (campaign_id, organisation_id),
    CONSTRAINT fk_campaign_contact_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id),
    CONSTRAINT fk_campaign_contact_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_campaign_contact_contact_state CHECK (state IN ('to_contact', 'called', 'met', 'interested', 'ambassador', 'refused')),
    CONSTRAINT fk_campaign_contact_changed_by_id FOREIGN KEY(changed_by_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_campaign_contact_campaign_id ON campaign_contact (campaign_id)""",
    """CREATE INDEX ix_campaign_contact_changed_by_id ON campaign_contact (changed_by_id)""",
    """CREATE INDEX ix_campaign_contact_organisation_id ON campaign_contact (organisation_id)""",
)

POSTGRESQL = (
    """ALTER TABLE relance DROP CONSTRAINT ck_relance_reason""",
    """
ALTER TABLE relance ADD CONSTRAINT ck_relance_reason CHECK (reason IN ('superseded', 'before_start', 'before_resume', 'too_late', 'entered_past', 'answered', 'no_recipient', 'no_address', 'opted_out', 'not_started', 'paused', 'project_idle', 'blocked', 'news_promised', 'called', 'day_off', 'too_recent', 'not_me', 'digest', 'one_a_day', 'one_a_week', 'facts_changed'))
""",
    """
CREATE TABLE contact_note (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    territory_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    person_id BIGINT,
    project_id BIGINT,
    author_id BIGINT NOT NULL,
    author_organisation_id BIGINT,
    kind VARCHAR(40) NOT NULL,
    body TEXT NOT NULL,
    noted_on DATE NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    visibility VARCHAR(40) NOT NULL,
    follow_up_on DATE,
    followed_up_on DATE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_contact_note PRIMARY KEY (id),
    CONSTRAINT ck_contact_note_colleagues_of_somebody CHECK (visibility <> 'organisation' OR author_organisation_id IS NOT NULL),
    CONSTRAINT ck_contact_note_followed_up_once CHECK (followed_up_on IS NULL OR follow_up_on IS NOT NULL),
    CONSTRAINT uq_contact_note_public_id UNIQUE (public_id),
    CONSTRAINT fk_contact_note_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_contact_note_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_contact_note_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_contact_note_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_contact_note_author_id FOREIGN KEY(author_id) REFERENCES person (id),
    CONSTRAINT fk_contact_note_author_organisation_id FOREIGN KEY(author_organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_contact_note_note_kind CHECK (kind IN ('call', 'visit', 'note')),
    CONSTRAINT ck_contact_note_note_visibility CHECK (visibility IN ('author', 'organisation', 'partners'))
)
""",
    """CREATE INDEX ix_contact_note_author_id ON contact_note (author_id)""",
    """CREATE INDEX ix_contact_note_author_organisation_id ON contact_note (author_organisation_id)""",
    """CREATE INDEX ix_contact_note_follow_up ON contact_note (territory_id, follow_up_on)""",
    """CREATE INDEX ix_contact_note_list ON contact_note (territory_id, noted_on, id)""",
    """CREATE INDEX ix_contact_note_organisation_id ON contact_note (organisation_id)""",
    """CREATE INDEX ix_contact_note_person_id ON contact_note (person_id)""",
    """CREATE INDEX ix_contact_note_project_id ON contact_note (project_id)""",
    """CREATE INDEX ix_contact_note_territory_id ON contact_note (territory_id)""",
    """
CREATE TABLE contact_note_step (
    note_id BIGINT NOT NULL,
    step_id BIGINT NOT NULL,
    CONSTRAINT pk_contact_note_step PRIMARY KEY (note_id, step_id),
    CONSTRAINT fk_contact_note_step_note_id FOREIGN KEY(note_id) REFERENCES contact_note (id),
    CONSTRAINT fk_contact_note_step_step_id FOREIGN KEY(step_id) REFERENCES step (id)
)
""",
    """CREATE INDEX ix_contact_note_step_step_id ON contact_note_step (step_id)""",
    """
CREATE TABLE opportunity (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    territory_id BIGINT NOT NULL,
    title VARCHAR(300) NOT NULL,
    direction VARCHAR(40),
    resource VARCHAR(40),
    zone_id BIGINT,
    brought_by_id BIGINT,
    brought_by_organisation_id BIGINT,
    captured_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state VARCHAR(40) NOT NULL,
    reason VARCHAR(400),
    passed_to VARCHAR(200),
    project_id BIGINT,
    search_key VARCHAR(400) NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_opportunity PRIMARY KEY (id),
    CONSTRAINT ck_opportunity_refused_for_a_reason CHECK (state <> 'refused' OR reason IS NOT NULL),
    CONSTRAINT ck_opportunity_passed_on_to_somebody CHECK (state <> 'passed_on' OR passed_to IS NOT NULL),
    CONSTRAINT ck_opportunity_project_of_its_own CHECK ((state = 'project') = (project_id IS NOT NULL)),
    CONSTRAINT uq_opportunity_public_id UNIQUE (public_id),
    CONSTRAINT fk_opportunity_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_opportunity_flow_direction CHECK (direction IN ('output', 'input')),
    CONSTRAINT ck_opportunity_resource_kind CHECK (resource IN ('material', 'energy', 'water', 'waste', 'by_product', 'logistics', 'capacity', 'expertise', 'equipment', 'space', 'service')),
    CONSTRAINT fk_opportunity_zone_id FOREIGN KEY(zone_id) REFERENCES activity_zone (id),
    CONSTRAINT fk_opportunity_brought_by_id FOREIGN KEY(brought_by_id) REFERENCES person (id),
    CONSTRAINT fk_opportunity_brought_by_organisation_id FOREIGN KEY(brought_by_organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_opportunity_lead_state CHECK (state IN ('open', 'kept', 'project', 'refused', 'passed_on')),
    CONSTRAINT fk_opportunity_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)
""",
    """CREATE INDEX ix_opportunity_brought_by_id ON opportunity (brought_by_id)""",
    """CREATE INDEX ix_opportunity_brought_by_organisation_id ON opportunity (brought_by_organisation_id)""",
    """CREATE INDEX ix_opportunity_list ON opportunity (territory_id, captured_at, id)""",
    """CREATE INDEX ix_opportunity_project_id ON opportunity (project_id)""",
    """CREATE INDEX ix_opportunity_territory_id ON opportunity (territory_id)""",
    """CREATE INDEX ix_opportunity_zone_id ON opportunity (zone_id)""",
    """
CREATE TABLE opportunity_organisation (
    opportunity_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    CONSTRAINT pk_opportunity_organisation PRIMARY KEY (opportunity_id, organisation_id),
    CONSTRAINT fk_opportunity_organisation_opportunity_id FOREIGN KEY(opportunity_id) REFERENCES opportunity (id),
    CONSTRAINT fk_opportunity_organisation_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)
""",
    """CREATE INDEX ix_opportunity_organisation_organisation_id ON opportunity_organisation (organisation_id)""",
    """
CREATE TABLE campaign (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    territory_id BIGINT NOT NULL,
    zone_id BIGINT,
    title VARCHAR(200) NOT NULL,
    opened_on DATE NOT NULL,
    closed_on DATE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_campaign PRIMARY KEY (id),
    CONSTRAINT uq_campaign_public_id UNIQUE (public_id),
    CONSTRAINT fk_campaign_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_campaign_zone_id FOREIGN KEY(zone_id) REFERENCES activity_zone (id)
)
""",
    """CREATE INDEX ix_campaign_territory_id ON campaign (territory_id)""",
    """CREATE INDEX ix_campaign_zone_id ON campaign (zone_id)""",
    """
CREATE TABLE campaign_contact (
    id BIGSERIAL NOT NULL,
    campaign_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    state VARCHAR(40) NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by_id BIGINT,
    CONSTRAINT pk_campaign_contact PRIMARY KEY (id),
    CONSTRAINT uq_campaign_contact_campaign_id_organisation_id UNIQUE (campaign_id, organisation_id),
    CONSTRAINT fk_campaign_contact_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaign (id),
    CONSTRAINT fk_campaign_contact_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_campaign_contact_contact_state CHECK (state IN ('to_contact', 'called', 'met', 'interested', 'ambassador', 'refused')),
    CONSTRAINT fk_campaign_contact_changed_by_id FOREIGN KEY(changed_by_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_campaign_contact_campaign_id ON campaign_contact (campaign_id)""",
    """CREATE INDEX ix_campaign_contact_changed_by_id ON campaign_contact (changed_by_id)""",
    """CREATE INDEX ix_campaign_contact_organisation_id ON campaign_contact (organisation_id)""",
)


def upgrade() -> None:
    bind = op.get_bind()
    statements = POSTGRESQL
    if bind.dialect.name == "sqlite":
        rebuild(bind, "relance", RELANCE, {})
        statements = (*RELANCE_INDEXES, *SQLITE)
    for statement in statements:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    """There is no way back that keeps what people wrote: restore the backup made before."""
    raise RuntimeError("0006 cannot be taken back: restore the backup made before the upgrade")
