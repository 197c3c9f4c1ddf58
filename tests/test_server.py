"""The shipped server set-up: whoever sends slowly, or not to the end, stops nobody else."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.postgres import free_port

HALF_HEAD = b"GET / HTTP/1.1\r\nHost: house\r\nX-Unfinished: "
HALF_BODY = b"POST / HTTP/1.1\r\nHost: house\r\nContent-Length: 1000\r\n\r\nabc"


def tiny(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """An app that answers with what was sent; `/slow` takes a second."""
    if environ["PATH_INFO"] == "/slow":
        time.sleep(1)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    command = ["-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen([sys.executable, *command, "tests.test_server:tiny"])
    try:
        _wait_for(port)
        yield process, port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            ask(port)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")


def ask(port: int, path: str = "/", body: bytes = b"") -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", path, body)
    answer = connection.getresponse()
    assert answer.status == 200
    return answer.read()


@pytest.mark.parametrize("start", [HALF_HEAD, HALF_BODY], ids=["half a head", "half a body"])
def test_two_hundred_unfinished_requests_stop_nobody(server: Any, start: bytes) -> None:
    _, port = server
    with ExitStack() as open_ones:
        for _ in range(200):
            unfinished = socket.create_connection(("127.0.0.1", port))
            open_ones.enter_context(unfinished)
            unfinished.sendall(start)
        time.sleep(0.5)
        for _ in range(4):
            began = time.monotonic()
            assert ask(port, body=b"hello") == b"hello"
            assert time.monotonic() - began < 1


def test_a_body_above_the_bound_is_refused_before_it_is_read(server: Any) -> None:
    _, port = server
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sender:
        sender.sendall(b"POST / HTTP/1.1\r\nHost: house\r\nContent-Length: 99999999\r\n\r\n")
        assert b" 413 " in sender.recv(200).splitlines()[0]
    assert len(ask(port, body=b"x" * 1_000_000)) == 1_000_000


def test_an_answer_does_not_name_the_server_software(server: Any) -> None:
    _, port = server
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/")
    assert connection.getresponse().getheader("Server") is None


def test_a_stopping_server_finishes_what_it_was_asked() -> None:
    port = free_port()
    command = ["-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen([sys.executable, *command, "tests.test_server:tiny"])
    _wait_for(port)
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/slow", b"kept")
    time.sleep(0.3)
    process.terminate()
    assert connection.getresponse().read() == b"kept"
    assert process.wait(20) == 0
