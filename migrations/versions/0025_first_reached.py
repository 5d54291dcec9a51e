"""When a company was first reached in a campaign, whatever was said of it afterwards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# the journal does not hold how far a campaign is: a call or a visit that others may read of, noted
# since the campaign opened, is the earliest that is known; else what was said last
_FIRST = """
UPDATE campaign_contact SET first_reached_at = COALESCE((
    SELECT MIN(contact_note.noted_at)
    FROM contact_note JOIN campaign ON campaign.territory_id = contact_note.territory_id
    WHERE campaign.id = campaign_contact.campaign_id
    AND contact_note.organisation_id = campaign_contact.organisation_id
    AND contact_note.kind IN ('call', 'visit') AND contact_note.visibility <> 'author'
    AND contact_note.noted_on >= campaign.opened_on
    AND contact_note.noted_at <= campaign_contact.changed_at
), changed_at) WHERE state <> 'to_contact'
"""


def upgrade() -> None:
    instant = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    for statement in (
        f"ALTER TABLE campaign_contact ADD COLUMN first_reached_at {instant}",
        _FIRST,
    ):
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is no way back that keeps the first days: restore the backup made before."""
    raise RuntimeError("0025 cannot be taken back: restore the backup made before the upgrade")
