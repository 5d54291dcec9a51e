"""An occasion that is told again keeps its former telling."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.rebuilding import rebuild

revision = "0024"
down_revision = "0023"
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
    former INTEGER NOT NULL,
    nominal_on DATE NOT NULL,
    recipient_id INTEGER,
    mail_id INTEGER,
    mailed_on DATE,
    state VARCHAR(40) NOT NULL,
    reason VARCHAR(40),
    decided_at DATETIME NOT NULL,
    answer VARCHAR(40),
    answered_at DATETIME,
    first_answered_at DATETIME,
    answered_by_id INTEGER,
    answered_as VARCHAR(120),
    CONSTRAINT uq_relance_occasion UNIQUE (subject_kind, subject_id, basis, code, former),
    CONSTRAINT ck_relance_former_was_released CHECK (former = 0 OR (former > 0 AND state = 'released')),
    CONSTRAINT ck_relance_told_by_a_mail CHECK (state <> 'told' OR (mail_id IS NOT NULL AND mailed_on IS NOT NULL)),
    CONSTRAINT ck_relance_not_told_for_a_reason CHECK ((state = 'told') = (reason IS NULL)),
    CONSTRAINT ck_relance_answer_is_dated CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT fk_relance_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_relance_recipient_id FOREIGN KEY(recipient_id) REFERENCES person (id),
    CONSTRAINT fk_relance_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id),
    CONSTRAINT ck_relance_relance_state CHECK (state IN ('told', 'dropped', 'released')),
    CONSTRAINT ck_relance_reason CHECK (reason IN ('superseded', 'before_start', 'before_resume', 'too_late', 'entered_past', 'answered', 'no_recipient', 'no_address', 'opted_out', 'not_started', 'paused', 'project_idle', 'blocked', 'waits', 'switched_off', 'news_promised', 'called', 'day_off', 'too_recent', 'not_me', 'digest', 'one_a_day', 'one_a_week', 'facts_changed')),
    CONSTRAINT ck_relance_answer CHECK (answer IN ('fait', 'date', 'coince', 'accord', 'pas-moi', 'cours', 'relais')),
    CONSTRAINT fk_relance_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES person (id)
)
"""
SQLITE_INDEXES = (
    "CREATE INDEX ix_relance_answered_by_id ON relance (answered_by_id)",
    "CREATE INDEX ix_relance_mail_id ON relance (mail_id)",
    "CREATE INDEX ix_relance_mailed_on ON relance (mailed_on, recipient_id)",
    "CREATE INDEX ix_relance_recipient_id ON relance (recipient_id)",
    "CREATE INDEX ix_relance_territory_id ON relance (territory_id)",
)
POSTGRESQL = (
    "ALTER TABLE relance ADD COLUMN former INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE relance ALTER COLUMN former DROP DEFAULT",
    "ALTER TABLE relance DROP CONSTRAINT uq_relance_occasion",
    "ALTER TABLE relance ADD CONSTRAINT uq_relance_occasion UNIQUE (subject_kind, subject_id, basis, code, former)",
    "ALTER TABLE relance ADD CONSTRAINT ck_relance_former_was_released CHECK (former = 0 OR (former > 0 AND state = 'released'))",
)
# until now a row decided again went on naming who had answered the mail before
NOBODY_ANSWERED = (
    "UPDATE relance SET answered_by_id = NULL, answered_as = NULL WHERE answer IS NULL",
)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        rebuild(bind, "relance", RELANCE, {"former": "0"})
        own = SQLITE_INDEXES
    else:
        own = POSTGRESQL
    for statement in (*own, *NOBODY_ANSWERED):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is no way back that keeps the former tellings: restore the backup made before."""
    raise RuntimeError("0024 cannot be taken back: restore the backup made before the upgrade")
