"""What a project moves."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organisation, OrganisationId, TerritoryId
from app.core.database import (
    Base,
    Instant,
    PrimaryKey,
    PublicId,
    Versioned,
    foreign_key,
    string_enum,
    table_args,
)
from app.core.tracking import Tracked, tracked
from app.plans.kinds import (
    FlowDirection,
    ResourceKind,
)
from app.plans.models.project import Project, ProjectId


class Flow(Tracked, Versioned, Base):
    """What a partner proposes or looks for. Quantity and price are secrets of the partners.

    They are read by the partners who had confirmed their part at `opened_at`: whoever comes later
    reads them once the organisation that declared them says so. `price_cents` is for one unit.
    """

    __tablename__ = "flow"
    __tracked__ = tracked(
        open="organisation_id direction resource label opened_at",
        secret="quantity unit price_cents",
    )

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    organisation_id: Mapped[OrganisationId]
    direction: Mapped[FlowDirection] = mapped_column(string_enum(FlowDirection))
    resource: Mapped[ResourceKind] = mapped_column(string_enum(ResourceKind))
    label: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    unit: Mapped[str | None] = mapped_column(String(30))
    price_cents: Mapped[int | None]
    opened_at: Mapped[Instant]

    project: Mapped[Project] = relationship(back_populates="flows")
    organisation: Mapped[Organisation] = relationship()
    accesses: Mapped[list[FlowAccess]] = relationship(
        order_by="FlowAccess.id", cascade="all, delete-orphan"
    )

    __table_args__ = table_args(
        CheckConstraint("quantity IS NULL OR unit IS NOT NULL", "quantity_has_unit"),
        CheckConstraint("price_cents IS NULL OR quantity IS NOT NULL", "price_of_a_quantity"),
    )


class FlowAccess(Tracked, Base):
    """What the organisation that declared a flow said of one reader, against the default.

    Opened expressly and one by one, closed again at any time; silence means no (domain.md §6).
    """

    __tablename__ = "flow_access"
    __tracked__ = tracked(open="flow_id organisation_id is_open")

    id: Mapped[PrimaryKey]
    flow_id: Mapped[int] = foreign_key("flow.id")
    project_id: Mapped[ProjectId]
    territory_id: Mapped[TerritoryId]
    organisation_id: Mapped[OrganisationId]
    is_open: Mapped[bool] = mapped_column(Boolean)
    decided_at: Mapped[Instant]

    __table_args__ = table_args(UniqueConstraint("flow_id", "organisation_id"))
