"""What a project has come to: what is exchanged or shared for real, and what stands in its way."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, OrganisationId, TerritoryId
from app.core.database import (
    Base,
    PrimaryKey,
    PublicId,
    Versioned,
    foreign_key,
    string_enum,
    table_args,
    unique_where,
)
from app.core.tracking import Tracked, tracked
from app.plans.kinds import BarrierKind
from app.plans.models.project import PersonRef, ProjectId


class Exchange(Tracked, Versioned, Base):
    """Since when an organisation receives from another one, or uses what is shared.

    The rule of « opérationnelle » rests on these rows (domain.md §2, indicators eci_18, eci_19):
    one with a giver, or two users. A giver is named where something passes from one to the other;
    where two records of organisations became one, it may be the user, and the row counts no more.
    """

    __tablename__ = "exchange"
    __tracked__ = tracked(open="giver_id user_id label since until")

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    giver_id: Mapped[int | None] = foreign_key("organisation.id")
    user_id: Mapped[OrganisationId]
    label: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)

    giver: Mapped[Organisation | None] = relationship(foreign_keys="Exchange.giver_id")
    user: Mapped[Organisation] = relationship(foreign_keys="Exchange.user_id")

    __table_args__ = table_args(
        CheckConstraint("until IS NULL OR until >= since", "ends_after_it_begins"),
        unique_where(
            "uq_exchange_shared",
            "project_id",
            "user_id",
            where="giver_id IS NULL AND until IS NULL",
        ),
        unique_where(
            "uq_exchange_between",
            "project_id",
            "giver_id",
            "user_id",
            "label",
            where="giver_id IS NOT NULL AND until IS NULL",
        ),
    )


class Barrier(Tracked, Versioned, Base):
    """What holds a whole project up, what would lift it and who can; kept once it is lifted.

    `step_id` where it held up one step, and somebody said what lifted it.
    """

    __tablename__ = "barrier"
    __tracked__ = tracked(
        open="kind helper_id noted_on lifted_on step_id", partners="note lever lifted_how"
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    step_id: Mapped[int | None] = foreign_key("step.id")
    kind: Mapped[BarrierKind] = mapped_column(string_enum(BarrierKind))
    note: Mapped[str] = mapped_column(String(400))
    lever: Mapped[str] = mapped_column(String(400), default="")
    helper_id: Mapped[int | None] = foreign_key("organisation.id")
    noted_on: Mapped[date] = mapped_column(Date)
    noted_by_id: Mapped[PersonRef]
    lifted_on: Mapped[date | None] = mapped_column(Date)
    lifted_how: Mapped[str] = mapped_column(String(400), default="")

    helper: Mapped[Organisation | None] = relationship()

    __table_args__ = table_args(
        CheckConstraint("lifted_on IS NULL OR lifted_on >= noted_on", "lifted_after_noted"),
    )
