"""How requests reach the app: a gunicorn worker that lets no slow sender keep a thread.

Gunicorn's own threaded worker gives a connection to a thread as soon as one byte has come, and the
thread waits for the rest: a few hundred half-sent requests stop everybody. Here waitress reads each
request to its end in one loop, and only then a thread works on it; answers leave by the same loop.
Gunicorn keeps the processes: starts them, replaces a dead one, stops them in good order.
"""

import logging
import os
import resource
import time
from typing import Any

from gunicorn.workers.base import Worker
from waitress import create_server, wasyncore

CONNECTIONS = 2000  #: open at once in one worker, the idle ones included
IDLE_SECONDS = 30  #: a connection on which nothing moves is closed
BODY_BYTES = 24 * 1024 * 1024  #: a little above the app's own bound, which answers more kindly
HEAD_BYTES = 32 * 1024
ANSWER_BYTES = 32 * 1024 * 1024  #: of one answer may wait (on disk) for a slow reader


class PatientWorker(Worker):  # type: ignore[misc]  # gunicorn has no types
    """One process: one loop for the sockets, `threads` threads for the app."""

    def run(self) -> None:
        _allow_files(2 * CONNECTIONS)
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self.map: dict[int, Any] = {}
        server = create_server(self.wsgi, map=self.map, **self._limits())
        while self.alive and self.ppid == os.getppid():
            self._turn()
        self._finish()
        server.task_dispatcher.shutdown()

    def _limits(self) -> dict[str, Any]:
        return {
            "sockets": [each.sock for each in self.sockets],
            "threads": self.cfg.threads,
            "connection_limit": CONNECTIONS,
            "channel_timeout": IDLE_SECONDS,
            "cleanup_interval": 5,
            "max_request_header_size": HEAD_BYTES,
            "max_request_body_size": BODY_BYTES,
            "outbuf_high_watermark": ANSWER_BYTES,
            "asyncore_use_poll": True,
            "ident": None,
            # Which proxies may be believed is the app's own setting (GUANJIA_PROXIES).
            "clear_untrusted_proxy_headers": False,
        }

    def _turn(self) -> None:
        self.notify()
        wasyncore.loop(timeout=1, use_poll=True, map=self.map, count=1)

    def _finish(self) -> None:
        """Take nothing new; answer what has been asked, as long as gunicorn waits."""
        for each in self.map.values():
            each.accepting = False
        deadline = time.monotonic() + self.cfg.graceful_timeout - 1
        while any(map(_busy, self.map.values())) and time.monotonic() < deadline:
            self._turn()


def _busy(channel: Any) -> bool:
    return bool(getattr(channel, "requests", None) or getattr(channel, "total_outbufs_len", 0))


def _allow_files(wanted: int) -> None:
    """Each connection is an open file: take as many as the system grants."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        granted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
