"""Answers that break HTTP, each in one way, and unusual ones that do not."""

from __future__ import annotations

from tests.support.raw_server import Sender, answer, last, reset
from tests.support.sending import ID

BODY = f'{{"id": "{ID}", "etag": "2"}}'.encode()
OWN = answer(200, {"id": ID, "etag": "own"})
# What a write would take for its success, if it came at the wrong time.
STALE = answer(200, BODY)
CHUNK = b"%x\r\n%s\r\n" % (len(BODY), BODY)


def ok(*lines: str, body: bytes = BODY, status: str = "HTTP/1.1 200 OK") -> bytes:
    """Write an answer with exactly these header lines."""
    return "\r\n".join([status, *lines, "", ""]).encode("latin-1") + body


def sized(*lines: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    """Write an answer with the right length and these lines."""
    return ok(f"Content-Length: {len(BODY)}", *lines, status=status)


def chunked(body: bytes, *lines: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    """Write an answer whose body is in chunks, given as they go out."""
    return ok("Transfer-Encoding: chunked", *lines, body=body, status=status)


SIZE = len(BODY)
BROKEN: dict[str, bytes | Sender] = {
    "two lengths": ok(f"Content-Length: {SIZE}", "Content-Length: 5"),
    "the same length twice": ok(f"Content-Length: {SIZE}", f"Content-Length: {SIZE}"),
    "a list of lengths": ok("Content-Length: 5, 6"),
    "a list of equal lengths": ok(f"Content-Length: {SIZE}, {SIZE}"),
    "an empty length": ok("Content-Length:"),
    "a negative length": ok("Content-Length: -5"),
    "a signed length": ok(f"Content-Length: +{SIZE}"),
    "a length with an underscore": ok("Content-Length: 5_9"),
    "a length in hexadecimal": ok("Content-Length: 0x3b"),
    "a length with a space": ok("Content-Length: 5 9"),
    "a length with a no-break space": ok(f"Content-Length: {SIZE}\xa0"),
    "a length with superscripts": ok("Content-Length: \xb2\xb3"),
    "a length of 5000 digits": ok("Content-Length: " + "0" * 4998 + "59"),
    "a length with a fraction": ok("Content-Length: 59.0"),
    "a length that is too short": ok("Content-Length: 5"),
    "a length that is too short, before another answer": ok("Content-Length: 0") + STALE,
    "a length that is too long": last(ok(f"Content-Length: {SIZE + 1}")),
    "another answer behind it": sized() + STALE,
    "one byte behind it": sized() + b"x",
    "another answer behind it and its end": last(sized("Connection: close") + STALE),
    "length and chunks": chunked(CHUNK + b"0\r\n\r\n", f"Content-Length: {SIZE}"),
    "another answer behind the chunks": chunked(CHUNK + b"0\r\n\r\n") + STALE,
    "a chunk size that is no number": chunked(b"zz\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "an empty chunk size": chunked(b"\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "a negative chunk size": chunked(b"-3b\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "a signed chunk size": chunked(b"+" + CHUNK + b"0\r\n\r\n"),
    "a chunk size with 0x": chunked(b"0x" + CHUNK + b"0\r\n\r\n"),
    "a chunk size with a space": chunked(b" " + CHUNK + b"0\r\n\r\n"),
    "a chunk size with an underscore": chunked(b"0_" + CHUNK + b"0\r\n\r\n"),
    "a chunk size of many digits": chunked(b"0" * 40 + CHUNK + b"0\r\n\r\n"),
    "a chunk that ends at a bare LF": chunked(CHUNK.replace(b"\r\n", b"\n") + b"0\r\n\r\n"),
    "a chunk that is longer than its size": chunked(b"5\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "a chunk that is shorter than its size": last(chunked(b"ff\r\n" + BODY + b"\r\n0\r\n\r\n")),
    "no last chunk": last(chunked(CHUNK)),
    "no end after the last chunk": last(chunked(CHUNK + b"0\r\n")),
    "half of a trailer": last(chunked(CHUNK + b"0\r\nX-Sum: 1")),
    "a trailer that is no header": chunked(CHUNK + b"0\r\nHTTP/1.1 200 OK\r\n\r\n"),
    "too many trailers": chunked(CHUNK + b"0\r\n" + b"X-Sum: 1\r\n" * 101 + b"\r\n"),
    "chunks in HTTP/1.0": chunked(CHUNK + b"0\r\n\r\n", status="HTTP/1.0 200 OK"),
    "an unknown transfer coding": last(ok("Transfer-Encoding: identity")),
    "packed chunks": last(ok("Transfer-Encoding: gzip, chunked", body=CHUNK + b"0\r\n\r\n")),
    "chunks in chunks": chunked(CHUNK + b"0\r\n\r\n", "Transfer-Encoding: chunked"),
    "an empty transfer coding": last(ok("Transfer-Encoding:")),
    "no status line": last(BODY),
    "an empty line first": b"\r\n" + sized(),
    "a status without a version": sized(status="200 OK"),
    "HTTP/0.9 without a head": last(b"<html>all is well</html>\r\n"),
    "HTTP/0.9 by name": sized(status="HTTP/0.9 200 OK"),
    "HTTP/1.2": sized(status="HTTP/1.2 200 OK"),
    "HTTP/2": sized(status="HTTP/2 200 OK"),
    "HTTP/1.10": sized(status="HTTP/1.10 200 OK"),
    "lower case http": sized(status="http/1.1 200 OK"),
    "a status of two digits": sized(status="HTTP/1.1 20 OK"),
    "a status of four digits": sized(status="HTTP/1.1 2000 OK"),
    "a status with a sign": sized(status="HTTP/1.1 +20 OK"),
    "a status with other digits": sized(status="HTTP/1.1 2\xb20 OK"),
    "a status below 100": sized(status="HTTP/1.1 099 OK"),
    "two spaces before the status": sized(status="HTTP/1.1  200 OK"),
    "a refused tunnel as status line": last(b"Tunnel connection failed: 403 Forbidden\r\n\r\n"),
    "NUL in the status line": sized(status="HTTP/1.1 200 O\0K"),
    "bare LF after the status line": sized().replace(b"\r\n", b"\n", 1),
    "bare LF after a header": sized("X-A: b").replace(b"b\r\n", b"b\n", 1),
    "a bare CR that hides a length": ok(f"X-A: b\rContent-Length: {SIZE}", "Content-Length: 5"),
    "a folded header": sized("X-A: b", " c"),
    "a folded length": ok("Content-Length:", f" {SIZE}"),
    "a folded first header": ok(" X-A: b", f"Content-Length: {SIZE}"),
    "a line without a colon": ok("nonsense", f"Content-Length: {SIZE}"),
    "a header without a name": sized(": b"),
    "a space before the colon": ok(f"Content-Length : {SIZE}"),
    "a name with a space": sized("X A: b"),
    "a name that is not ASCII": sized("X-\xe9: b"),
    "NUL in a name": sized("X-\0: b"),
    "NUL in a value": sized("X-A: b\0c"),
    "a control character in a value": sized("X-A: b\x0bc"),
    "100 headers": ok(f"Content-Length: {SIZE}", *["X-A: b"] * 99),
    "a very long header": sized("X-A: " + "b" * 65536),
    "a very long status line": sized(status="HTTP/1.1 200 " + "K" * 65536),
    "a refused tunnel in a header": last(b"HTTP/1.1 200 OK\r\nTunnel connection failed: 403\r\n\r\n"),
    "a reset": reset,
    "half of a head": last(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"),
    "half of a header": last(b"HTTP/1.1 200 OK\r\nContent-Length: 0"),
    "no bytes at all": last(b""),
    "204 with a length": ok(f"Content-Length: {SIZE}", status="HTTP/1.1 204 No Content"),
    "204 with a body": ok(status="HTTP/1.1 204 No Content"),
    "204 with chunks": chunked(CHUNK + b"0\r\n\r\n", status="HTTP/1.1 204 No Content"),
    "304 with a length": ok(f"Content-Length: {SIZE}", status="HTTP/1.1 304 Not Modified"),
    "304 with a body": ok(status="HTTP/1.1 304 Not Modified"),
    "304 with chunks": chunked(CHUNK + b"0\r\n\r\n", status="HTTP/1.1 304 Not Modified"),
    "100 with a body": ok(f"Content-Length: {SIZE}", status="HTTP/1.1 100 Continue") + OWN,
    "100 alone": last(b"HTTP/1.1 100 Continue\r\n\r\n"),
    **{
        f"{status} before the answer": f"HTTP/1.1 {status} X\r\nLink: </a>\r\n\r\n".encode() + OWN
        for status in (101, 102, 103, 104, 199)
    },
    **{f"{status} alone": f"HTTP/1.1 {status} X\r\n\r\n".encode() for status in (101, 102, 103, 199)},
}
# The whole answer is there, and is this one: the connection may or may not be used again.
FINE: dict[str, tuple[bytes | Sender, int, bytes, bool]] = {
    "a length": (sized(), 200, BODY, True),
    "a length with white space": (ok(f"Content-Length: \t {SIZE}\t "), 200, BODY, True),
    "a length with zeros": (ok(f"Content-Length: 00{SIZE}"), 200, BODY, True),
    "nothing": (ok("Content-Length: 0", body=b""), 200, b"", True),
    "a status without a reason": (sized(status="HTTP/1.1 200"), 200, BODY, True),
    "an empty reason": (sized(status="HTTP/1.1 200 "), 200, BODY, True),
    "a reason that is not ASCII": (sized(status="HTTP/1.1 200 Tr\xe8s bien"), 200, BODY, True),
    "an unknown status": (sized(status="HTTP/1.1 799 X"), 799, BODY, True),
    "99 headers": (sized(*["X-A: b"] * 98), 200, BODY, True),
    "204": (ok(body=b"", status="HTTP/1.1 204 No Content"), 204, b"", True),
    "204 of length zero": (ok("Content-Length: 0", body=b"", status="HTTP/1.1 204 No Content"), 204, b"", True),
    "100 first": (b"HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n" * 2 + sized(), 200, BODY, True),
    "chunks": (chunked(CHUNK + b"0\r\n\r\n"), 200, BODY, True),
    "many chunks": (chunked(b"".join(b"1\r\n%c\r\n" % c for c in BODY) + b"000\r\n\r\n"), 200, BODY, True),
    "extended chunks": (chunked(CHUNK.replace(b"\r\n", b' ;a="b"\r\n', 1) + b"0;c\r\n\r\n"), 200, BODY, True),
    "trailers": (chunked(CHUNK + b"0\r\nContent-Length: 5\r\nX-Sum: 1\r\n\r\n"), 200, BODY, True),
    "Chunked": (ok("Transfer-Encoding:  Chunked ", body=CHUNK + b"0\r\n\r\n"), 200, BODY, True),
    "until the end": (last(ok()), 200, BODY, False),
    "an announced end": (sized("Connection: close"), 200, BODY, False),
    "an end announced later": (sized("Connection: keep-alive", "Connection: Close"), 200, BODY, False),
    "an end without a word": (last(sized()), 200, BODY, False),
    "HTTP/1.0": (last(sized(status="HTTP/1.0 200 OK")), 200, BODY, False),
    "HTTP/1.0 that stays": (sized("Connection: keep-alive", status="HTTP/1.0 200 OK"), 200, BODY, False),
    "HTTP/1.0 until the end": (last(ok(status="HTTP/1.0 200 OK")), 200, BODY, False),
}
