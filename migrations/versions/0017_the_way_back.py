"""The way back: mails that come back, and messages that come in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SQLITE = (
    """
CREATE TABLE bounce (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    mail_id INTEGER NOT NULL,
    recipient_id INTEGER,
    address VARCHAR(254) NOT NULL,
    is_hard BOOLEAN NOT NULL,
    status VARCHAR(20),
    told VARCHAR(300),
    came_at DATETIME NOT NULL,
    lifted_at DATETIME,
    CONSTRAINT uq_bounce_public_id UNIQUE (public_id),
    CONSTRAINT fk_bounce_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id)
)
""",
    """
CREATE TABLE incoming (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    public_id VARCHAR(16) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    received_at DATETIME NOT NULL,
    sender VARCHAR(254),
    subject VARCHAR(300) NOT NULL,
    fate VARCHAR(40) NOT NULL,
    trouble VARCHAR(40),
    territory_id INTEGER,
    mail_id INTEGER,
    person_id INTEGER,
    comment_id INTEGER,
    attachments INTEGER NOT NULL,
    text TEXT,
    content BLOB,
    settled_at DATETIME,
    settled_by_id INTEGER,
    CONSTRAINT ck_incoming_waits_for_a_reason
        CHECK ((fate IN ('waiting', 'unreadable')) = (trouble IS NOT NULL)),
    CONSTRAINT ck_incoming_settled_by_whom
        CHECK (settled_by_id IS NULL OR settled_at IS NOT NULL),
    CONSTRAINT uq_incoming_public_id UNIQUE (public_id),
    CONSTRAINT uq_incoming_fingerprint UNIQUE (fingerprint),
    CONSTRAINT ck_incoming_fate
        CHECK (fate IN ('comment', 'bounced', 'retried', 'automatic', 'waiting',
            'unreadable')),
    CONSTRAINT ck_incoming_trouble
        CHECK (trouble IN ('no_reference', 'other_sender', 'several_projects',
            'no_project', 'no_right', 'too_long', 'too_many', 'no_text',
            'strange_notice', 'too_large', 'intricate', 'broken')),
    CONSTRAINT fk_incoming_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_incoming_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id),
    CONSTRAINT fk_incoming_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_incoming_comment_id FOREIGN KEY(comment_id) REFERENCES comment (id),
    CONSTRAINT fk_incoming_settled_by_id FOREIGN KEY(settled_by_id) REFERENCES person (id)
)
""",
)

POSTGRESQL = (
    """
CREATE TABLE bounce (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    mail_id BIGINT NOT NULL,
    recipient_id BIGINT,
    address VARCHAR(254) NOT NULL,
    is_hard BOOLEAN NOT NULL,
    status VARCHAR(20),
    told VARCHAR(300),
    came_at TIMESTAMP WITH TIME ZONE NOT NULL,
    lifted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_bounce PRIMARY KEY (id),
    CONSTRAINT uq_bounce_public_id UNIQUE (public_id),
    CONSTRAINT fk_bounce_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id)
)
""",
    """
CREATE TABLE incoming (
    id BIGSERIAL NOT NULL,
    public_id VARCHAR(16) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sender VARCHAR(254),
    subject VARCHAR(300) NOT NULL,
    fate VARCHAR(40) NOT NULL,
    trouble VARCHAR(40),
    territory_id BIGINT,
    mail_id BIGINT,
    person_id BIGINT,
    comment_id BIGINT,
    attachments INTEGER NOT NULL,
    text TEXT,
    content BYTEA,
    settled_at TIMESTAMP WITH TIME ZONE,
    settled_by_id BIGINT,
    CONSTRAINT pk_incoming PRIMARY KEY (id),
    CONSTRAINT ck_incoming_waits_for_a_reason
        CHECK ((fate IN ('waiting', 'unreadable')) = (trouble IS NOT NULL)),
    CONSTRAINT ck_incoming_settled_by_whom
        CHECK (settled_by_id IS NULL OR settled_at IS NOT NULL),
    CONSTRAINT uq_incoming_public_id UNIQUE (public_id),
    CONSTRAINT uq_incoming_fingerprint UNIQUE (fingerprint),
    CONSTRAINT ck_incoming_fate
        CHECK (fate IN ('comment', 'bounced', 'retried', 'automatic', 'waiting',
            'unreadable')),
    CONSTRAINT ck_incoming_trouble
        CHECK (trouble IN ('no_reference', 'other_sender', 'several_projects',
            'no_project', 'no_right', 'too_long', 'too_many', 'no_text',
            'strange_notice', 'too_large', 'intricate', 'broken')),
    CONSTRAINT fk_incoming_territory_id FOREIGN KEY(territory_id) REFERENCES territory (id),
    CONSTRAINT fk_incoming_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id),
    CONSTRAINT fk_incoming_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_incoming_comment_id FOREIGN KEY(comment_id) REFERENCES comment (id),
    CONSTRAINT fk_incoming_settled_by_id FOREIGN KEY(settled_by_id) REFERENCES person (id)
)
""",
)

INDEXES = (
    "CREATE INDEX ix_bounce_address ON bounce (address)",
    "CREATE INDEX ix_bounce_mail_id ON bounce (mail_id)",
    "CREATE INDEX ix_bounce_recipient_id ON bounce (recipient_id)",
    """
CREATE UNIQUE INDEX uq_bounce_standing ON bounce (address)
WHERE is_hard AND lifted_at IS NULL
""",
    "CREATE INDEX ix_incoming_comment_id ON incoming (comment_id)",
    "CREATE INDEX ix_incoming_mail_id ON incoming (mail_id)",
    "CREATE INDEX ix_incoming_person_id ON incoming (person_id)",
    "CREATE INDEX ix_incoming_settled_by_id ON incoming (settled_by_id)",
    "CREATE INDEX ix_incoming_territory_id ON incoming (territory_id)",
    "CREATE INDEX ix_incoming_waiting ON incoming (territory_id, fate, settled_at)",
)


def upgrade() -> None:
    own = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in (*own, *INDEXES):
        op.execute(sa.text(statement))


def downgrade() -> None:
    op.drop_table("incoming")
    op.drop_table("bounce")
