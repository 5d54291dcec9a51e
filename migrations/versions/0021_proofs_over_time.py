"""More kinds of proofs, dated; what a frozen year keeps; dates of deliverables; regional networks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.rebuilding import rebuild

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

EVIDENCE = """
CREATE TABLE evidence (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    framework_key VARCHAR(80) NOT NULL,
    ref VARCHAR(100) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    subject_id INTEGER NOT NULL,
    project_id INTEGER,
    note VARCHAR(400),
    proved_on DATE,
    added_by_id INTEGER,
    added_at DATETIME NOT NULL,
    removed_at DATETIME,
    CONSTRAINT ck_evidence_of_a_project CHECK (kind NOT IN ('project', 'step', 'indicator') OR project_id IS NOT NULL),
    CONSTRAINT uq_evidence_public_id UNIQUE (public_id),
    CONSTRAINT fk_evidence_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_evidence_evidence_kind CHECK (kind IN ('project', 'step', 'meeting', 'document', 'indicator')),
    CONSTRAINT fk_evidence_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_evidence_added_by_id FOREIGN KEY(added_by_id) REFERENCES person (id)
)
"""
EVIDENCE_INDEXES = (
    "CREATE INDEX ix_evidence_added_by_id ON evidence (added_by_id)",
    "CREATE INDEX ix_evidence_place ON evidence (territory_id, framework_key, ref)",
    "CREATE INDEX ix_evidence_project_id ON evidence (project_id)",
    "CREATE INDEX ix_evidence_subject ON evidence (kind, subject_id)",
    "CREATE INDEX ix_evidence_territory_id ON evidence (territory_id)",
    "CREATE UNIQUE INDEX uq_evidence_live ON evidence (territory_id, framework_key, ref, kind, subject_id) WHERE removed_at IS NULL",
)
EVIDENCE_CHANGES = (
    "ALTER TABLE evidence ALTER COLUMN project_id DROP NOT NULL",
    "ALTER TABLE evidence ADD COLUMN proved_on DATE",
    "ALTER TABLE evidence DROP CONSTRAINT ck_evidence_evidence_kind",
    "ALTER TABLE evidence ADD CONSTRAINT ck_evidence_evidence_kind CHECK (kind IN ('project', 'step', 'meeting', 'document', 'indicator'))",
    "ALTER TABLE evidence ADD CONSTRAINT ck_evidence_of_a_project CHECK (kind NOT IN ('project', 'step', 'indicator') OR project_id IS NOT NULL)",
)
MEETING = """
CREATE TABLE meeting (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    kind VARCHAR(40) NOT NULL,
    title VARCHAR(200) NOT NULL,
    starts_at DATETIME NOT NULL,
    ends_at DATETIME NOT NULL,
    place VARCHAR(200),
    video_url VARCHAR(400),
    message TEXT NOT NULL,
    group_id INTEGER,
    organiser_id INTEGER NOT NULL,
    state VARCHAR(40) NOT NULL,
    sequence INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT ck_meeting_ends_after_its_start CHECK (ends_at > starts_at),
    CONSTRAINT uq_meeting_public_id UNIQUE (public_id),
    CONSTRAINT fk_meeting_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT ck_meeting_meeting_kind CHECK (kind IN ('gathering', 'workshop', 'steering', 'technical', 'plenary', 'network')),
    CONSTRAINT fk_meeting_group_id FOREIGN KEY(group_id) REFERENCES working_group (id),
    CONSTRAINT fk_meeting_organiser_id FOREIGN KEY(organiser_id) REFERENCES person (id),
    CONSTRAINT ck_meeting_meeting_state CHECK (state IN ('planned', 'held', 'cancelled'))
)
"""
MEETING_INDEXES = (
    "CREATE INDEX ix_meeting_group_id ON meeting (group_id)",
    "CREATE INDEX ix_meeting_organiser_id ON meeting (organiser_id)",
    "CREATE INDEX ix_meeting_territory_id ON meeting (territory_id)",
    "CREATE INDEX ix_meeting_territory_id_starts_at ON meeting (territory_id, starts_at)",
)
MEETING_CHANGES = (
    "ALTER TABLE meeting DROP CONSTRAINT ck_meeting_meeting_kind",
    "ALTER TABLE meeting ADD CONSTRAINT ck_meeting_meeting_kind CHECK (kind IN ('gathering', 'workshop', 'steering', 'technical', 'plenary', 'network'))",
)
ASSESSMENT = """
CREATE TABLE assessment (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    version_id INTEGER NOT NULL,
    year INTEGER NOT NULL,
    frozen_at DATETIME,
    frozen_by_id INTEGER,
    kept JSON,
    CONSTRAINT uq_assessment_territory_id_version_id_year UNIQUE (territory_id, version_id, year),
    CONSTRAINT ck_assessment_kept_when_frozen CHECK (kept IS NULL OR frozen_at IS NOT NULL),
    CONSTRAINT uq_assessment_public_id UNIQUE (public_id),
    CONSTRAINT fk_assessment_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_assessment_version_id FOREIGN KEY(version_id) REFERENCES framework_version (id),
    CONSTRAINT fk_assessment_frozen_by_id FOREIGN KEY(frozen_by_id) REFERENCES person (id)
)
"""
ASSESSMENT_INDEXES = (
    "CREATE INDEX ix_assessment_frozen_by_id ON assessment (frozen_by_id)",
    "CREATE INDEX ix_assessment_territory_id ON assessment (territory_id)",
    "CREATE INDEX ix_assessment_version_id ON assessment (version_id)",
)
ASSESSMENT_CHANGES = (
    "ALTER TABLE assessment ADD COLUMN frozen_by_id BIGINT CONSTRAINT fk_assessment_frozen_by_id REFERENCES person (id)",
    "ALTER TABLE assessment ADD COLUMN kept JSON CONSTRAINT ck_assessment_kept_when_frozen CHECK (kept IS NULL OR frozen_at IS NOT NULL)",
    "CREATE INDEX ix_assessment_frozen_by_id ON assessment (frozen_by_id)",
)

SQLITE = (
    """
CREATE TABLE maturity_deadline (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    assessment_id INTEGER NOT NULL,
    territory_id INTEGER NOT NULL,
    ref VARCHAR(100) NOT NULL,
    due_on DATE NOT NULL,
    CONSTRAINT uq_maturity_deadline_assessment_id_ref UNIQUE (assessment_id, ref),
    CONSTRAINT fk_maturity_deadline_assessment_id FOREIGN KEY(assessment_id) REFERENCES assessment (id),
    CONSTRAINT fk_maturity_deadline_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
""",
    """
CREATE TABLE maturity_shared_reading (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    territory_id INTEGER NOT NULL,
    agreed_by_id INTEGER,
    agreed_at DATETIME NOT NULL,
    CONSTRAINT uq_maturity_shared_reading_territory_id UNIQUE (territory_id),
    CONSTRAINT fk_maturity_shared_reading_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_maturity_shared_reading_agreed_by_id FOREIGN KEY(agreed_by_id) REFERENCES person (id)
)
""",
)

POSTGRESQL = (
    """
CREATE TABLE maturity_deadline (
    id BIGSERIAL NOT NULL,
    assessment_id BIGINT NOT NULL,
    territory_id BIGINT NOT NULL,
    ref VARCHAR(100) NOT NULL,
    due_on DATE NOT NULL,
    CONSTRAINT pk_maturity_deadline PRIMARY KEY (id),
    CONSTRAINT uq_maturity_deadline_assessment_id_ref UNIQUE (assessment_id, ref),
    CONSTRAINT fk_maturity_deadline_assessment_id FOREIGN KEY(assessment_id) REFERENCES assessment (id),
    CONSTRAINT fk_maturity_deadline_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id)
)
""",
    """
CREATE TABLE maturity_shared_reading (
    id BIGSERIAL NOT NULL,
    territory_id BIGINT NOT NULL,
    agreed_by_id BIGINT,
    agreed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_maturity_shared_reading PRIMARY KEY (id),
    CONSTRAINT uq_maturity_shared_reading_territory_id UNIQUE (territory_id),
    CONSTRAINT fk_maturity_shared_reading_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_maturity_shared_reading_agreed_by_id FOREIGN KEY(agreed_by_id) REFERENCES person (id)
)
""",
)

INDEXES = (
    "CREATE INDEX ix_maturity_deadline_assessment_id ON maturity_deadline (assessment_id)",
    "CREATE INDEX ix_maturity_deadline_territory_id ON maturity_deadline (territory_id)",
    "CREATE INDEX ix_maturity_shared_reading_agreed_by_id ON maturity_shared_reading (agreed_by_id)",
)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        rebuild(bind, "assessment", ASSESSMENT, {})
        rebuild(bind, "evidence", EVIDENCE, {})
        rebuild(bind, "meeting", MEETING, {})
        own = (*ASSESSMENT_INDEXES, *EVIDENCE_INDEXES, *MEETING_INDEXES, *SQLITE)
    else:
        own = (*ASSESSMENT_CHANGES, *EVIDENCE_CHANGES, *MEETING_CHANGES, *POSTGRESQL)
    for statement in (*own, *INDEXES):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is no way back that keeps what was proved: restore the backup made before."""
    raise RuntimeError("0021 cannot be taken back: restore the backup made before the upgrade")
