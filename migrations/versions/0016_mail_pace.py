"""The next turn of a mail, where mails have a ceiling a minute."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_pace",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_mail_pace"),
    )


def downgrade() -> None:
    op.drop_table("mail_pace")
