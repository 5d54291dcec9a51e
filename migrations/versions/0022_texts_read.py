"""Which text of its framework a status was given to: what changed since is asked again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.rebuilding import rebuild

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CRITERION = """
CREATE TABLE criterion (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    assessment_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    ref VARCHAR(100) NOT NULL,
    status VARCHAR(40) NOT NULL,
    fractions JSON,
    concerned BOOLEAN NOT NULL,
    comment VARCHAR(1000),
    text_id INTEGER NOT NULL,
    confirmed_by_id INTEGER,
    confirmed_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT ck_criterion_detailed_has_fractions CHECK ((status = 'detailed') = (fractions IS NOT NULL)),
    CONSTRAINT fk_criterion_assessment_id FOREIGN KEY(assessment_id) REFERENCES assessment (id),
    CONSTRAINT fk_criterion_confirmed_by_id FOREIGN KEY(confirmed_by_id) REFERENCES person (id),
    CONSTRAINT fk_criterion_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_criterion_text_id FOREIGN KEY(text_id) REFERENCES framework_version (id),
    CONSTRAINT uq_criterion_assessment_id_ref UNIQUE (assessment_id, ref),
    CONSTRAINT ck_criterion_criterion_status CHECK (status IN ('unset', 'done', 'planned', 'not_done', 'detailed'))
)
"""
SQLITE_INDEXES = (
    "CREATE INDEX ix_criterion_assessment_id ON criterion (assessment_id)",
    "CREATE INDEX ix_criterion_confirmed_by_id ON criterion (confirmed_by_id)",
    "CREATE INDEX ix_criterion_territory_id ON criterion (territory_id)",
)
# until now a year had one text for ever, and what was said in it was said of that one
READ = "(SELECT version_id FROM assessment WHERE assessment.id = criterion.assessment_id)"
POSTGRESQL = (
    "ALTER TABLE criterion ADD COLUMN text_id BIGINT CONSTRAINT fk_criterion_text_id REFERENCES framework_version (id)",
    f"UPDATE criterion SET text_id = {READ}",
    "ALTER TABLE criterion ALTER COLUMN text_id SET NOT NULL",
)
INDEXES = ("CREATE INDEX ix_criterion_text_id ON criterion (text_id)",)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        rebuild(bind, "criterion", CRITERION, {"text_id": READ})
        own = SQLITE_INDEXES
    else:
        own = POSTGRESQL
    for statement in (*own, *INDEXES):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is no way back that keeps which text was read: restore the backup made before."""
    raise RuntimeError("0022 cannot be taken back: restore the backup made before the upgrade")
