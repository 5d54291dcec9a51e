"""Money line by line; indicators with targets, and values for any period."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.rebuilding import rebuild

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# a value of one year is one of its days; its partners of the day it was noted read it
STARTS = "year || '-01-01'"
ENDS = "year || '-12-31'"
OPENED = """coalesce(
    (SELECT min(change.at) FROM change
        WHERE change.entity = 'Measurement' AND change.entity_id = measurement.id),
    (SELECT project.created_at FROM project WHERE project.id = measurement.project_id)
)"""

# SQLite changes no constraint in place: these tables are written anew, with their rows.
# table → (its new shape, values of columns that are new and not empty)
ANY_ID = "lower(hex(randomblob(5)))"
REBUILT = {
    "funding": (
        """
CREATE TABLE funding (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    project_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    funder VARCHAR(200) NOT NULL,
    organisation_id INTEGER,
    amount_cents INTEGER,
    spent_cents INTEGER,
    state VARCHAR(40) NOT NULL,
    removed_at DATETIME,
    version INTEGER NOT NULL,
    CONSTRAINT ck_funding_amount_is_not_less CHECK (amount_cents IS NULL OR amount_cents >= 0),
    CONSTRAINT ck_funding_spent_is_not_less CHECK (spent_cents IS NULL OR spent_cents >= 0),
    CONSTRAINT uq_funding_public_id UNIQUE (public_id),
    CONSTRAINT fk_funding_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_funding_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_funding_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_funding_funding_state CHECK (state IN ('expected', 'asked', 'granted', 'paid', 'refused'))
)
""",
        {"public_id": ANY_ID, "version": "1"},
    ),
    "indicator": (
        """
CREATE TABLE indicator (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    project_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    label VARCHAR(200) NOT NULL,
    unit VARCHAR(60) NOT NULL,
    axis VARCHAR(40),
    removed_at DATETIME,
    version INTEGER NOT NULL,
    CONSTRAINT uq_indicator_public_id UNIQUE (public_id),
    CONSTRAINT fk_indicator_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_indicator_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_indicator_elipse_axis CHECK (axis IN ('governance', 'economic_model', 'results'))
)
""",
        {"version": "1"},
    ),
    "measurement": (
        """
CREATE TABLE measurement (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    indicator_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    organisation_id INTEGER,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    value NUMERIC(18, 3) NOT NULL,
    method VARCHAR(40) NOT NULL,
    how VARCHAR(200),
    opened_at DATETIME NOT NULL,
    removed_at DATETIME,
    version INTEGER NOT NULL,
    CONSTRAINT ck_measurement_ends_after_its_start CHECK (ends_on >= starts_on),
    CONSTRAINT uq_measurement_public_id UNIQUE (public_id),
    CONSTRAINT fk_measurement_indicator_id FOREIGN KEY(indicator_id) REFERENCES indicator (id),
    CONSTRAINT fk_measurement_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_measurement_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_measurement_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_measurement_measure_method CHECK (method IN ('declared', 'estimated', 'measured'))
)
""",
        {
            "public_id": ANY_ID,
            "starts_on": STARTS,
            "ends_on": ENDS,
            "opened_at": OPENED,
            "version": "1",
        },
    ),
}
TARGET_IN_SQLITE = """
CREATE TABLE target (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    indicator_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    year INTEGER NOT NULL,
    value NUMERIC(18, 3) NOT NULL,
    baseline_year INTEGER,
    baseline_value NUMERIC(18, 3),
    opened_at DATETIME NOT NULL,
    removed_at DATETIME,
    version INTEGER NOT NULL,
    CONSTRAINT ck_target_baseline_comes_before CHECK (baseline_year IS NULL OR baseline_year < year),
    CONSTRAINT ck_target_whole_baseline CHECK ((baseline_year IS NULL) = (baseline_value IS NULL)),
    CONSTRAINT uq_target_public_id UNIQUE (public_id),
    CONSTRAINT fk_target_indicator_id FOREIGN KEY(indicator_id) REFERENCES indicator (id),
    CONSTRAINT fk_target_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_target_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
"""
INDEXES = (
    "CREATE INDEX ix_funding_organisation_id ON funding (organisation_id)",
    "CREATE INDEX ix_funding_project_id ON funding (project_id)",
    "CREATE INDEX ix_funding_territory_id ON funding (territory_id)",
    "CREATE INDEX ix_indicator_project_id ON indicator (project_id)",
    "CREATE INDEX ix_indicator_territory_id ON indicator (territory_id)",
    "CREATE UNIQUE INDEX uq_indicator_project_id_label ON indicator (project_id, label) WHERE removed_at IS NULL",
    "CREATE INDEX ix_measurement_indicator_id ON measurement (indicator_id)",
    "CREATE INDEX ix_measurement_organisation_id ON measurement (organisation_id)",
    "CREATE INDEX ix_measurement_project_id ON measurement (project_id)",
    "CREATE INDEX ix_measurement_territory_id ON measurement (territory_id)",
    "CREATE UNIQUE INDEX uq_measurement_start ON measurement (indicator_id, starts_on, method) WHERE removed_at IS NULL",
)
INDEXES_OF_TARGET = (
    "CREATE INDEX ix_target_indicator_id ON target (indicator_id)",
    "CREATE INDEX ix_target_project_id ON target (project_id)",
    "CREATE INDEX ix_target_territory_id ON target (territory_id)",
    "CREATE UNIQUE INDEX uq_target_year ON target (indicator_id, year) WHERE removed_at IS NULL",
)

POSTGRESQL = (
    "ALTER TABLE funding ADD COLUMN public_id VARCHAR(16)",
    "UPDATE funding SET public_id = substr(md5(random()::text || id), 1, 10)",
    "ALTER TABLE funding ALTER COLUMN public_id SET NOT NULL",
    "ALTER TABLE funding ADD CONSTRAINT uq_funding_public_id UNIQUE (public_id)",
    "ALTER TABLE funding ADD COLUMN removed_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE funding ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE funding ALTER COLUMN version DROP DEFAULT",
    "ALTER TABLE funding DROP CONSTRAINT uq_funding_project_id_rank",
    "ALTER TABLE indicator ALTER COLUMN unit TYPE VARCHAR(60)",
    "ALTER TABLE indicator ADD COLUMN axis VARCHAR(40)",
    (
        "ALTER TABLE indicator ADD CONSTRAINT ck_indicator_elipse_axis "
        "CHECK (axis IN ('governance', 'economic_model', 'results'))"
    ),
    "ALTER TABLE indicator ADD COLUMN removed_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE indicator ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE indicator ALTER COLUMN version DROP DEFAULT",
    "ALTER TABLE indicator DROP CONSTRAINT uq_indicator_project_id_label",
    "ALTER TABLE measurement ADD COLUMN public_id VARCHAR(16)",
    "ALTER TABLE measurement ADD COLUMN starts_on DATE",
    "ALTER TABLE measurement ADD COLUMN ends_on DATE",
    "ALTER TABLE measurement ADD COLUMN opened_at TIMESTAMP WITH TIME ZONE",
    f"""UPDATE measurement SET public_id = substr(md5(random()::text || id), 1, 10),
        starts_on = ({STARTS})::date, ends_on = ({ENDS})::date, opened_at = {OPENED}""",
    "ALTER TABLE measurement ALTER COLUMN public_id SET NOT NULL",
    "ALTER TABLE measurement ALTER COLUMN starts_on SET NOT NULL",
    "ALTER TABLE measurement ALTER COLUMN ends_on SET NOT NULL",
    "ALTER TABLE measurement ALTER COLUMN opened_at SET NOT NULL",
    "ALTER TABLE measurement ADD CONSTRAINT uq_measurement_public_id UNIQUE (public_id)",
    (
        "ALTER TABLE measurement ADD CONSTRAINT ck_measurement_ends_after_its_start "
        "CHECK (ends_on >= starts_on)"
    ),
    "ALTER TABLE measurement DROP CONSTRAINT uq_measurement_indicator_id_year_method",
    "ALTER TABLE measurement DROP COLUMN year",
    "ALTER TABLE measurement ADD COLUMN how VARCHAR(200)",
    "ALTER TABLE measurement ADD COLUMN removed_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE measurement ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE measurement ALTER COLUMN version DROP DEFAULT",
    "ALTER TABLE measurement ADD COLUMN organisation_id BIGINT",
    (
        "ALTER TABLE measurement ADD CONSTRAINT fk_measurement_organisation_id "
        "FOREIGN KEY(organisation_id) REFERENCES organisation (id)"
    ),
    """
CREATE TABLE target (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    indicator_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    year BIGINT NOT NULL,
    value NUMERIC(18, 3) NOT NULL,
    baseline_year BIGINT,
    baseline_value NUMERIC(18, 3),
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_target PRIMARY KEY (id),
    CONSTRAINT ck_target_baseline_comes_before CHECK (baseline_year IS NULL OR baseline_year < year),
    CONSTRAINT ck_target_whole_baseline CHECK ((baseline_year IS NULL) = (baseline_value IS NULL)),
    CONSTRAINT uq_target_public_id UNIQUE (public_id),
    CONSTRAINT fk_target_indicator_id FOREIGN KEY(indicator_id) REFERENCES indicator (id),
    CONSTRAINT fk_target_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_target_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
""",
    *(index for index in INDEXES if index.startswith("CREATE UNIQUE")),
    "CREATE INDEX ix_measurement_organisation_id ON measurement (organisation_id)",
    *INDEXES_OF_TARGET,
)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        for table, (shape, values) in REBUILT.items():
            rebuild(bind, table, shape, values)
        statements = (TARGET_IN_SQLITE, *INDEXES, *INDEXES_OF_TARGET)
    else:
        statements = POSTGRESQL
    for statement in statements:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    """A period that is no year has no way back: restore the backup made before."""
    raise RuntimeError("0010 cannot be taken back: restore the backup made before the upgrade")
