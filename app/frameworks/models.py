"""Référentiels as imported: a framework, its versions, their nodes. Never overwritten."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Base, Instant, PrimaryKey, PublicId, foreign_key, table_args

KEY_LENGTH = 80
# the longest id that the reader takes, and room for the mark of a duplicate (« #2 »)
REF_LENGTH = 100
WEIGHT_LENGTH = 40


class Framework(Base):
    """A référentiel under its key (`referentiel` of the root, else the file's or folder's name)."""

    __tablename__ = "framework"

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    title: Mapped[str] = mapped_column(Text)
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
    """A measure, level or criterion. `ref` is its id as written; `position` the reading order.

    Weights are decimals written as text: scoring is exact, and SQLite would keep floats.
    """

    __tablename__ = "framework_node"

    id: Mapped[PrimaryKey]
    version_id: Mapped[int] = foreign_key("framework_version.id")
    parent_ref: Mapped[str | None] = mapped_column(String(REF_LENGTH))
    position: Mapped[int] = mapped_column(Integer)
    depth: Mapped[int] = mapped_column(Integer)
    ref: Mapped[str] = mapped_column(String(REF_LENGTH))
    title: Mapped[str] = mapped_column(Text)
    points: Mapped[str | None] = mapped_column(String(WEIGHT_LENGTH))
    percentage: Mapped[str | None] = mapped_column(String(WEIGHT_LENGTH))
    category: Mapped[str | None] = mapped_column(Text)
    keys: Mapped[dict[str, Any]] = mapped_column(JSON)
    sections: Mapped[dict[str, str]] = mapped_column(JSON)
    file: Mapped[str] = mapped_column(Text)
    line: Mapped[int] = mapped_column(Integer)

    version: Mapped[FrameworkVersion] = relationship(back_populates="nodes")

    __table_args__ = table_args(
        UniqueConstraint("version_id", "ref"),
        UniqueConstraint("version_id", "position"),
        Index("ix_framework_node_ref", "ref"),
    )
