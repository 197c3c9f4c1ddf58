"""A mail server of the tests' own: it takes letters, refuses who it is told to, or is away."""

import socket
import socketserver
import ssl
import time
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Thread
from typing import Any


class MailServer:
    """`got` are the letters with their envelopes; `refuses` address -> code; `says` a code instead of 250 after the letter."""

    def __init__(self, pem: Path | None = None, *, at_once: bool = False) -> None:
        self.got: list[tuple[str, str, EmailMessage]] = []
        self.refuses: dict[str, int] = {}
        self.says, self.drips, self.hangs_up = 250, False, False
        self.signed_in: list[str] = []
        self.commands: list[str] = []
        house, context = self, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if pem is not None:
            context.load_cert_chain(pem)
        self.offers_tls = pem is not None and not at_once

        class Talk(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    wire = context.wrap_socket(self.request, server_side=True) if at_once else self.request
                    _talk(house, wire, context)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads, allow_reuse_address, block_on_close = True, True, False

            def handle_error(self, *_: Any) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Talk)
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def texts(self) -> list[str]:
        """What the letters say: subject and plain text."""
        return [
            f"{each['Subject']}\n{each.get_body(('plain',)).get_content()}".replace("\r\n", "\n")
            for _, _, each in self.got
        ]  # type: ignore[union-attr]


def _talk(house: MailServer, wire: socket.socket, context: ssl.SSLContext) -> None:
    def answer(text: str) -> None:
        wire.sendall(f"{text}\r\n".encode())

    answer("220 mail.example")
    lines, secure, sender, to = wire.makefile("rb"), isinstance(wire, ssl.SSLSocket), "", ""
    while line := lines.readline():
        word = line.decode().strip()
        house.commands.append(word)
        verb = word.upper().partition(" ")[0]
        if house.drips:
            for _ in range(200):
                wire.sendall(b"2")
                time.sleep(0.05)
        if verb == "EHLO":
            offers = (["STARTTLS"] if house.offers_tls and not secure else []) + ["AUTH PLAIN"]
            for each in ["mail.example", *offers[:-1]]:
                answer(f"250-{each}")
            answer(f"250 {offers[-1]}")
        elif verb == "STARTTLS":
            answer("220 go")
            wire = context.wrap_socket(wire, server_side=True)
            lines, secure = wire.makefile("rb"), True
        elif verb == "AUTH":
            house.signed_in.append(word)
            answer("235 in")
        elif verb == "MAIL":
            sender = word
            answer("250 ok")
        elif verb == "RCPT":
            to = word[word.index("<") + 1 : word.index(">")]
            answer(f"{house.refuses.get(to, 250)} {to}")
        elif verb == "DATA":
            answer("354 go on")
            data = b""
            while (part := lines.readline()) != b".\r\n":
                data += part[1:] if part.startswith(b"..") else part
            if house.says == 250:
                found = message_from_bytes(data, policy=policy.default)
                assert isinstance(found, EmailMessage)
                house.got.append((sender, to, found))
            if house.hangs_up:
                wire.close()
                return
            answer(f"{house.says} taken")
        elif verb == "QUIT":
            answer("221 bye")
            return
        else:
            answer("250 ok")
