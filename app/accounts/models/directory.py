"""How often the State's directory of companies was asked: one row for the installation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Base


class DirectoryUse(Base):
    """`spent` requests left in `second` (seconds since 1970); none leaves before `silent_until`."""

    __tablename__ = "directory_use"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    second: Mapped[int]
    spent: Mapped[int] = mapped_column(Integer)
    silent_until: Mapped[datetime | None]
