"""Patterns of projects that a territory keeps."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SQLITE = (
    """
CREATE TABLE saved_pattern (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL,
    summary VARCHAR(400) NOT NULL,
    synergy_type VARCHAR(40),
    saved_by_id INTEGER,
    saved_at DATETIME NOT NULL,
    retired_at DATETIME,
    CONSTRAINT uq_saved_pattern_public_id UNIQUE (public_id),
    CONSTRAINT fk_saved_pattern_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_saved_pattern_synergy_type CHECK (synergy_type IN ('substitution', 'sharing')),
    CONSTRAINT fk_saved_pattern_saved_by_id FOREIGN KEY(saved_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE saved_role (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    pattern_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    "key" VARCHAR(10) NOT NULL,
    title VARCHAR(200) NOT NULL,
    part VARCHAR(40) NOT NULL,
    CONSTRAINT uq_saved_role_pattern_id_key UNIQUE (pattern_id, "key"),
    CONSTRAINT fk_saved_role_pattern_id FOREIGN KEY(pattern_id) REFERENCES saved_pattern (id),
    CONSTRAINT fk_saved_role_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_saved_role_partner_role CHECK (part IN ('lead', 'co_owner', 'contributor', 'funder', 'observer'))
)
""",
    """
CREATE TABLE saved_step (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    pattern_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL,
    role VARCHAR(10) NOT NULL,
    "after" INTEGER,
    is_milestone BOOLEAN NOT NULL,
    CONSTRAINT uq_saved_step_pattern_id_place UNIQUE (pattern_id, place),
    CONSTRAINT ck_saved_step_not_before_start CHECK (after >= 0),
    CONSTRAINT fk_saved_step_pattern_id FOREIGN KEY(pattern_id) REFERENCES saved_pattern (id),
    CONSTRAINT fk_saved_step_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
""",
)

POSTGRESQL = (
    """
CREATE TABLE saved_pattern (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    territory_id BIGINT NOT NULL,
    title VARCHAR(200) NOT NULL,
    summary VARCHAR(400) NOT NULL,
    synergy_type VARCHAR(40),
    saved_by_id BIGINT,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_saved_pattern PRIMARY KEY (id),
    CONSTRAINT uq_saved_pattern_public_id UNIQUE (public_id),
    CONSTRAINT fk_saved_pattern_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_saved_pattern_synergy_type CHECK (synergy_type IN ('substitution', 'sharing')),
    CONSTRAINT fk_saved_pattern_saved_by_id FOREIGN KEY(saved_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE saved_role (
    id BIGSERIAL NOT NULL,
    pattern_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    key VARCHAR(10) NOT NULL,
    title VARCHAR(200) NOT NULL,
    part VARCHAR(40) NOT NULL,
    CONSTRAINT pk_saved_role PRIMARY KEY (id),
    CONSTRAINT uq_saved_role_pattern_id_key UNIQUE (pattern_id, key),
    CONSTRAINT fk_saved_role_pattern_id FOREIGN KEY(pattern_id) REFERENCES saved_pattern (id),
    CONSTRAINT fk_saved_role_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_saved_role_partner_role CHECK (part IN ('lead', 'co_owner', 'contributor', 'funder', 'observer'))
)
""",
    """
CREATE TABLE saved_step (
    id BIGSERIAL NOT NULL,
    pattern_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    place INTEGER NOT NULL,
    title VARCHAR(200) NOT NULL,
    role VARCHAR(10) NOT NULL,
    after BIGINT,
    is_milestone BOOLEAN NOT NULL,
    CONSTRAINT pk_saved_step PRIMARY KEY (id),
    CONSTRAINT uq_saved_step_pattern_id_place UNIQUE (pattern_id, place),
    CONSTRAINT ck_saved_step_not_before_start CHECK (after >= 0),
    CONSTRAINT fk_saved_step_pattern_id FOREIGN KEY(pattern_id) REFERENCES saved_pattern (id),
    CONSTRAINT fk_saved_step_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
""",
)

INDEXES = (
    "CREATE INDEX ix_saved_pattern_saved_by_id ON saved_pattern (saved_by_id)",
    "CREATE INDEX ix_saved_pattern_territory_id ON saved_pattern (territory_id)",
    "CREATE INDEX ix_saved_role_pattern_id ON saved_role (pattern_id)",
    "CREATE INDEX ix_saved_role_territory_id ON saved_role (territory_id)",
    "CREATE UNIQUE INDEX uq_saved_role_lead ON saved_role (pattern_id) WHERE part = 'lead'",
    "CREATE INDEX ix_saved_step_pattern_id ON saved_step (pattern_id)",
    "CREATE INDEX ix_saved_step_territory_id ON saved_step (territory_id)",
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (*(SQLITE if is_sqlite else POSTGRESQL), *INDEXES):
        op.execute(statement)


def downgrade() -> None:
    for table in ("saved_step", "saved_role", "saved_pattern"):
        op.drop_table(table)
