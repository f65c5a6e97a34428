"""A PostgreSQL server of the tests' own, from Debian's package, on a free port of this machine alone.

ATTUNE_TEST_POSTGRESQL_URL names another one, where databases may be made. Without either the tests that need
a server are skipped, and say so.
"""

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from db.engine import open_database
from tests.made.storage import open_empty

GIVEN = os.environ.get("ATTUNE_TEST_POSTGRESQL_URL", "")
START_S = 30.0
_numbers = count()
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
}
"""What is lost in a power cut are tests."""


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[4]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _account() -> str | None:
    """PostgreSQL refuses to run as root; Debian makes an account for it."""
    try:
        return pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None
    except KeyError:
        return None


def is_at_hand() -> bool:
    """Whether a server is named, or can be started: as another account, where this one is root."""
    return bool(GIVEN) or (_programs() is not None and (os.geteuid() != 0 or _account() is not None))


needs_postgresql = pytest.mark.skipif(
    not is_at_hand(), reason="no PostgreSQL: install it, or set ATTUNE_TEST_POSTGRESQL_URL"
)


@cache
def server_url() -> str:
    """The server's, started with the first question and ended with the tests."""
    return GIVEN or start_server()


def start_server(**settings: str) -> str:
    """Another server of its own; ended with this program."""
    programs, account = _programs(), _account()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="attune-postgresql-"))
    if account:
        shutil.chown(folder, account)
    data = folder / "data"
    made = [
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run([*made, "--locale=C.UTF-8"], user=account, check=True, stdout=subprocess.DEVNULL, cwd="/")
    port = free_port()
    told = [f"--{name}={value}" for name, value in {**SETTINGS, **settings, "port": str(port)}.items()]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, *told], user=account, cwd="/", stdout=log, stderr=log
        )
    atexit.register(_end, server, folder)
    url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    _wait_for(url, folder / "log")
    return url


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _wait_for(url: str, log: Path) -> None:
    engine, until_s = create_engine(url), time.monotonic() + START_S
    while True:
        try:
            engine.connect().close()
            return engine.dispose()
        except OperationalError:
            assert time.monotonic() < until_s, log.read_text()
            time.sleep(0.05)


def _end(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(10)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_database(template: str = "template0") -> Iterator[str]:
    """The URL of a database that is there inside the block."""
    name = f"attune_test_{os.getpid()}_{next(_numbers)}"
    with _administered() as server, server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
        try:
            yield _named(name)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def opened_database() -> Iterator[Engine]:
    """An engine on an up-to-date database of its own; a copy of one that was migrated before is quicker."""
    with empty_database(_migrated()) as url:
        engine = open_database(url)
        try:
            yield engine
        finally:
            engine.dispose()


BOTH = ["sqlite", pytest.param("postgresql", marks=needs_postgresql)]
"""What a fixture's `params` are, whose tests run on both databases."""


@contextmanager
def opened(kind: str, path: Path) -> Iterator[Engine]:
    """An engine on an empty database of its own: in the file `path`, or on the server."""
    if kind == "postgresql":
        with opened_database() as engine:
            yield engine
        return
    engine = open_empty(path, busy_timeout_ms=500)
    yield engine
    engine.dispose()


@cache
def _migrated() -> str:
    name = f"attune_test_{os.getpid()}_template"
    with _administered() as server, server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    open_database(_named(name)).dispose()
    atexit.register(_drop, name)
    return name


def _drop(name: str) -> None:
    with _administered() as server, server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _named(name: str) -> str:
    return make_url(server_url()).set(database=name).render_as_string(hide_password=False)


@contextmanager
def _administered() -> Iterator[Engine]:
    server = create_engine(server_url(), isolation_level="AUTOCOMMIT")
    yield server
    server.dispose()
