"""Answers on the wire: read strictly and within a time limit; what was sent, and which connection is used again.

http.client and urllib3 read as much as they can of an answer that breaks HTTP. Where client and server disagree about
the end of an answer, the next request on that connection reads the rest of it, or the answer to an earlier request. So
an answer is either exactly what HTTP allows, or it is none and its connection is closed.
"""

from __future__ import annotations

import io
import re
import ssl
import threading
import time
from http.client import HTTPException, HTTPResponse, RemoteDisconnected
from typing import Any

_LONGEST_LINE = 65536
# As many as http.client reads.
_MOST_HEADERS = 99
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?\r\n")
# No folded lines: HTTP deprecated them in 2014, and readers disagree about them.
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)\r\n")
# Also two equal lengths are refused: more than one program has written the head, so the body may be either's.
_LENGTH = re.compile(rb"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?\r\n")
_CONTINUE = 100
_WITHOUT_BODY = (_CONTINUE, 204, 304)


class BrokenAnswerError(HTTPException):
    """The answer breaks HTTP. The text is in our own words and quotes nothing of it."""


class Progress(threading.local):
    """How far the request of this thread has come. `may_be_sent`: a part of it may have reached the server."""

    may_be_sent = False


progress = Progress()


class StrictConnection:
    """What our connections do besides those of urllib3, with and without TLS, to a proxy or through it."""

    sock: Any

    def endheaders(self, *args: Any, **options: Any) -> None:
        """Note that the request goes out now. Neither connecting nor the CONNECT to a proxy comes here."""
        if self.sock is None:
            self.connect()  # type: ignore[attr-defined]
        progress.may_be_sent = True
        super().endheaders(*args, **options)  # type: ignore[misc]

    def response_class(self, *args: Any, **options: Any) -> StrictAnswer:
        """Return the object that reads an answer from this connection."""
        return StrictAnswer(self, *args, **options)


class StrictAnswer(HTTPResponse):
    """An answer that keeps to HTTP, and whose status, headers and body all arrive within the socket's timeout.

    The timeout of a socket starts again with every byte, so a server that sends slowly could hold a thread for hours.
    A check between two chunks of the body would not be enough, because http.client reads the headers before. urllib3
    sets the socket's timeout right before it creates this object. It reads the body only by `read1`.
    """

    def __init__(self, connection: Any, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self._connection = connection
        self._sock = sock
        self._timeout = sock.gettimeout() or 0.0
        # Bytes left of the body, or of the current chunk; None: until the connection ends, or before the first chunk.
        self._left: int | None = None
        raw: Any = self.fp.raw
        read = raw.readinto
        end = time.monotonic() + self._timeout

        def readinto(buffer: Any) -> int | None:
            remaining = end - time.monotonic()
            if remaining <= 0:
                raise TimeoutError("timed out")
            sock.settimeout(remaining)
            try:
                return read(buffer)  # type: ignore[no-any-return]
            finally:
                sock.settimeout(self._timeout)

        raw.readinto = readinto

    def begin(self, **options: Any) -> None:
        """Read and check the head, then let http.client read it too."""
        if self.headers is not None:
            return
        # Only an answer to a request comes here, not a proxy's answer to CONNECT.
        progress.may_be_sent = True
        status = _CONTINUE
        while status == _CONTINUE:
            status, head = self._read_head()
        if status < 200:
            # No request asks for one. Its final answer would follow, if not on this connection then never.
            raise BrokenAnswerError("an interim answer that was not asked for")
        stream, self.fp = self.fp, io.BytesIO(head)
        try:
            super().begin(**options)
        finally:
            self.fp = stream
        # http.client looks only at the first of these headers, and lets old proxies keep what they cannot.
        persistence = ",".join(self.headers.get_all("connection", ())).lower()
        self.will_close = self.will_close or self.version == 10 or "close" in persistence
        self._left = None if self.chunked else self.length

    def read1(self, n: int = -1) -> bytes:
        """Return the next bytes of the body, at most n, or none at its end. Raises: BrokenAnswerError."""
        if self.fp is None:
            return b""
        if self.chunked and not self._left:
            self._left = self._read_chunk_size(is_first=self._left is None)
            if not self._left:
                self._read_headers("trailer")
        most = n if n > 0 else _LONGEST_LINE
        piece = b""
        if self._left != 0:
            piece = self.fp.read1(most if self._left is None else min(most, self._left))
            if not piece and self._left is not None:
                raise RemoteDisconnected("in the body")
        if self._left is not None:
            self._left -= len(piece)
        if not piece or (self._left == 0 and not self.chunked):
            self._finish()
        return piece

    def _finish(self) -> None:
        """Make sure that nothing follows; then urllib3 may use the connection again."""
        self._sock.settimeout(0)
        try:
            del self.fp.raw.readinto  # Without the time limit, which sets a timeout.
            more = self.fp.read(1)
        except ssl.SSLWantReadError:
            # This is how TLS says that nothing is there; a plain socket says None.
            more = None
        except OSError:
            more = b""
        finally:
            self._sock.settimeout(self._timeout)
        if more:
            raise BrokenAnswerError("more bytes than the answer has")
        if more == b"":
            # Not left to the pool, which looks only at the socket: TLS may end, or break, before the socket does.
            self._connection.close()
        self.close()

    def _read_head(self) -> tuple[int, bytes]:
        """Return the status and the bytes of a head whose body has a certain length."""
        line = self._read_line("status line")
        found = _STATUS_LINE.fullmatch(line)
        if not found:
            raise BrokenAnswerError("a status line that is not valid")
        headers = self._read_headers("header")
        _check_framing(int(found[1]), line.startswith(b"HTTP/1.0"), headers)
        lines = [line, *(b"%s: %s\r\n" % header for header in headers), b"\r\n"]
        return int(found[1]), b"".join(lines)

    def _read_headers(self, what: str) -> list[tuple[bytes, bytes]]:
        headers: list[tuple[bytes, bytes]] = []
        while (line := self._read_line(what)) != b"\r\n":
            found = _HEADER.fullmatch(line)
            if not found:
                raise BrokenAnswerError(f"a {what} that is not valid")
            headers.append((found[1], found[2].rstrip(b"\t ")))
            if len(headers) > _MOST_HEADERS:
                raise BrokenAnswerError(f"more than {_MOST_HEADERS} {what} lines")
        return headers

    def _read_chunk_size(self, *, is_first: bool) -> int:
        if not is_first and self._read_line("chunk") != b"\r\n":
            raise BrokenAnswerError("a chunk of another size than announced")
        found = _CHUNK_SIZE.fullmatch(self._read_line("chunk size"))
        if not found:
            raise BrokenAnswerError("a chunk size that is not valid")
        return int(found[1], 16)

    def _read_line(self, what: str) -> bytes:
        line = self.fp.readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise BrokenAnswerError(f"a {what} of more than 64 KiB")
        if not line.endswith(b"\n"):
            raise RemoteDisconnected(f"in a {what}")
        return line


def _check_framing(status: int, is_old: bool, headers: list[tuple[bytes, bytes]]) -> None:
    """Raise a BrokenAnswerError if the end of the answer is not certain."""
    lengths = [value for name, value in headers if name.lower() == b"content-length"]
    codings = [value.lower() for name, value in headers if name.lower() == b"transfer-encoding"]
    if len(lengths) > 1 or not all(_LENGTH.fullmatch(value) for value in lengths):
        raise BrokenAnswerError("a length that is not valid, or more than one")
    if codings and (codings != [b"chunked"] or is_old or lengths):
        raise BrokenAnswerError("a transfer coding that is not valid, or one besides a length")
    # A 304 may have a length, but only after a conditional request, which is never sent.
    if status in _WITHOUT_BODY and (codings or any(int(value) for value in lengths)):
        raise BrokenAnswerError(f"a body after status {status}")
