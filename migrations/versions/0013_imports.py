"""When the rows that an import has read were emptied."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import", sa.Column("forgotten_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("import", "forgotten_at")
