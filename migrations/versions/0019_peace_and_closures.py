"""Organisations say when they are shut; a person or a project is left in peace for a while."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SQLITE = (
    """
CREATE TABLE closure (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    organisation_id INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    removed_at DATETIME,
    CONSTRAINT uq_closure_public_id UNIQUE (public_id),
    CONSTRAINT ck_closure_ends_after_it_starts CHECK (ends_on >= starts_on),
    CONSTRAINT fk_closure_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)
""",
    """
CREATE TABLE relance_pause (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    territory_id INTEGER NOT NULL,
    person_id INTEGER,
    project_id INTEGER,
    until DATE NOT NULL,
    CONSTRAINT uq_relance_pause_territory_id_person_id UNIQUE (territory_id, person_id),
    CONSTRAINT uq_relance_pause_project_id UNIQUE (project_id),
    CONSTRAINT ck_relance_pause_of_one_thing CHECK ((person_id IS NULL) <> (project_id IS NULL)),
    CONSTRAINT fk_relance_pause_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_relance_pause_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_relance_pause_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)
""",
)

POSTGRESQL = (
    """
CREATE TABLE closure (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    organisation_id BIGINT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_closure PRIMARY KEY (id),
    CONSTRAINT uq_closure_public_id UNIQUE (public_id),
    CONSTRAINT ck_closure_ends_after_it_starts CHECK (ends_on >= starts_on),
    CONSTRAINT fk_closure_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
)
""",
    """
CREATE TABLE relance_pause (
    id BIGSERIAL NOT NULL,
    territory_id BIGINT NOT NULL,
    person_id BIGINT,
    project_id BIGINT,
    until DATE NOT NULL,
    CONSTRAINT pk_relance_pause PRIMARY KEY (id),
    CONSTRAINT uq_relance_pause_territory_id_person_id UNIQUE (territory_id, person_id),
    CONSTRAINT uq_relance_pause_project_id UNIQUE (project_id),
    CONSTRAINT ck_relance_pause_of_one_thing CHECK ((person_id IS NULL) <> (project_id IS NULL)),
    CONSTRAINT fk_relance_pause_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_relance_pause_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_relance_pause_project_id FOREIGN KEY(project_id) REFERENCES project (id)
)
""",
)

INDEXES = (
    "CREATE INDEX ix_closure_organisation_id ON closure (organisation_id)",
    "CREATE INDEX ix_relance_pause_territory_id ON relance_pause (territory_id)",
    "CREATE INDEX ix_relance_pause_person_id ON relance_pause (person_id)",
)


def upgrade() -> None:
    own = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in (*own, *INDEXES):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is no way back that keeps what was noted: restore the backup made before."""
    raise RuntimeError("0019 cannot be taken back: restore the backup made before the upgrade")
