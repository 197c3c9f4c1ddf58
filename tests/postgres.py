"""A PostgreSQL server of the tests' own: on a free port, in a temporary folder, as nobody.

One for a test run, however many processes share it: pytest's controller starts it when there are
workers, else the first test that needs it; it stops at the end. PostgreSQL refuses to run as root,
so root lends it another user.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

USER = "nobody"
PORT = "GUANJIA_TEST_PG"  #: the environment variable by which workers find the server


class Server:
    """`Server.start()` … `.url("name")` … `.stop()`."""

    durable = False

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    @classmethod
    def start(cls, *, durable: bool = False) -> "Server":
        """`durable`: a commit outlives a crash, as in production; the tests' own server is quicker."""
        server = cls(Path(tempfile.mkdtemp(prefix="guanjia-pg-")), free_port())
        if os.geteuid() == 0:
            found = pwd.getpwnam(USER)
            os.chown(server.folder, found.pw_uid, found.pw_gid)
        server.durable = durable
        server.folder.chmod(0o700)
        cluster = ["-D", str(server.data)]
        server._run("initdb", *cluster, "-U", "guanjia", "--auth=trust", "-E", "UTF8", "--no-locale", "-N")
        server._run("pg_ctl", *cluster, "-w", "-l", str(server.folder / "log"), "-o", server._settings, "start")
        return server

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def _settings(self) -> str:
        quick = "" if self.durable else " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        return f"-p {self.port} -k {self.folder} -h 127.0.0.1{quick} -c max_connections=200 -c shared_buffers=128MB"

    def _run(self, program: str, *arguments: str) -> None:
        command = [binary(program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", USER, "--", *command]
        # To files, not pipes: the server inherits them and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as told:
            done = subprocess.run(command, cwd="/", stdout=told, stderr=subprocess.STDOUT)
            told.seek(0)
            if done.returncode:
                raise RuntimeError(f"{program} failed:\n{told.read()}")

    def crash(self) -> None:
        """Without a word to anyone; `again` starts it."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")

    def again(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log"), "-o", self._settings, "start")

    def url(self, database: str) -> str:
        return url(self.port, database)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def url(port: int | str, database: str) -> str:
    return f"postgresql+psycopg://guanjia@127.0.0.1:{port}/{database}"


def binary(program: str) -> str:
    """Where Debian keeps it, the newest version first; or on the path."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: int(path.parts[4]), reverse=True
    )
    path = str(found[0]) if found else shutil.which(program)
    if path is None:
        raise RuntimeError("PostgreSQL is needed for the tests: install the package postgresql")
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
