"""A PostgreSQL server of the tests' own: on a free port, in a temporary folder, as nobody.

Started once for a test run, however many processes share it (pytest's controller starts it),
and stopped at its end. PostgreSQL refuses to run as root, so root lends it another user.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

USER = "nobody"


class Server:
    """`Server.start()` … `.url("name")` … `.stop()`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    @classmethod
    def start(cls) -> "Server":
        server = cls(Path(tempfile.mkdtemp(prefix="guanjia-pg-")), _free_port())
        if os.geteuid() == 0:
            found = pwd.getpwnam(USER)
            os.chown(server.folder, found.pw_uid, found.pw_gid)
        server.folder.chmod(0o700)
        server._run("initdb", "-D", str(server.data), "-U", "guanjia", "--auth=trust", "-E", "UTF8", "--no-locale", "-N")
        server._run("pg_ctl", "-D", str(server.data), "-w", "-l", str(server.folder / "log"), "-o", server._settings, "start")
        return server

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def _settings(self) -> str:
        return (
            f"-p {self.port} -k {self.folder} -h 127.0.0.1 -c fsync=off -c synchronous_commit=off"
            " -c full_page_writes=off -c max_connections=200 -c shared_buffers=128MB"
        )

    def _run(self, program: str, *arguments: str) -> None:
        command = [binary(program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", USER, "--", *command]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}\n{done.stderr}")

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://guanjia@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def binary(program: str) -> str:
    """Where Debian keeps it, the newest version first; or on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)
    path = str(found[0]) if found else shutil.which(program)
    if path is None:
        raise RuntimeError("PostgreSQL is needed for the tests: install the package postgresql")
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
