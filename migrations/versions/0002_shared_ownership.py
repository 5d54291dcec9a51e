"""Shared ownership, and what came with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.rebuilding import rebuild

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite changes no constraint in place: these tables are written anew, with their rows.
# table → (its new shape, values of columns that are new and not empty)
REBUILT = {
    "access_grant": (
        """
CREATE TABLE access_grant (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    person_id INTEGER NOT NULL,
    purpose VARCHAR(40) NOT NULL,
    subject_kind VARCHAR(40) NOT NULL,
    subject_id INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    expires_at DATETIME,
    revoked_at DATETIME,
    CONSTRAINT uq_access_grant_person_id_purpose_subject_kind_subject_id_created_at UNIQUE (person_id, purpose, subject_kind, subject_id, created_at),
    CONSTRAINT uq_access_grant_public_id UNIQUE (public_id),
    CONSTRAINT fk_access_grant_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT ck_access_grant_grant_purpose CHECK (purpose IN ('sign_in', 'invitation', 'address', 'answer', 'relance', 'unsubscribe'))
)
""",
        {},
    ),
    "relance": (
        """
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
    CONSTRAINT ck_relance_reason CHECK (reason IN ('superseded', 'before_start', 'before_resume', 'too_late', 'entered_past', 'answered', 'no_recipient', 'no_address', 'opted_out', 'not_started', 'paused', 'project_idle', 'blocked', 'news_promised', 'day_off', 'too_recent', 'not_me', 'digest', 'one_a_day', 'one_a_week', 'facts_changed')),
    CONSTRAINT ck_relance_answer CHECK (answer IN ('fait', 'date', 'coince', 'accord', 'pas-moi')),
    CONSTRAINT fk_relance_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)
)
""",
        {},
    ),
    "action_plan": (
        """
CREATE TABLE action_plan (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL,
    state VARCHAR(40) NOT NULL,
    lead_organisation_id INTEGER,
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT uq_action_plan_public_id UNIQUE (public_id),
    CONSTRAINT fk_action_plan_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_action_plan_plan_state CHECK (state IN ('active', 'closed', 'archived')),
    CONSTRAINT fk_action_plan_lead_organisation_id FOREIGN KEY(lead_organisation_id) REFERENCES organisation (id)
)
""",
        {},
    ),
    "ask": (
        """
CREATE TABLE ask (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    subject_kind VARCHAR(40) NOT NULL,
    subject_id INTEGER NOT NULL,
    asker_id INTEGER NOT NULL,
    asked_person_id INTEGER,
    asked_organisation_id INTEGER,
    payload JSON NOT NULL,
    text_version VARCHAR(20) NOT NULL,
    territory_id INTEGER,
    project_id INTEGER,
    words VARCHAR(400),
    asked_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    state VARCHAR(40) NOT NULL,
    answered_by_id INTEGER,
    answered_at DATETIME,
    CONSTRAINT ck_ask_somebody_asked CHECK (asked_person_id IS NOT NULL OR asked_organisation_id IS NOT NULL),
    CONSTRAINT ck_ask_answer_dated CHECK ((state IN ('accepted', 'declined')) = (answered_at IS NOT NULL)),
    CONSTRAINT uq_ask_public_id UNIQUE (public_id),
    CONSTRAINT ck_ask_ask_kind CHECK (kind IN ('invitation', 'agreement', 'hand_over', 'commitment', 'opening', 'rsvp', 'address')),
    CONSTRAINT fk_ask_asker_id FOREIGN KEY(asker_id) REFERENCES person (id),
    CONSTRAINT fk_ask_asked_person_id FOREIGN KEY(asked_person_id) REFERENCES person (id),
    CONSTRAINT fk_ask_asked_organisation_id FOREIGN KEY(asked_organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_ask_ask_state CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn', 'expired')),
    CONSTRAINT fk_ask_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)
)
""",
        {},
    ),
    "theme": (
        """
CREATE TABLE theme (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    plan_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    "key" VARCHAR(40),
    title VARCHAR(200) NOT NULL,
    aliases VARCHAR(400) NOT NULL,
    rank VARCHAR(64) NOT NULL,
    lead_organisation_id INTEGER,
    lead_person_id INTEGER,
    CONSTRAINT uq_theme_plan_id_title UNIQUE (plan_id, title),
    CONSTRAINT uq_theme_public_id UNIQUE (public_id),
    CONSTRAINT fk_theme_plan_id FOREIGN KEY(plan_id) REFERENCES action_plan (id),
    CONSTRAINT fk_theme_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_theme_lead_organisation_id FOREIGN KEY(lead_organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_theme_lead_person_id FOREIGN KEY(lead_person_id) REFERENCES person (id)
)
""",
        {},
    ),
    "flow": (
        """
CREATE TABLE flow (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    project_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    direction VARCHAR(40) NOT NULL,
    resource VARCHAR(40) NOT NULL,
    label VARCHAR(200) NOT NULL,
    quantity NUMERIC(18, 3),
    unit VARCHAR(30),
    price_cents INTEGER,
    opened_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT ck_flow_quantity_has_unit CHECK (quantity IS NULL OR unit IS NOT NULL),
    CONSTRAINT ck_flow_price_of_a_quantity CHECK (price_cents IS NULL OR quantity IS NOT NULL),
    CONSTRAINT uq_flow_public_id UNIQUE (public_id),
    CONSTRAINT fk_flow_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_flow_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_flow_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_flow_flow_direction CHECK (direction IN ('output', 'input')),
    CONSTRAINT ck_flow_resource_kind CHECK (resource IN ('material', 'energy', 'water', 'waste', 'by_product', 'logistics', 'capacity', 'expertise', 'equipment', 'space', 'service'))
)
""",
        {},
    ),
}

NEW_IN_SQLITE = (
    """
CREATE TABLE absence (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    person_id INTEGER NOT NULL,
    substitute_id INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    CONSTRAINT ck_absence_ends_after_it_starts CHECK (ends_on >= starts_on),
    CONSTRAINT ck_absence_somebody_else CHECK (person_id <> substitute_id),
    CONSTRAINT uq_absence_public_id UNIQUE (public_id),
    CONSTRAINT fk_absence_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_absence_substitute_id FOREIGN KEY(substitute_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE commitment (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    territory_id INTEGER NOT NULL,
    project_id INTEGER,
    kind VARCHAR(40) NOT NULL,
    subject_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    person_id INTEGER,
    noted_by_id INTEGER,
    given_by VARCHAR(40) NOT NULL,
    text_version VARCHAR(20) NOT NULL,
    given_at DATETIME NOT NULL,
    withdrawn_at DATETIME,
    CONSTRAINT ck_commitment_word_was_noted CHECK ((given_by = 'word') = (noted_by_id IS NOT NULL)),
    CONSTRAINT fk_commitment_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_commitment_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT ck_commitment_commitment_kind CHECK (kind IN ('charter', 'part', 'step')),
    CONSTRAINT fk_commitment_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_commitment_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_commitment_noted_by_id FOREIGN KEY(noted_by_id) REFERENCES person (id),
    CONSTRAINT ck_commitment_given_by CHECK (given_by IN ('page', 'mail', 'word'))
)
""",
    """
CREATE TABLE flow_access (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    flow_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    is_open BOOLEAN NOT NULL,
    decided_at DATETIME NOT NULL,
    CONSTRAINT uq_flow_access_flow_id_organisation_id UNIQUE (flow_id, organisation_id),
    CONSTRAINT fk_flow_access_flow_id FOREIGN KEY(flow_id) REFERENCES flow (id),
    CONSTRAINT fk_flow_access_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_flow_access_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_flow_access_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)
""",
    """
CREATE TABLE proposal (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    partner_id INTEGER,
    subject_id INTEGER NOT NULL,
    role VARCHAR(40),
    reason VARCHAR(400),
    proposed_by_id INTEGER NOT NULL,
    proposed_at DATETIME NOT NULL,
    open_until DATE NOT NULL,
    state VARCHAR(40) NOT NULL,
    settled_at DATETIME,
    note VARCHAR(400),
    version INTEGER NOT NULL,
    CONSTRAINT ck_proposal_subject_is_partner CHECK (subject_id = coalesce(partner_id, 0)),
    CONSTRAINT ck_proposal_about_a_partner CHECK ((kind IN ('lead', 'role', 'remove')) = (partner_id IS NOT NULL)),
    CONSTRAINT ck_proposal_role_is_said CHECK ((kind = 'role') = (role IS NOT NULL)),
    CONSTRAINT ck_proposal_settled_is_dated CHECK ((state IN ('open', 'objected')) = (settled_at IS NULL)),
    CONSTRAINT uq_proposal_public_id UNIQUE (public_id),
    CONSTRAINT fk_proposal_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_proposal_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT ck_proposal_proposal_kind CHECK (kind IN ('lead', 'role', 'remove', 'close', 'abandon')),
    CONSTRAINT fk_proposal_partner_id FOREIGN KEY(partner_id) REFERENCES partner (id),
    CONSTRAINT ck_proposal_partner_role CHECK (role IN ('lead', 'co_owner', 'contributor', 'funder', 'observer')),
    CONSTRAINT fk_proposal_proposed_by_id FOREIGN KEY(proposed_by_id) REFERENCES person (id),
    CONSTRAINT ck_proposal_proposal_state CHECK (state IN ('open', 'objected', 'effective', 'withdrawn', 'dropped', 'lapsed'))
)
""",
)

SQLITE_INDEXES = (
    """CREATE INDEX ix_absence_person_id ON absence (person_id)""",
    """CREATE INDEX ix_absence_substitute_id ON absence (substitute_id)""",
    """CREATE INDEX ix_commitment_noted_by_id ON commitment (noted_by_id)""",
    """CREATE INDEX ix_commitment_organisation_id ON commitment (organisation_id)""",
    """CREATE INDEX ix_commitment_person_id ON commitment (person_id)""",
    """CREATE INDEX ix_commitment_project_id ON commitment (project_id)""",
    """CREATE INDEX ix_commitment_subject ON commitment (kind, subject_id)""",
    """CREATE INDEX ix_commitment_territory_id ON commitment (territory_id)""",
    """CREATE UNIQUE INDEX uq_commitment_standing ON commitment (kind, subject_id, organisation_id, text_version) WHERE withdrawn_at IS NULL""",
    """CREATE INDEX ix_flow_access_flow_id ON flow_access (flow_id)""",
    """CREATE INDEX ix_flow_access_organisation_id ON flow_access (organisation_id)""",
    """CREATE INDEX ix_flow_access_project_id ON flow_access (project_id)""",
    """CREATE INDEX ix_flow_access_territory_id ON flow_access (territory_id)""",
    """CREATE INDEX ix_proposal_partner_id ON proposal (partner_id)""",
    """CREATE INDEX ix_proposal_project_id ON proposal (project_id)""",
    """CREATE INDEX ix_proposal_proposed_by_id ON proposal (proposed_by_id)""",
    """CREATE INDEX ix_proposal_territory_id ON proposal (territory_id)""",
    """CREATE UNIQUE INDEX uq_proposal_live ON proposal (project_id, kind, subject_id) WHERE state IN ('open', 'objected')""",
    """CREATE INDEX ix_access_grant_person_id ON access_grant (person_id)""",
    """CREATE INDEX ix_relance_answered_by_id ON relance (answered_by_id)""",
    """CREATE INDEX ix_relance_mail_id ON relance (mail_id)""",
    """CREATE INDEX ix_relance_mailed_on ON relance (mailed_on, recipient_id)""",
    """CREATE INDEX ix_relance_recipient_id ON relance (recipient_id)""",
    """CREATE INDEX ix_relance_territory_id ON relance (territory_id)""",
    """CREATE INDEX ix_action_plan_lead_organisation_id ON action_plan (lead_organisation_id)""",
    """CREATE INDEX ix_action_plan_territory_id ON action_plan (territory_id)""",
    """CREATE INDEX ix_ask_answered_by_id ON ask (answered_by_id)""",
    """CREATE INDEX ix_ask_asked_organisation_id ON ask (asked_organisation_id)""",
    """CREATE INDEX ix_ask_asked_person_id ON ask (asked_person_id)""",
    """CREATE INDEX ix_ask_asker_id ON ask (asker_id)""",
    """CREATE INDEX ix_ask_subject ON ask (subject_kind, subject_id)""",
    """CREATE INDEX ix_theme_lead_organisation_id ON theme (lead_organisation_id)""",
    """CREATE INDEX ix_theme_lead_person_id ON theme (lead_person_id)""",
    """CREATE INDEX ix_theme_plan_id ON theme (plan_id)""",
    """CREATE INDEX ix_theme_territory_id ON theme (territory_id)""",
    """CREATE INDEX ix_flow_organisation_id ON flow (organisation_id)""",
    """CREATE INDEX ix_flow_project_id ON flow (project_id)""",
    """CREATE INDEX ix_flow_territory_id ON flow (territory_id)""",
)

POSTGRESQL = (
    """
CREATE TABLE absence (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    person_id BIGINT NOT NULL,
    substitute_id BIGINT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    CONSTRAINT pk_absence PRIMARY KEY (id),
    CONSTRAINT ck_absence_ends_after_it_starts CHECK (ends_on >= starts_on),
    CONSTRAINT ck_absence_somebody_else CHECK (person_id <> substitute_id),
    CONSTRAINT uq_absence_public_id UNIQUE (public_id),
    CONSTRAINT fk_absence_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_absence_substitute_id FOREIGN KEY(substitute_id) REFERENCES person (id)
)
""",
    """CREATE INDEX ix_absence_person_id ON absence (person_id)""",
    """CREATE INDEX ix_absence_substitute_id ON absence (substitute_id)""",
    """
CREATE TABLE commitment (
    id BIGSERIAL NOT NULL,
    territory_id BIGINT NOT NULL,
    project_id BIGINT,
    kind VARCHAR(40) NOT NULL,
    subject_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    person_id BIGINT,
    noted_by_id BIGINT,
    given_by VARCHAR(40) NOT NULL,
    text_version VARCHAR(20) NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_commitment PRIMARY KEY (id),
    CONSTRAINT ck_commitment_word_was_noted CHECK ((given_by = 'word') = (noted_by_id IS NOT NULL)),
    CONSTRAINT fk_commitment_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_commitment_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT ck_commitment_commitment_kind CHECK (kind IN ('charter', 'part', 'step')),
    CONSTRAINT fk_commitment_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_commitment_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_commitment_noted_by_id FOREIGN KEY(noted_by_id) REFERENCES person (id),
    CONSTRAINT ck_commitment_given_by CHECK (given_by IN ('page', 'mail', 'word'))
)
""",
    """CREATE INDEX ix_commitment_noted_by_id ON commitment (noted_by_id)""",
    """CREATE INDEX ix_commitment_organisation_id ON commitment (organisation_id)""",
    """CREATE INDEX ix_commitment_person_id ON commitment (person_id)""",
    """CREATE INDEX ix_commitment_project_id ON commitment (project_id)""",
    """CREATE INDEX ix_commitment_subject ON commitment (kind, subject_id)""",
    """CREATE INDEX ix_commitment_territory_id ON commitment (territory_id)""",
    """CREATE UNIQUE INDEX uq_commitment_standing ON commitment (kind, subject_id, organisation_id, text_version) WHERE withdrawn_at IS NULL""",
    """
CREATE TABLE flow_access (
    id BIGSERIAL NOT NULL,
    flow_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    is_open BOOLEAN NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_flow_access PRIMARY KEY (id),
    CONSTRAINT uq_flow_access_flow_id_organisation_id UNIQUE (flow_id, organisation_id),
    CONSTRAINT fk_flow_access_flow_id FOREIGN KEY(flow_id) REFERENCES flow (id),
    CONSTRAINT fk_flow_access_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_flow_access_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_flow_access_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)
""",
    """CREATE INDEX ix_flow_access_flow_id ON flow_access (flow_id)""",
    """CREATE INDEX ix_flow_access_organisation_id ON flow_access (organisation_id)""",
    """CREATE INDEX ix_flow_access_project_id ON flow_access (project_id)""",
    """CREATE INDEX ix_flow_access_territory_id ON flow_access (territory_id)""",
    """
CREATE TABLE proposal (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    territory_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    kind VARCHAR(40) NOT NULL,
    partner_id BIGINT,
    subject_id BIGINT NOT NULL,
    role VARCHAR(40),
    reason VARCHAR(400),
    proposed_by_id BIGINT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    open_until DATE NOT NULL,
    state VARCHAR(40) NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    note VARCHAR(400),
    version INTEGER NOT NULL,
    CONSTRAINT pk_proposal PRIMARY KEY (id),
    CONSTRAINT ck_proposal_subject_is_partner CHECK (subject_id = coalesce(partner_id, 0)),
    CONSTRAINT ck_proposal_about_a_partner CHECK ((kind IN ('lead', 'role', 'remove')) = (partner_id IS NOT NULL)),
    CONSTRAINT ck_proposal_role_is_said CHECK ((kind = 'role') = (role IS NOT NULL)),
    CONSTRAINT ck_proposal_settled_is_dated CHECK ((state IN ('open', 'objected')) = (settled_at IS NULL)),
    CONSTRAINT uq_proposal_public_id UNIQUE (public_id),
    CONSTRAINT fk_proposal_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_proposal_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT ck_proposal_proposal_kind CHECK (kind IN ('lead', 'role', 'remove', 'close', 'abandon')),
    CONSTRAINT fk_proposal_partner_id FOREIGN KEY(partner_id) REFERENCES partner (id),
    CONSTRAINT ck_proposal_partner_role CHECK (role IN ('lead', 'co_owner', 'contributor', 'funder', 'observer')),
    CONSTRAINT fk_proposal_proposed_by_id FOREIGN KEY(proposed_by_id) REFERENCES person (id),
    CONSTRAINT ck_proposal_proposal_state CHECK (state IN ('open', 'objected', 'effective', 'withdrawn', 'dropped', 'lapsed'))
)
""",
    """CREATE INDEX ix_proposal_partner_id ON proposal (partner_id)""",
    """CREATE INDEX ix_proposal_project_id ON proposal (project_id)""",
    """CREATE INDEX ix_proposal_proposed_by_id ON proposal (proposed_by_id)""",
    """CREATE INDEX ix_proposal_territory_id ON proposal (territory_id)""",
    """CREATE UNIQUE INDEX uq_proposal_live ON proposal (project_id, kind, subject_id) WHERE state IN ('open', 'objected')""",
    """ALTER TABLE access_grant DROP CONSTRAINT ck_access_grant_grant_purpose""",
    """ALTER TABLE access_grant ADD CONSTRAINT ck_access_grant_grant_purpose CHECK (purpose IN ('sign_in', 'invitation', 'address', 'answer', 'relance', 'unsubscribe'))""",
    """ALTER TABLE relance ADD COLUMN answered_as VARCHAR(120)""",
    """ALTER TABLE relance ADD COLUMN answered_by_id BIGINT""",
    """ALTER TABLE relance ADD CONSTRAINT fk_relance_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)""",
    """CREATE INDEX ix_relance_answered_by_id ON relance (answered_by_id)""",
    """ALTER TABLE action_plan ADD COLUMN lead_organisation_id BIGINT""",
    """ALTER TABLE action_plan ADD CONSTRAINT fk_action_plan_lead_organisation_id FOREIGN KEY(lead_organisation_id) REFERENCES organisation (id)""",
    """CREATE INDEX ix_action_plan_lead_organisation_id ON action_plan (lead_organisation_id)""",
    """ALTER TABLE ask DROP CONSTRAINT ck_ask_ask_kind""",
    """ALTER TABLE ask ADD COLUMN project_id BIGINT""",
    """ALTER TABLE ask ADD COLUMN territory_id BIGINT""",
    """ALTER TABLE ask ADD COLUMN words VARCHAR(400)""",
    """ALTER TABLE ask ADD CONSTRAINT ck_ask_ask_kind CHECK (kind IN ('invitation', 'agreement', 'hand_over', 'commitment', 'opening', 'rsvp', 'address'))""",
    """ALTER TABLE theme ADD COLUMN lead_organisation_id BIGINT""",
    """ALTER TABLE theme ADD COLUMN lead_person_id BIGINT""",
    """ALTER TABLE theme ADD CONSTRAINT fk_theme_lead_organisation_id FOREIGN KEY(lead_organisation_id) REFERENCES organisation (id)""",
    """ALTER TABLE theme ADD CONSTRAINT fk_theme_lead_person_id FOREIGN KEY(lead_person_id) REFERENCES person (id)""",
    """CREATE INDEX ix_theme_lead_organisation_id ON theme (lead_organisation_id)""",
    """CREATE INDEX ix_theme_lead_person_id ON theme (lead_person_id)""",
    """ALTER TABLE flow ADD CONSTRAINT ck_flow_price_of_a_quantity CHECK (price_cents IS NULL OR quantity IS NOT NULL)""",
)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        for table, (shape, values) in REBUILT.items():
            rebuild(bind, table, shape, values)
        statements = (*NEW_IN_SQLITE, *SQLITE_INDEXES)
    else:
        statements = POSTGRESQL
    for statement in statements:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    """There is no way back that keeps what people agreed to: restore the backup made before."""
    raise RuntimeError("0002 cannot be taken back: restore the backup made before the upgrade")
