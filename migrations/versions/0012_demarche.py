"""The démarche: its stages, what was ticked by hand; the record of a zone."""

from __future__ import annotations

from alembic import op

from app.core.rebuilding import rebuild

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ZONE = """
CREATE TABLE activity_zone (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    dominant_use VARCHAR(80),
    cnig_id VARCHAR(40),
    specialisation VARCHAR(200),
    created_year INTEGER,
    gross_area NUMERIC(14, 2),
    establishments INTEGER,
    vacancy_rate NUMERIC(5, 2),
    latitude NUMERIC(9, 6),
    longitude NUMERIC(9, 6),
    figures_on DATE,
    figures_source VARCHAR(120),
    size_none INTEGER,
    size_1_9 INTEGER,
    size_10_49 INTEGER,
    size_50_249 INTEGER,
    size_250 INTEGER,
    age_under_3 INTEGER,
    age_3_10 INTEGER,
    age_over_10 INTEGER,
    note TEXT,
    version INTEGER NOT NULL,
    CONSTRAINT uq_activity_zone_territory_id_name UNIQUE (territory_id, name),
    CONSTRAINT ck_activity_zone_created_in_a_year CHECK (created_year BETWEEN 1800 AND 2100),
    CONSTRAINT ck_activity_zone_sizes_are_counts CHECK (size_none >= 0 AND size_1_9 >= 0 AND size_10_49 >= 0 AND size_50_249 >= 0 AND size_250 >= 0),
    CONSTRAINT ck_activity_zone_ages_are_counts CHECK (age_under_3 >= 0 AND age_3_10 >= 0 AND age_over_10 >= 0),
    CONSTRAINT uq_activity_zone_public_id UNIQUE (public_id),
    CONSTRAINT fk_activity_zone_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
"""
ZONE_INDEX = "CREATE INDEX ix_activity_zone_territory_id ON activity_zone (territory_id)"
COLUMNS = (
    "specialisation VARCHAR(200)",
    "created_year INTEGER",
    "figures_on DATE",
    "figures_source VARCHAR(120)",
    "size_none INTEGER",
    "size_1_9 INTEGER",
    "size_10_49 INTEGER",
    "size_50_249 INTEGER",
    "size_250 INTEGER",
    "age_under_3 INTEGER",
    "age_3_10 INTEGER",
    "age_over_10 INTEGER",
    "note TEXT",
)
CHECKS = (
    "CONSTRAINT ck_activity_zone_created_in_a_year CHECK (created_year BETWEEN 1800 AND 2100)",
    "CONSTRAINT ck_activity_zone_sizes_are_counts CHECK (size_none >= 0 AND size_1_9 >= 0 AND size_10_49 >= 0 AND size_50_249 >= 0 AND size_250 >= 0)",
    "CONSTRAINT ck_activity_zone_ages_are_counts CHECK (age_under_3 >= 0 AND age_3_10 >= 0 AND age_over_10 >= 0)",
)

SQLITE = (
    """
CREATE TABLE initiative (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    territory_id INTEGER NOT NULL,
    plan_id INTEGER NOT NULL,
    pilot_zone_id INTEGER,
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT uq_initiative_plan_id UNIQUE (plan_id),
    CONSTRAINT fk_initiative_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_initiative_plan_id FOREIGN KEY(plan_id) REFERENCES action_plan (id),
    CONSTRAINT fk_initiative_pilot_zone_id FOREIGN KEY(pilot_zone_id) REFERENCES activity_zone (id)
)
""",
    """
CREATE TABLE stage_passage (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    initiative_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    stage VARCHAR(40) NOT NULL,
    passed_at DATETIME NOT NULL,
    passed_by_id INTEGER,
    missing VARCHAR(400) NOT NULL,
    reason VARCHAR(400),
    taken_back_at DATETIME,
    CONSTRAINT ck_stage_passage_begun_without_passage CHECK (stage <> 'preparation'),
    CONSTRAINT ck_stage_passage_goes_on_for_a_reason CHECK (missing = '' OR reason IS NOT NULL),
    CONSTRAINT fk_stage_passage_initiative_id FOREIGN KEY(initiative_id) REFERENCES initiative (id),
    CONSTRAINT fk_stage_passage_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_stage_passage_initiative_stage CHECK (stage IN ('preparation', 'gatherings', 'workshops', 'follow_up')),
    CONSTRAINT fk_stage_passage_passed_by_id FOREIGN KEY(passed_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE condition_tick (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    initiative_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    "key" VARCHAR(40) NOT NULL,
    done_on DATE NOT NULL,
    words VARCHAR(200) NOT NULL,
    ticked_by_id INTEGER,
    ticked_at DATETIME NOT NULL,
    CONSTRAINT uq_condition_tick_initiative_id_key UNIQUE (initiative_id, "key"),
    CONSTRAINT fk_condition_tick_initiative_id FOREIGN KEY(initiative_id) REFERENCES initiative (id),
    CONSTRAINT fk_condition_tick_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_condition_tick_ticked_by_id FOREIGN KEY(ticked_by_id) REFERENCES person (id)
)
""",
)

POSTGRESQL = (
    """
CREATE TABLE initiative (
    id BIGSERIAL NOT NULL,
    territory_id BIGINT NOT NULL,
    plan_id BIGINT NOT NULL,
    pilot_zone_id BIGINT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_initiative PRIMARY KEY (id),
    CONSTRAINT uq_initiative_plan_id UNIQUE (plan_id),
    CONSTRAINT fk_initiative_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_initiative_plan_id FOREIGN KEY(plan_id) REFERENCES action_plan (id),
    CONSTRAINT fk_initiative_pilot_zone_id FOREIGN KEY(pilot_zone_id) REFERENCES activity_zone (id)
)
""",
    """
CREATE TABLE stage_passage (
    id BIGSERIAL NOT NULL,
    initiative_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    stage VARCHAR(40) NOT NULL,
    passed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    passed_by_id BIGINT,
    missing VARCHAR(400) NOT NULL,
    reason VARCHAR(400),
    taken_back_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_stage_passage PRIMARY KEY (id),
    CONSTRAINT ck_stage_passage_begun_without_passage CHECK (stage <> 'preparation'),
    CONSTRAINT ck_stage_passage_goes_on_for_a_reason CHECK (missing = '' OR reason IS NOT NULL),
    CONSTRAINT fk_stage_passage_initiative_id FOREIGN KEY(initiative_id) REFERENCES initiative (id),
    CONSTRAINT fk_stage_passage_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_stage_passage_initiative_stage CHECK (stage IN ('preparation', 'gatherings', 'workshops', 'follow_up')),
    CONSTRAINT fk_stage_passage_passed_by_id FOREIGN KEY(passed_by_id) REFERENCES person (id)
)
""",
    """
CREATE TABLE condition_tick (
    id BIGSERIAL NOT NULL,
    initiative_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    key VARCHAR(40) NOT NULL,
    done_on DATE NOT NULL,
    words VARCHAR(200) NOT NULL,
    ticked_by_id BIGINT,
    ticked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_condition_tick PRIMARY KEY (id),
    CONSTRAINT uq_condition_tick_initiative_id_key UNIQUE (initiative_id, key),
    CONSTRAINT fk_condition_tick_initiative_id FOREIGN KEY(initiative_id) REFERENCES initiative (id),
    CONSTRAINT fk_condition_tick_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_condition_tick_ticked_by_id FOREIGN KEY(ticked_by_id) REFERENCES person (id)
)
""",
)

INDEXES = (
    "CREATE INDEX ix_initiative_pilot_zone_id ON initiative (pilot_zone_id)",
    "CREATE INDEX ix_initiative_plan_id ON initiative (plan_id)",
    "CREATE INDEX ix_initiative_territory_id ON initiative (territory_id)",
    "CREATE INDEX ix_stage_passage_initiative_id ON stage_passage (initiative_id)",
    "CREATE INDEX ix_stage_passage_passed_by_id ON stage_passage (passed_by_id)",
    "CREATE INDEX ix_stage_passage_territory_id ON stage_passage (territory_id)",
    "CREATE UNIQUE INDEX uq_stage_passage_standing ON stage_passage (initiative_id, stage) WHERE taken_back_at IS NULL",
    "CREATE INDEX ix_condition_tick_initiative_id ON condition_tick (initiative_id)",
    "CREATE INDEX ix_condition_tick_territory_id ON condition_tick (territory_id)",
    "CREATE INDEX ix_condition_tick_ticked_by_id ON condition_tick (ticked_by_id)",
)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        rebuild(bind, "activity_zone", ZONE, {})
        zone, tables = [ZONE_INDEX], SQLITE
    else:
        added = [f"ADD COLUMN {column}" for column in COLUMNS]
        zone = [f"ALTER TABLE activity_zone {', '.join([*added, *(f'ADD {c}' for c in CHECKS)])}"]
        tables = POSTGRESQL
    for statement in (*zone, *tables, *INDEXES):
        op.execute(statement)


def downgrade() -> None:
    """There is no way back that keeps what people wrote: restore the backup made before."""
    raise RuntimeError("0012 cannot be taken back: restore the backup made before the upgrade")
