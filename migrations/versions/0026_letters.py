"""A contact note may be a letter: what was written from here to somebody of the organisation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.rebuilding import rebuild

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NOTE = """
CREATE TABLE contact_note (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    territory_id INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    person_id INTEGER,
    project_id INTEGER,
    author_id INTEGER NOT NULL,
    author_organisation_id INTEGER,
    kind VARCHAR(40) NOT NULL,
    body TEXT NOT NULL,
    noted_on DATE NOT NULL,
    noted_at DATETIME NOT NULL,
    visibility VARCHAR(40) NOT NULL,
    follow_up_on DATE,
    followed_up_on DATE,
    version INTEGER NOT NULL,
    CONSTRAINT ck_contact_note_colleagues_of_somebody CHECK (visibility <> 'organisation' OR author_organisation_id IS NOT NULL),
    CONSTRAINT ck_contact_note_followed_up_once CHECK (followed_up_on IS NULL OR follow_up_on IS NOT NULL),
    CONSTRAINT uq_contact_note_public_id UNIQUE (public_id),
    CONSTRAINT fk_contact_note_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_contact_note_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT fk_contact_note_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_contact_note_project_id FOREIGN KEY(project_id) REFERENCES project (id),
    CONSTRAINT fk_contact_note_author_id FOREIGN KEY(author_id) REFERENCES person (id),
    CONSTRAINT fk_contact_note_author_organisation_id FOREIGN KEY(author_organisation_id) REFERENCES organisation (id),
    CONSTRAINT ck_contact_note_note_kind CHECK (kind IN ('call', 'visit', 'note', 'letter')),
    CONSTRAINT ck_contact_note_note_visibility CHECK (visibility IN ('author', 'organisation', 'partners'))
)
"""
INDEXES = (
    "CREATE INDEX ix_contact_note_author_id ON contact_note (author_id)",
    "CREATE INDEX ix_contact_note_author_organisation_id ON contact_note (author_organisation_id)",
    "CREATE INDEX ix_contact_note_follow_up ON contact_note (territory_id, follow_up_on)",
    "CREATE INDEX ix_contact_note_list ON contact_note (territory_id, noted_on, id)",
    "CREATE INDEX ix_contact_note_organisation_id ON contact_note (organisation_id)",
    "CREATE INDEX ix_contact_note_person_id ON contact_note (person_id)",
    "CREATE INDEX ix_contact_note_project_id ON contact_note (project_id)",
    "CREATE INDEX ix_contact_note_territory_id ON contact_note (territory_id)",
)
CHECKS = (
    "ALTER TABLE contact_note DROP CONSTRAINT ck_contact_note_note_kind",
    "ALTER TABLE contact_note ADD CONSTRAINT ck_contact_note_note_kind CHECK (kind IN ('call', 'visit', 'note', 'letter'))",
)


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        rebuild(bind, "contact_note", NOTE, {})
        own = INDEXES
    else:
        own = CHECKS
    for statement in own:
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is no way back that keeps letters: restore the backup made before."""
    raise RuntimeError("0026 cannot be taken back: restore the backup made before the upgrade")
