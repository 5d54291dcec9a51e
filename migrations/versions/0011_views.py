"""Views of the plan, calendars by address, and steps that are found by their words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.core.folding import fold

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_ONCE = 500


def upgrade() -> None:
    op.add_column(
        "step", sa.Column("search_key", sa.String(400), nullable=False, server_default="")
    )
    _find_steps_by_their_titles()
    op.create_table(
        "saved_view",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("territory_id", BIG, nullable=False),
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.String(1000), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_view_has_a_name")),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_saved_view_territory_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["action_plan.id"], name=op.f("fk_saved_view_plan_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_saved_view_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_view_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("project_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_calendar_feed_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("public_id", name=op.f("uq_calendar_feed_public_id")),
        sqlite_autoincrement=True,
    )
    for statement in _INDEXES:
        op.execute(statement)


_INDEXES = (
    "CREATE INDEX ix_saved_view_territory_id ON saved_view (territory_id)",
    "CREATE INDEX ix_saved_view_plan_id ON saved_view (plan_id)",
    "CREATE INDEX ix_saved_view_author_id ON saved_view (author_id)",
    """
CREATE UNIQUE INDEX uq_saved_view_name ON saved_view (author_id, plan_id, name)
WHERE removed_at IS NULL
""",
    "CREATE INDEX ix_calendar_feed_person_id ON calendar_feed (person_id)",
    "CREATE INDEX ix_calendar_feed_project_id ON calendar_feed (project_id)",
    """
CREATE UNIQUE INDEX uq_calendar_feed_person ON calendar_feed (person_id)
WHERE project_id IS NULL AND revoked_at IS NULL
""",
    """
CREATE UNIQUE INDEX uq_calendar_feed_project ON calendar_feed (person_id, project_id)
WHERE project_id IS NOT NULL AND revoked_at IS NULL
""",
)


def _find_steps_by_their_titles() -> None:
    step = sa.table(
        "step", sa.column("id", BIG), sa.column("title", sa.String), sa.column("search_key")
    )
    bind, last = op.get_bind(), 0
    fill = (
        sa.update(step).where(step.c.id == sa.bindparam("row")).values(search_key=sa.bindparam("k"))
    )
    while rows := bind.execute(
        sa.select(step.c.id, step.c.title)
        .where(step.c.id > last)
        .order_by(step.c.id)
        .limit(AT_ONCE)
    ).all():
        bind.execute(fill, [{"row": row.id, "k": fold(row.title)[:400]} for row in rows])
        last = rows[-1].id


def downgrade() -> None:
    op.drop_table("calendar_feed")
    op.drop_table("saved_view")
    op.drop_column("step", "search_key")
