"""How the server runs: two processes with eight threads each; see server.py for slow senders.

`GUANJIA_WORKERS` and `GUANJIA_THREADS` change that: one process a core, few threads (SQLite writes
one at a time anyway, and each thread may hold one PostgreSQL connection).
"""

import os
import subprocess
import sys
from typing import Any

workers = int(os.environ.get("GUANJIA_WORKERS", "2"))
threads = int(os.environ.get("GUANJIA_THREADS", "8"))
worker_class = "server.PatientWorker"
preload_app = True  # read once, then each worker is a copy that starts in a moment
backlog = 1024
control_socket_disable = True  # it would write into the home folder
timeout = 60  # seconds until a process whose loop stands still is replaced
graceful_timeout = 20  # seconds for the last answers when stopped
accesslog = None  # addresses may hold what people searched for
errorlog = "-"
loglevel = "info"


def when_ready(server: Any) -> None:
    """Long work has a process of its own beside the server's: a request never waits for it. It ends with
    the server. `GUANJIA_JOBS=0` where `flask --app run work` is a service by itself."""
    if os.environ.get("GUANJIA_JOBS", "1") != "0":
        told = {**os.environ, "GUANJIA_SERVER": str(os.getpid())}
        subprocess.Popen([sys.executable, "-m", "flask", "--app", "run", "work"], env=told)
