"""Many at once: so many clients, each with its connection, ask for the same page for some seconds.

Run as `python -m bench.load PORT COOKIE PATH CLIENTS SECONDS`; prints answers a second. A process of its
own, so that asking and measuring do not share an interpreter.
"""

import selectors
import socket
import subprocess
import sys
import time


def requests_per_second(port: int, cookie: str, path: str, clients: int, seconds: float = 5.0) -> float:
    told = subprocess.run(
        [sys.executable, "-m", "bench.load", str(port), cookie, path, str(clients), str(seconds)],
        capture_output=True, text=True,
    )  # fmt: skip
    if told.returncode:
        raise RuntimeError(told.stderr[-1000:])
    return float(told.stdout)


class Client:
    """One connection: a request goes out when the answer before it has come in whole."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request, self.received, self.wanted = request, b"", -1

    def send(self) -> None:
        self.received, self.wanted = b"", -1
        self.socket.sendall(self.request)

    def receive(self) -> bool:
        """Whether the answer is whole."""
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise ConnectionError("the server closed the connection")
        self.received += piece
        if self.wanted < 0 and b"\r\n\r\n" in self.received:
            head = self.received.partition(b"\r\n\r\n")[0]
            assert b" 200 " in head[:16], head[:200]
            length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            self.wanted = len(head) + 4 + int(length[0].split(b":")[1])
        return 0 <= self.wanted <= len(self.received)


def main(port: int, cookie: str, path: str, clients: int, seconds: float) -> None:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nAccept-Language: zh\r\n\r\n"
    ).encode()
    selector = selectors.DefaultSelector()
    for _ in range(clients):
        client = Client(port, request)
        selector.register(client.socket, selectors.EVENT_READ, client)
        client.send()
    answers, begun, warm = 0, time.perf_counter(), min(1.0, seconds / 4)
    counted_from = begun
    while (now := time.perf_counter()) - begun < seconds + warm:
        if now - begun < warm:
            answers, counted_from = 0, now
        for key, _ in selector.select(timeout=5):
            if key.data.receive():
                answers += 1
                key.data.send()
    print(answers / (time.perf_counter() - counted_from))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
