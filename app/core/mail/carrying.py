"""A letter over the wire: to the operator's server, in a time that ends, under a certificate that is checked."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from app.core.mail.server import Server

#: seconds for one answer of the server, and for one letter altogether
TIMEOUT, LONGEST = 5.0, 15.0


class AwayError(Exception):
    """The server can't be used now, whoever the letter is to. The reason is a word for the admin's page."""


class RefusedError(Exception):
    """The server will never take this letter."""


class NotNowError(Exception):
    """The server does not take this letter at the moment."""


def trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


class Carrier:
    """One connection for the letters of a round, opened for the first of them."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        if self._line is not None:
            self._line.close()

    def send(self, to: str, letter: EmailMessage) -> None:
        """Raises AwayError, RefusedError or NotNowError."""
        line = self._line = self._line if self._line and self._line.sock else self._made()
        try:
            with _cut_after(line, LONGEST):
                if line.sock is None:
                    self._open(line)
                line.sendmail(self.server.sender, [to], letter.as_bytes())
        except smtplib.SMTPRecipientsRefused as refused:
            _of_letter(next(iter(refused.recipients.values()))[0], "recipient refused")
        except smtplib.SMTPDataError as refused:
            _of_letter(refused.smtp_code, "letter refused")
        except (OSError, AwayError) as error:
            self._hang_up()
            raise AwayError(_reason(error)) from None
        except ValueError:  # what would be another command, or another head
            raise RefusedError("letter refused") from None

    def _made(self) -> smtplib.SMTP:
        name = self.server.domain
        if self.server.security == "tls":
            return smtplib.SMTP_SSL(local_hostname=name, timeout=TIMEOUT, context=trusted())
        return smtplib.SMTP(local_hostname=name, timeout=TIMEOUT)

    def _open(self, line: smtplib.SMTP) -> None:
        # Whoever gives the host to the constructor is connected before there is anything to cut.
        line._host = self.server.host  # type: ignore[attr-defined]
        line.connect(self.server.host, self.server.port)
        if self.server.security == "starttls":
            line.starttls(context=trusted())
        if self.server.user:
            if self.server.security == "none":
                raise AwayError("password without TLS")
            line.login(self.server.user, self.server.password)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


@contextmanager
def _cut_after(line: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """A server that sends a sign now and then keeps within each timeout, and would never end."""

    def cut() -> None:
        if line.sock is not None:
            line.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _of_letter(code: int, reason: str) -> None:
    raise RefusedError(f"{reason} ({code})") if code >= 500 else NotNowError(f"{reason} ({code})")


def _reason(error: Exception) -> str:
    if isinstance(error, AwayError):
        return str(error)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "sign-in refused"
    if isinstance(error, smtplib.SMTPSenderRefused):
        return "sender refused"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "no STARTTLS"
    if isinstance(error, ssl.SSLError):
        return "certificate"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return type(error).__name__[:60]
