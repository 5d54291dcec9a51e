"""States of a territory as they were published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SQLITE = (
    """
CREATE TABLE snapshot (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    as_of DATE NOT NULL,
    content JSON NOT NULL,
    published_at DATETIME NOT NULL,
    published_by_id INTEGER NOT NULL,
    withdrawn_at DATETIME,
    withdrawn_by_id INTEGER,
    CONSTRAINT ck_snapshot_withdrawn_by_whom
        CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)),
    CONSTRAINT uq_snapshot_public_id UNIQUE (public_id),
    CONSTRAINT fk_snapshot_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_snapshot_published_by_id FOREIGN KEY(published_by_id) REFERENCES person (id),
    CONSTRAINT fk_snapshot_withdrawn_by_id FOREIGN KEY(withdrawn_by_id) REFERENCES person (id)
)
""",
)

POSTGRESQL = (
    """
CREATE TABLE snapshot (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    territory_id BIGINT NOT NULL,
    as_of DATE NOT NULL,
    content JSON NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_by_id BIGINT NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_by_id BIGINT,
    CONSTRAINT pk_snapshot PRIMARY KEY (id),
    CONSTRAINT ck_snapshot_withdrawn_by_whom
        CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)),
    CONSTRAINT uq_snapshot_public_id UNIQUE (public_id),
    CONSTRAINT fk_snapshot_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_snapshot_published_by_id FOREIGN KEY(published_by_id) REFERENCES person (id),
    CONSTRAINT fk_snapshot_withdrawn_by_id FOREIGN KEY(withdrawn_by_id) REFERENCES person (id)
)
""",
)

INDEXES = (
    "CREATE INDEX ix_snapshot_published_by_id ON snapshot (published_by_id)",
    "CREATE INDEX ix_snapshot_territory_id ON snapshot (territory_id)",
    "CREATE INDEX ix_snapshot_withdrawn_by_id ON snapshot (withdrawn_by_id)",
    """
CREATE UNIQUE INDEX uq_snapshot_day ON snapshot (territory_id, as_of)
WHERE withdrawn_at IS NULL
""",
)


def upgrade() -> None:
    own = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in (*own, *INDEXES):
        op.execute(sa.text(statement))


def downgrade() -> None:
    op.drop_table("snapshot")
