"""The three servers, two processes each, as their own documentation would have them served."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection

from bench.ground import Ground
from tests.postgres import free_port

WORKERS = 2
PEERS = ("guanjia", "fab", "django")
_APPS = {
    "guanjia": ["--config", "gunicorn.conf.py", "run:app"],
    "fab": ["--worker-class", "gthread", "--threads", "8", "bench.peers.plain_fab:app"],
    "django": ["--worker-class", "gthread", "--threads", "8", "bench.peers.django_admin:app"],
    "floor": ["--config", "gunicorn.conf.py", "bench.peers.floor:app"],
}
_PROBE = {"guanjia": "/health", "fab": "/login/", "django": "/admin/login/", "floor": "/bytes"}


@contextmanager
def serving(ground: Ground, peers: tuple[str, ...] = PEERS) -> Iterator[dict[str, int]]:
    """peer -> port. One after the other: each prepares its own tables of accounts first."""
    with ExitStack() as stack:
        yield {peer: stack.enter_context(_served(peer, ground)) for peer in peers}


@contextmanager
def _served(peer: str, ground: Ground) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}"]
    if peer in ("fab", "django"):
        command += ["--preload", "--keep-alive", "600", "--log-level", "error"]
    environment = ground.environment | ({"GUANJIA_JOBS": "0"} if peer == "floor" else {})
    process = subprocess.Popen(
        [*command, *_APPS[peer]], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, _PROBE[peer])
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, path: str) -> None:
    for _ in range(300):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"nothing answers on {path}")
