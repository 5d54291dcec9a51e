"""Référentiels as imported: a framework, its versions, their nodes. Never overwritten."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Index, Integer, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Base, Instant, PrimaryKey, PublicId, foreign_key, table_args


class Framework(Base):
    """A référentiel under its key (`referentiel` of the root, else the file's or folder's name)."""

    __tablename__ = "framework"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    versions: Mapped[list[FrameworkVersion]] = relationship(
        back_populates="framework", order_by="FrameworkVersion.number"
    )


class FrameworkVersion(Base):
    """One content of a framework; the same content is the same version."""

    __tablename__ = "framework_version"

    id: Mapped[PrimaryKey]
    framework_id: Mapped[int] = foreign_key("framework.id")
    number: Mapped[int] = mapped_column(Integer)
    content_hash: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[Instant]

    framework: Mapped[Framework] = relationship(back_populates="versions")
    nodes: Mapped[list[Node]] = relationship(back_populates="version", order_by="Node.position")

    __table_args__ = table_args(
        UniqueConstraint("framework_id", "number"),
        UniqueConstraint("framework_id", "content_hash"),
    )


class Node(Base):
    """A measure, level or criterion. `ref` is its id as written; `position` the reading order."""

    __tablename__ = "framework_node"

    id: Mapped[PrimaryKey]
    version_id: Mapped[int] = foreign_key("framework_version.id")
    parent_id: Mapped[int | None] = foreign_key("framework_node.id")
    position: Mapped[int] = mapped_column(Integer)
    depth: Mapped[int] = mapped_column(Integer)
    ref: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(1000))
    points: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    percentage: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    category: Mapped[str | None] = mapped_column(String(80))
    keys: Mapped[dict[str, Any]] = mapped_column(JSON)
    sections: Mapped[dict[str, str]] = mapped_column(JSON)
    file: Mapped[str] = mapped_column(String(300))
    line: Mapped[int] = mapped_column(Integer)

    version: Mapped[FrameworkVersion] = relationship(back_populates="nodes")

    __table_args__ = table_args(
        UniqueConstraint("version_id", "ref"),
        UniqueConstraint("version_id", "position"),
        Index("ix_framework_node_ref", "ref"),
    )
