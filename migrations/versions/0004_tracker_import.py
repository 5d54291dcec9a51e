"""The tracker that comes in and goes out: its texts, its money, its rows; zones as CNIG tells them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "remembered_columns",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("territory_id", BIG, nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "tracker",
                "contacts",
                "zones",
                "none",
                name="table_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_remembered_columns_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_columns")),
        sa.UniqueConstraint(
            "territory_id", "signature", name=op.f("uq_remembered_columns_territory_id_signature")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("remembered_columns", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_remembered_columns_territory_id"), ["territory_id"], unique=False
        )

    op.create_table(
        "remembered_name",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("territory_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "known",
                "new",
                "person",
                "ignored",
                name="name_choice",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", BIG, nullable=True),
        sa.CheckConstraint(
            "(choice = 'known') = (organisation_id IS NOT NULL)",
            name=op.f("ck_remembered_name_known_is_named"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_remembered_name_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_remembered_name_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_name")),
        sa.UniqueConstraint(
            "territory_id", "key", name=op.f("uq_remembered_name_territory_id_key")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("remembered_name", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_remembered_name_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_remembered_name_territory_id"), ["territory_id"], unique=False
        )

    op.create_table(
        "import",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("territory_id", BIG, nullable=False),
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "applied",
                "undone",
                name="import_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tables", sa.JSON(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("ledger", sa.JSON(), nullable=False),
        sa.Column("launches", sa.Boolean(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("brought_by_id", BIG, nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'undone') = (undone_at IS NOT NULL)", name=op.f("ck_import_undoing_dated")
        ),
        sa.CheckConstraint(
            "state = 'draft' OR applied_at IS NOT NULL", name=op.f("ck_import_application_dated")
        ),
        sa.ForeignKeyConstraint(
            ["brought_by_id"], ["person.id"], name=op.f("fk_import_brought_by_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["action_plan.id"], name=op.f("fk_import_plan_id")),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_import_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_brought_by_id"), ["brought_by_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_import_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "funding",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("project_id", BIG, nullable=False),
        sa.Column("territory_id", BIG, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("funder", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", BIG, nullable=True),
        sa.Column("amount_cents", BIG, nullable=True),
        sa.Column("spent_cents", BIG, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "expected",
                "asked",
                "granted",
                "paid",
                "refused",
                name="funding_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "amount_cents IS NULL OR amount_cents >= 0", name=op.f("ck_funding_amount_is_not_less")
        ),
        sa.CheckConstraint(
            "spent_cents IS NULL OR spent_cents >= 0", name=op.f("ck_funding_spent_is_not_less")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_funding_organisation_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_funding_project_id")),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_funding_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding")),
        sa.UniqueConstraint("project_id", "rank", name=op.f("uq_funding_project_id_rank")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("funding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_funding_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_funding_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_funding_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "imported_row",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("territory_id", BIG, nullable=False),
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("project_id", BIG, nullable=False),
        sa.Column("step_id", BIG, nullable=True),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["action_plan.id"], name=op.f("fk_imported_row_plan_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_imported_row_project_id")
        ),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_imported_row_step_id")),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_imported_row_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_row")),
        sa.UniqueConstraint("plan_id", "key", name=op.f("uq_imported_row_plan_id_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("imported_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_row_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_imported_row_project_id"), ["project_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_imported_row_step_id"), ["step_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_imported_row_territory_id"), ["territory_id"], unique=False
        )

    op.create_table(
        "tracking_sheet",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("project_id", BIG, nullable=False),
        sa.Column("territory_id", BIG, nullable=False),
        sa.Column("step_id", BIG, nullable=True),
        sa.Column("sub_axis", sa.Text(), nullable=False),
        sa.Column("sub_sub_axis", sa.Text(), nullable=False),
        sa.Column("governance", sa.Text(), nullable=False),
        sa.Column("objectives", sa.Text(), nullable=False),
        sa.Column("indicators", sa.Text(), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("partners", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("elected", sa.Text(), nullable=False),
        sa.Column("participation", sa.Text(), nullable=False),
        sa.Column("financing", sa.Text(), nullable=False),
        sa.Column("status_text", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("starts_text", sa.Text(), nullable=False),
        sa.Column("ends_text", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "step_id IS NOT NULL OR starts_on IS NULL",
            name=op.f("ck_tracking_sheet_start_of_a_step"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_tracking_sheet_project_id")
        ),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_tracking_sheet_step_id")),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_tracking_sheet_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracking_sheet")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("tracking_sheet", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tracking_sheet_project_id"), ["project_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_tracking_sheet_step_id"), ["step_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tracking_sheet_territory_id"), ["territory_id"], unique=False
        )
        batch_op.create_index(
            "uq_tracking_sheet_project",
            ["project_id"],
            unique=True,
            sqlite_where=sa.text("step_id IS NULL"),
            postgresql_where=sa.text("step_id IS NULL"),
        )
        batch_op.create_index(
            "uq_tracking_sheet_step",
            ["step_id"],
            unique=True,
            sqlite_where=sa.text("step_id IS NOT NULL"),
            postgresql_where=sa.text("step_id IS NOT NULL"),
        )

    # on SQLite too a new column may carry its own CHECK
    op.execute(
        "ALTER TABLE project ADD COLUMN priority VARCHAR(40) "
        "CONSTRAINT ck_project_priority CHECK (priority IN ('high', 'medium', 'low'))"
    )
    op.add_column("project", sa.Column("starts_on", sa.Date()))
    op.add_column("project", sa.Column("ends_on", sa.Date()))
    op.add_column("project", sa.Column("budget_cents", BIG))
    op.add_column("activity_zone", sa.Column("gross_area", sa.Numeric(14, 2)))
    op.add_column("activity_zone", sa.Column("establishments", BIG))
    op.add_column("activity_zone", sa.Column("vacancy_rate", sa.Numeric(5, 2)))
    op.add_column("activity_zone", sa.Column("latitude", sa.Numeric(9, 6)))
    op.add_column("activity_zone", sa.Column("longitude", sa.Numeric(9, 6)))


def downgrade() -> None:
    for column in ("longitude", "latitude", "vacancy_rate", "establishments", "gross_area"):
        op.drop_column("activity_zone", column)
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_column("budget_cents")
        batch_op.drop_column("ends_on")
        batch_op.drop_column("starts_on")
        batch_op.drop_constraint("ck_project_priority", type_="check")
        batch_op.drop_column("priority")

    with op.batch_alter_table("tracking_sheet", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_tracking_sheet_step",
            sqlite_where=sa.text("step_id IS NOT NULL"),
            postgresql_where=sa.text("step_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_tracking_sheet_project",
            sqlite_where=sa.text("step_id IS NULL"),
            postgresql_where=sa.text("step_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_tracking_sheet_territory_id"))
        batch_op.drop_index(batch_op.f("ix_tracking_sheet_step_id"))
        batch_op.drop_index(batch_op.f("ix_tracking_sheet_project_id"))

    op.drop_table("tracking_sheet")
    with op.batch_alter_table("imported_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_row_territory_id"))
        batch_op.drop_index(batch_op.f("ix_imported_row_step_id"))
        batch_op.drop_index(batch_op.f("ix_imported_row_project_id"))
        batch_op.drop_index(batch_op.f("ix_imported_row_plan_id"))

    op.drop_table("imported_row")
    with op.batch_alter_table("funding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_funding_territory_id"))
        batch_op.drop_index(batch_op.f("ix_funding_project_id"))
        batch_op.drop_index(batch_op.f("ix_funding_organisation_id"))

    op.drop_table("funding")
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_territory_id"))
        batch_op.drop_index(batch_op.f("ix_import_plan_id"))
        batch_op.drop_index(batch_op.f("ix_import_brought_by_id"))

    op.drop_table("import")
    with op.batch_alter_table("remembered_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remembered_name_territory_id"))
        batch_op.drop_index(batch_op.f("ix_remembered_name_organisation_id"))

    op.drop_table("remembered_name")
    with op.batch_alter_table("remembered_columns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remembered_columns_territory_id"))

    op.drop_table("remembered_columns")
