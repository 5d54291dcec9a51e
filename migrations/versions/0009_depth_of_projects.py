"""What waits for what, what is ticked off, what works for real, what stands in the way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SQLITE = (
    """
CREATE TABLE exchange (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    project_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    giver_id INTEGER,
    user_id INTEGER NOT NULL,
    label VARCHAR(200) NOT NULL,
    since DATE NOT NULL,
    until DATE,
    version INTEGER NOT NULL,
    CONSTRAINT ck_exchange_ends_after_it_begins CHECK (until IS NULL OR until >= since),
    CONSTRAINT uq_exchange_public_id UNIQUE (public_id),
    CONSTRAINT fk_exchange_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_exchange_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_exchange_giver_id FOREIGN KEY(giver_id) REFERENCES organisation (id),
    CONSTRAINT fk_exchange_user_id FOREIGN KEY(user_id) REFERENCES organisation (id)
)
""",
    """
CREATE TABLE barrier (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    project_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    step_id INTEGER,
    kind VARCHAR(40) NOT NULL,
    note VARCHAR(400) NOT NULL,
    lever VARCHAR(400) NOT NULL,
    helper_id INTEGER,
    noted_on DATE NOT NULL,
    noted_by_id INTEGER,
    lifted_on DATE,
    lifted_how VARCHAR(400) NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT ck_barrier_lifted_after_noted CHECK (lifted_on IS NULL OR lifted_on >= noted_on),
    CONSTRAINT uq_barrier_public_id UNIQUE (public_id),
    CONSTRAINT fk_barrier_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_barrier_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_barrier_step_id FOREIGN KEY(step_id) REFERENCES step (id),
    CONSTRAINT ck_barrier_barrier_kind CHECK (kind IN ('organisation', 'governance', 'flow_adaptation', 'regulatory', 'economic')),
    CONSTRAINT fk_barrier_helper_id FOREIGN KEY(helper_id) REFERENCES organisation (id),
    CONSTRAINT fk_barrier_noted_by_id FOREIGN KEY(noted_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE check_item (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    step_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    label VARCHAR(200) NOT NULL,
    done_at DATETIME,
    done_by_id INTEGER,
    CONSTRAINT uq_check_item_public_id UNIQUE (public_id),
    CONSTRAINT fk_check_item_step_id FOREIGN KEY(step_id) REFERENCES step (id),
    CONSTRAINT fk_check_item_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_check_item_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_check_item_done_by_id FOREIGN KEY(done_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE dependency (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    step_id INTEGER NOT NULL,
    awaited_id INTEGER NOT NULL,
    CONSTRAINT uq_dependency_step_id_awaited_id UNIQUE (step_id, awaited_id),
    CONSTRAINT ck_dependency_waits_for_another CHECK (step_id <> awaited_id),
    CONSTRAINT fk_dependency_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_dependency_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_dependency_step_id FOREIGN KEY(step_id) REFERENCES step (id),
    CONSTRAINT fk_dependency_awaited_id FOREIGN KEY(awaited_id) REFERENCES step (id)
)
""",
    """
CREATE TABLE mention (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    comment_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    CONSTRAINT uq_mention_comment_id_person_id UNIQUE (comment_id, person_id),
    CONSTRAINT fk_mention_comment_id FOREIGN KEY(comment_id) REFERENCES comment (id),
    CONSTRAINT fk_mention_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_mention_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
""",
)

POSTGRESQL = (
    """
CREATE TABLE exchange (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    project_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    giver_id BIGINT,
    user_id BIGINT NOT NULL,
    label VARCHAR(200) NOT NULL,
    since DATE NOT NULL,
    until DATE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_exchange PRIMARY KEY (id),
    CONSTRAINT ck_exchange_ends_after_it_begins CHECK (until IS NULL OR until >= since),
    CONSTRAINT uq_exchange_public_id UNIQUE (public_id),
    CONSTRAINT fk_exchange_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_exchange_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_exchange_giver_id FOREIGN KEY(giver_id) REFERENCES organisation (id),
    CONSTRAINT fk_exchange_user_id FOREIGN KEY(user_id) REFERENCES organisation (id)
)
""",
    """
CREATE TABLE barrier (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    project_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    step_id BIGINT,
    kind VARCHAR(40) NOT NULL,
    note VARCHAR(400) NOT NULL,
    lever VARCHAR(400) NOT NULL,
    helper_id BIGINT,
    noted_on DATE NOT NULL,
    noted_by_id BIGINT,
    lifted_on DATE,
    lifted_how VARCHAR(400) NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_barrier PRIMARY KEY (id),
    CONSTRAINT ck_barrier_lifted_after_noted CHECK (lifted_on IS NULL OR lifted_on >= noted_on),
    CONSTRAINT uq_barrier_public_id UNIQUE (public_id),
    CONSTRAINT fk_barrier_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_barrier_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_barrier_step_id FOREIGN KEY(step_id) REFERENCES step (id),
    CONSTRAINT ck_barrier_barrier_kind CHECK (kind IN ('organisation', 'governance', 'flow_adaptation', 'regulatory', 'economic')),
    CONSTRAINT fk_barrier_helper_id FOREIGN KEY(helper_id) REFERENCES organisation (id),
    CONSTRAINT fk_barrier_noted_by_id FOREIGN KEY(noted_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE check_item (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    step_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    label VARCHAR(200) NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    done_by_id BIGINT,
    CONSTRAINT pk_check_item PRIMARY KEY (id),
    CONSTRAINT uq_check_item_public_id UNIQUE (public_id),
    CONSTRAINT fk_check_item_step_id FOREIGN KEY(step_id) REFERENCES step (id),
    CONSTRAINT fk_check_item_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_check_item_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_check_item_done_by_id FOREIGN KEY(done_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE dependency (
    id BIGSERIAL NOT NULL,
    project_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    step_id BIGINT NOT NULL,
    awaited_id BIGINT NOT NULL,
    CONSTRAINT pk_dependency PRIMARY KEY (id),
    CONSTRAINT uq_dependency_step_id_awaited_id UNIQUE (step_id, awaited_id),
    CONSTRAINT ck_dependency_waits_for_another CHECK (step_id <> awaited_id),
    CONSTRAINT fk_dependency_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_dependency_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_dependency_step_id FOREIGN KEY(step_id) REFERENCES step (id),
    CONSTRAINT fk_dependency_awaited_id FOREIGN KEY(awaited_id) REFERENCES step (id)
)
""",
    """
CREATE TABLE mention (
    id BIGSERIAL NOT NULL,
    comment_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    CONSTRAINT pk_mention PRIMARY KEY (id),
    CONSTRAINT uq_mention_comment_id_person_id UNIQUE (comment_id, person_id),
    CONSTRAINT fk_mention_comment_id FOREIGN KEY(comment_id) REFERENCES comment (id),
    CONSTRAINT fk_mention_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_mention_person_id FOREIGN KEY(person_id) REFERENCES person (id)
)
""",
)

INDEXES = (
    "CREATE INDEX ix_exchange_giver_id ON exchange (giver_id)",
    "CREATE INDEX ix_exchange_project_id ON exchange (project_id)",
    "CREATE INDEX ix_exchange_territory_id ON exchange (territory_id)",
    "CREATE INDEX ix_exchange_user_id ON exchange (user_id)",
    "CREATE UNIQUE INDEX uq_exchange_between ON exchange (project_id, giver_id, user_id, label) WHERE giver_id IS NOT NULL AND until IS NULL",
    "CREATE UNIQUE INDEX uq_exchange_shared ON exchange (project_id, user_id) WHERE giver_id IS NULL AND until IS NULL",
    "CREATE INDEX ix_barrier_helper_id ON barrier (helper_id)",
    "CREATE INDEX ix_barrier_noted_by_id ON barrier (noted_by_id)",
    "CREATE INDEX ix_barrier_project_id ON barrier (project_id)",
    "CREATE INDEX ix_barrier_step_id ON barrier (step_id)",
    "CREATE INDEX ix_barrier_territory_id ON barrier (territory_id)",
    "CREATE INDEX ix_check_item_done_by_id ON check_item (done_by_id)",
    "CREATE INDEX ix_check_item_project_id ON check_item (project_id)",
    "CREATE INDEX ix_check_item_step_id ON check_item (step_id)",
    "CREATE INDEX ix_check_item_territory_id ON check_item (territory_id)",
    "CREATE INDEX ix_dependency_awaited_id ON dependency (awaited_id)",
    "CREATE INDEX ix_dependency_project_id ON dependency (project_id)",
    "CREATE INDEX ix_dependency_step_id ON dependency (step_id)",
    "CREATE INDEX ix_dependency_territory_id ON dependency (territory_id)",
    "CREATE INDEX ix_mention_comment_id ON mention (comment_id)",
    "CREATE INDEX ix_mention_person_id ON mention (person_id)",
    "CREATE INDEX ix_mention_territory_id ON mention (territory_id)",
)


def upgrade() -> None:
    op.add_column("step", sa.Column("lever", sa.String(400)))
    op.add_column("step", sa.Column("times_moved", sa.Integer, nullable=False, server_default="0"))
    own = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in (*own, *INDEXES):
        op.execute(sa.text(statement))


def downgrade() -> None:
    op.drop_column("step", "times_moved")
    op.drop_column("step", "lever")
    op.drop_table("mention")
    op.drop_table("dependency")
    op.drop_table("check_item")
    op.drop_table("barrier")
    op.drop_table("exchange")
