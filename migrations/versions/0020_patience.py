"""How long a territory waits before it says what is silent, stuck or unanswered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

SQLITE = """
CREATE TABLE relance_patience (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    territory_id INTEGER NOT NULL,
    silent_days INTEGER,
    blocked_days INTEGER,
    unanswered_days INTEGER,
    fresh_days INTEGER,
    version INTEGER NOT NULL,
    CONSTRAINT uq_relance_patience_territory_id UNIQUE (territory_id),
    CONSTRAINT ck_relance_patience_silent_by_days CHECK (silent_days BETWEEN 7 AND 365),
    CONSTRAINT ck_relance_patience_blocked_by_days CHECK (blocked_days BETWEEN 1 AND 90),
    CONSTRAINT ck_relance_patience_unanswered_by_days CHECK (unanswered_days BETWEEN 1 AND 60),
    CONSTRAINT ck_relance_patience_fresh_by_days CHECK (fresh_days BETWEEN 1 AND 14),
    CONSTRAINT fk_relance_patience_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
"""

POSTGRESQL = """
CREATE TABLE relance_patience (
    id BIGSERIAL NOT NULL,
    territory_id BIGINT NOT NULL,
    silent_days INTEGER,
    blocked_days INTEGER,
    unanswered_days INTEGER,
    fresh_days INTEGER,
    version INTEGER NOT NULL,
    CONSTRAINT pk_relance_patience PRIMARY KEY (id),
    CONSTRAINT uq_relance_patience_territory_id UNIQUE (territory_id),
    CONSTRAINT ck_relance_patience_silent_by_days CHECK (silent_days BETWEEN 7 AND 365),
    CONSTRAINT ck_relance_patience_blocked_by_days CHECK (blocked_days BETWEEN 1 AND 90),
    CONSTRAINT ck_relance_patience_unanswered_by_days CHECK (unanswered_days BETWEEN 1 AND 60),
    CONSTRAINT ck_relance_patience_fresh_by_days CHECK (fresh_days BETWEEN 1 AND 14),
    CONSTRAINT fk_relance_patience_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
"""


def upgrade() -> None:
    own = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    op.execute(sa.text(own))


def downgrade() -> None:
    """There is no way back that keeps what was chosen: restore the backup made before."""
    raise RuntimeError("0020 cannot be taken back: restore the backup made before the upgrade")
