"""When each relance was first answered, whatever was answered afterwards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    for statement in (
        f"ALTER TABLE relance ADD COLUMN first_answered_at {instant}",
        # what was answered before the last answer was not kept
        "UPDATE relance SET first_answered_at = answered_at",
    ):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is no way back that keeps the first answers: restore the backup made before."""
    raise RuntimeError("0023 cannot be taken back: restore the backup made before the upgrade")
