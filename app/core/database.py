"""The database base: one declarative base, column types that mean the same on both engines."""

from __future__ import annotations

import enum
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, TypeVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    event,
    literal_column,
    text,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    class_mapper,
    declared_attr,
    make_transient_to_detached,
    mapped_column,
)
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.orm.util import identity_key
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# without look-alikes
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_PUBLIC_ID_LENGTH = 10
_PUBLIC_IDS = len(_LETTERS) ** _PUBLIC_ID_LENGTH

BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values; always answers aware UTC (SQLite would answer naive)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """A type decorator answers « object » by itself."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database; instants carry their zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(Enum):
    """Text of a few fixed words. Comparisons write the word itself into the SQL.

    As a parameter it would make SQLite plan the statement anew at every run, in case the value
    opens a partial index: for the condition of who sees a project, four times as long as the rest.
    """

    cache_ok = True

    class Comparator(Enum.Comparator):
        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            words = [self._spelled(one) for one in other]
            return super().operate(op, *words, **kwargs)

        def _spelled(self, value: Any) -> Any:
            if isinstance(value, enum.StrEnum):
                return literal_column(f"'{value.value}'", self.type)
            if isinstance(value, (tuple, list, frozenset, set)):
                return [self._spelled(one) for one in value]
            return value

    comparator_factory = Comparator


def string_enum(kind: type[enum.StrEnum], *, checked: bool = True) -> Words:
    """A column that holds the enum's values as text, with a CHECK on both engines.

    Not `checked`: the table has one of its own, for a column that may not hold all of them.
    """
    return Words(
        kind,
        native_enum=False,
        create_constraint=checked,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        name=_snake(kind.__name__),
    )


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def new_public_id() -> str:
    """Ten characters without look-alikes, nearly 50 bits: short in a URL, not to be guessed."""
    drawn, letters = secrets.randbelow(_PUBLIC_IDS), ""
    for _ in range(_PUBLIC_ID_LENGTH):
        drawn, at = divmod(drawn, len(_LETTERS))
        letters += _LETTERS[at]
    return letters


PrimaryKey = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]
PublicId = Annotated[
    str, mapped_column(String(16), unique=True, default=new_public_id, nullable=False)
]
Instant = Annotated[datetime, mapped_column(UtcDateTime)]


def foreign_key(target: str) -> Any:
    """A foreign key type for Annotated columns, indexed; nothing cascades by itself."""
    return mapped_column(BigId, ForeignKey(target), index=True)


REFERS = "maillage_refers"


def refers_to(table: str, *, index: bool = False) -> Any:
    """A plain id of a row of this table: a reference that the database does not keep.

    Whoever makes two rows one looks for those as well (app/accounts/services/merging/).
    """
    return mapped_column(BigId, index=index, info={REFERS: (None, {None: table})})


def refers_by(kind: str, **tables: str) -> Any:
    """A plain id of a row of the table that the column `kind` names by its value."""
    return mapped_column(BigId, info={REFERS: (kind, tables)})


class Base(DeclarativeBase):
    """Every table. SQLite never gives a deleted row's id to another row."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, int: BigId}
    __table_args__: Any = ({"sqlite_autoincrement": True},)


def table_args(*constraints: Any) -> tuple[Any, ...]:
    """Constraints plus what every table of the house has."""
    return (*constraints, {"sqlite_autoincrement": True})


def unique_where(name: str, *columns: str, where: str) -> Index:
    """A partial unique index: among rows that fulfil `where`, a piece of SQL, on both engines."""
    condition = text(where)
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


class Versioned:
    """Optimistic version: forms carry it, the row refuses a stale write."""

    version: Mapped[int] = mapped_column(Integer, default=1, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  a class attribute's declaration
        """Each write adds one, and fails where somebody else wrote since the row was read."""
        return {"version_id_col": cls.version}


READ_ONLY = "maillage_read_only"
Entity = TypeVar("Entity", bound="Base")


def read_only(session: Session) -> None:
    """Open this session's transaction for reading; SQLite then does not queue for the writer."""
    session.connection(execution_options={READ_ONLY: True})


def adopt(session: Session, entity: type[Entity], values: Mapping[str, Any]) -> Entity:
    """The entity of a row that was read as plain columns, all of them, as if the ORM had read it.

    The ORM takes as long for one row as everything else that a small request reads.
    """
    known = session.identity_map.get(identity_key(entity, values["id"]))
    if isinstance(known, entity):
        return known
    read: Entity = class_mapper(entity).class_manager.new_instance()
    instance_dict(read).update(values)
    make_transient_to_detached(read)
    session.add(read)
    return read


def prepare_engine(engine: Engine) -> None:
    """Give a SQLite engine its pragmas and its BEGIN; other engines need nothing.

    A transaction is opened with BEGIN IMMEDIATE unless it said it only reads: two deferred
    transactions that read and then write would fail with "locked", not wait.
    """
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "checkin", _forget_reading)
    _begin_ourselves(engine.dialect)


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 15000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _forget_reading(_connection: Any, record: Any) -> None:
    """A connection that was given back before it began owes the next one nothing."""
    record.info.pop(READ_ONLY, None)


def _begin_ourselves(dialect: Dialect) -> None:
    """Let the dialect open transactions: listening to « begin » would make every statement slower.

    What a connection was told before (`read_only`) waits in its `info` until it begins.
    """
    set_options = dialect.set_connection_execution_options

    def note_reading(connection: Connection, options: Mapping[str, Any]) -> None:
        if READ_ONLY in options:
            connection.connection.info[READ_ONLY] = options[READ_ONLY]
        set_options(connection, options)

    def begin(connection: Any) -> None:
        reading = connection.info.pop(READ_ONLY, False)
        connection.driver_connection.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    # this engine's dialect alone, not its class: mypy knows methods only as the class has them
    dialect.do_begin = begin  # type: ignore[method-assign, assignment]  # see above
    dialect.set_connection_execution_options = note_reading  # type: ignore[assignment]  # as well
