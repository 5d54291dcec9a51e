"""The days on which somebody works."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("work_days", sa.String(5)))


def downgrade() -> None:
    op.drop_column("person", "work_days")
