"""Each territory's own rules for its relances, projects and steps that want others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.rebuilding import rebuild

revision = "0015"
down_revision = "0014"
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
    CONSTRAINT ck_relance_reason CHECK (reason IN ('superseded', 'before_start', 'before_resume', 'too_late', 'entered_past', 'answered', 'no_recipient', 'no_address', 'opted_out', 'not_started', 'paused', 'project_idle', 'blocked', 'waits', 'switched_off', 'news_promised', 'called', 'day_off', 'too_recent', 'not_me', 'digest', 'one_a_day', 'one_a_week', 'facts_changed')),
    CONSTRAINT ck_relance_answer CHECK (answer IN ('fait', 'date', 'coince', 'accord', 'pas-moi')),
    CONSTRAINT fk_relance_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)
)
"""
RELANCE_INDEXES = (
    "CREATE INDEX ix_relance_answered_by_id ON relance (answered_by_id)",
    "CREATE INDEX ix_relance_mail_id ON relance (mail_id)",
    "CREATE INDEX ix_relance_mailed_on ON relance (mailed_on, recipient_id)",
    "CREATE INDEX ix_relance_recipient_id ON relance (recipient_id)",
    "CREATE INDEX ix_relance_territory_id ON relance (territory_id)",
)
RELANCE_CHECKS = (
    "ALTER TABLE relance DROP CONSTRAINT ck_relance_reason",
    """
ALTER TABLE relance ADD CONSTRAINT ck_relance_reason CHECK (reason IN ('superseded', 'before_start', 'before_resume', 'too_late', 'entered_past', 'answered', 'no_recipient', 'no_address', 'opted_out', 'not_started', 'paused', 'project_idle', 'blocked', 'waits', 'switched_off', 'news_promised', 'called', 'day_off', 'too_recent', 'not_me', 'digest', 'one_a_day', 'one_a_week', 'facts_changed'))
""",
)

SQLITE = (
    """
CREATE TABLE relance_policy (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    territory_id INTEGER NOT NULL,
    audience VARCHAR(40) NOT NULL,
    before_days INTEGER,
    eve BOOLEAN NOT NULL,
    after_days INTEGER,
    milestone_days INTEGER,
    gap INTEGER NOT NULL,
    weekly BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT uq_relance_policy_territory_id_audience UNIQUE (territory_id, audience),
    CONSTRAINT ck_relance_policy_before_by_days CHECK (before_days BETWEEN 2 AND 60),
    CONSTRAINT ck_relance_policy_after_by_days CHECK (after_days BETWEEN 1 AND 60),
    CONSTRAINT ck_relance_policy_milestone_by_days CHECK (milestone_days BETWEEN 2 AND 60),
    CONSTRAINT ck_relance_policy_gap_of_days CHECK (gap BETWEEN 1 AND 30),
    CONSTRAINT fk_relance_policy_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_relance_policy_audience CHECK (audience IN ('company', 'agent'))
)
""",
    """
CREATE TABLE relance_manner (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    territory_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    step_id INTEGER,
    manner VARCHAR(40) NOT NULL,
    CONSTRAINT fk_relance_manner_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_relance_manner_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT uq_relance_manner_step_id UNIQUE (step_id),
    CONSTRAINT fk_relance_manner_step_id FOREIGN KEY(step_id) REFERENCES step (id),
    CONSTRAINT ck_relance_manner_manner CHECK (manner IN ('usual', 'once', 'none'))
)
""",
)

POSTGRESQL = (
    """
CREATE TABLE relance_policy (
    id BIGSERIAL NOT NULL,
    territory_id BIGINT NOT NULL,
    audience VARCHAR(40) NOT NULL,
    before_days BIGINT,
    eve BOOLEAN NOT NULL,
    after_days BIGINT,
    milestone_days BIGINT,
    gap INTEGER NOT NULL,
    weekly BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_relance_policy PRIMARY KEY (id),
    CONSTRAINT uq_relance_policy_territory_id_audience UNIQUE (territory_id, audience),
    CONSTRAINT ck_relance_policy_before_by_days CHECK (before_days BETWEEN 2 AND 60),
    CONSTRAINT ck_relance_policy_after_by_days CHECK (after_days BETWEEN 1 AND 60),
    CONSTRAINT ck_relance_policy_milestone_by_days CHECK (milestone_days BETWEEN 2 AND 60),
    CONSTRAINT ck_relance_policy_gap_of_days CHECK (gap BETWEEN 1 AND 30),
    CONSTRAINT fk_relance_policy_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_relance_policy_audience CHECK (audience IN ('company', 'agent'))
)
""",
    """
CREATE TABLE relance_manner (
    id BIGSERIAL NOT NULL,
    territory_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    step_id BIGINT,
    manner VARCHAR(40) NOT NULL,
    CONSTRAINT pk_relance_manner PRIMARY KEY (id),
    CONSTRAINT fk_relance_manner_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_relance_manner_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT uq_relance_manner_step_id UNIQUE (step_id),
    CONSTRAINT fk_relance_manner_step_id FOREIGN KEY(step_id) REFERENCES step (id),
    CONSTRAINT ck_relance_manner_manner CHECK (manner IN ('usual', 'once', 'none'))
)
""",
)

INDEXES = (
    "CREATE INDEX ix_relance_policy_territory_id ON relance_policy (territory_id)",
    "CREATE INDEX ix_relance_manner_project_id ON relance_manner (project_id)",
    "CREATE INDEX ix_relance_manner_territory_id ON relance_manner (territory_id)",
    "CREATE UNIQUE INDEX uq_relance_manner_project ON relance_manner (project_id) WHERE step_id IS NULL",
)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        rebuild(bind, "relance", RELANCE, {})
        own = (*RELANCE_INDEXES, *SQLITE)
    else:
        own = (*RELANCE_CHECKS, *POSTGRESQL)
    for statement in (*own, *INDEXES):
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    """There is no way back that keeps what was decided: restore the backup made before."""
    raise RuntimeError("0015 cannot be taken back: restore the backup made before the upgrade")
