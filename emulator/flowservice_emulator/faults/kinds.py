"""Perform the faults: each kind answers a request wrongly, late or not at all.

None of these come from the documentation, which knows error answers only; they are what networks,
proxies and overloaded services do.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate

from starlette.responses import Response

from ..http.errors import CodedError, GatewayError, internal_error, unavailable
from ..http.exchange import Exchange
from ..json_values import Json

_ENVELOPES = {
    401: GatewayError(401, "401013", "Oauth token is not valid"),
    403: CodedError("2120-403", "You do not have sufficient permissions to perform the operation."),
    404: GatewayError(404, "404000", "The requested resource is not found"),
    429: GatewayError(429, "429050", "Too many requests"),
    500: internal_error(),
    503: unavailable(),
    504: CodedError(
        "1104-504",
        "A gateway timeout has occurred. Please try again. If the problem persists, please contact customer support.",
    ),
}
_HTML = "<html><head><title>{0}</title></head><body><h1>{0} from a proxy</h1></body></html>"


@dataclass(frozen=True)
class Kind:
    """A kind of fault: what it does, and its details with their defaults."""

    perform: Callable[[Exchange, Json], Awaitable[None]]
    defaults: Json


async def _status(exchange: Exchange, details: Json) -> None:
    """Answer an error status without doing anything."""
    headers = {}
    if details["retry_after"] is not None:
        headers["retry-after"] = _retry_after(exchange, details["retry_after"])
    status = details["status"]
    if details["json"] is not None:
        body = json.dumps(details["json"]).encode()
        await exchange.answer(Response(body, status, headers, "application/json"))
        return
    content, media_type = _error_body(exchange, details["body"], status)
    await exchange.answer(Response(content, status, headers, media_type))


def _retry_after(exchange: Exchange, value: object) -> str:
    """Return the header in seconds, or for `date` and `date:SECONDS` as a date that far ahead."""
    form, _, seconds = str(value).partition(":")
    return formatdate(exchange.clock.now() + float(seconds or 1), usegmt=True) if form == "date" else str(value)


def _error_body(exchange: Exchange, form: str, status: int) -> tuple[bytes, str | None]:
    """Return body and content type."""
    if form == "html":
        return _HTML.format(status).encode(), "text/html"
    if form == "empty":
        return b"", None
    if form == "malformed":
        return b'{"errorMessage": "the end is miss', "application/json"
    if form == "charset":
        return '{"message": "état"}'.encode("latin-1"), "application/json; charset=utf-8"
    if form == "echo":
        sent = exchange.body.decode("utf-8", "replace")
        text = f"The request could not be processed: {sent} with {exchange.header('authorization')}"
        return json.dumps({"errorMessage": text, "errorDetails": text}).encode(), "application/json"
    error = _ENVELOPES.get(status) or GatewayError(status, f"{status}000", "The request could not be processed")
    return json.dumps(error.body(exchange.circumstances())).encode(), "application/json"


async def _lost_answer(exchange: Exchange, details: Json) -> None:
    """Do what is asked, then close the connection without an answer."""
    await exchange.run_unheard()
    await exchange.close()


async def _reset(exchange: Exchange, details: Json) -> None:
    """Close the connection before doing anything."""
    await exchange.close()


async def _slow(exchange: Exchange, details: Json) -> None:
    """Do what is asked at once, and answer late."""
    await exchange.run_late(details["seconds"])


async def _late_write(exchange: Exchange, details: Json) -> None:
    """Answer 504 or close the connection now, and do what is asked some time later."""
    await exchange.run_afterwards(details["seconds"])
    if details["answer"] == "close":
        await exchange.close()
    elif details["answer"] == "none":
        await exchange.outwait()
    else:
        await _status(exchange, {"status": 504, "retry_after": None, "json": None, "body": "json"})


async def _redirect(exchange: Exchange, details: Json) -> None:
    """Send the client elsewhere."""
    await exchange.answer(Response(status_code=details["status"], headers={"location": details["location"]}))


async def _huge_body(exchange: Exchange, details: Json) -> None:
    """Answer a body of many megabytes."""
    chunk = b'{"items": [' if details["bytes"] else b""
    filler = b'"' + b"x" * 65_533 + b'",'
    await exchange.stream(details["status"], (filler for _ in range(details["bytes"] // len(filler))), first=chunk)


async def _drip(exchange: Exchange, details: Json) -> None:
    """Answer a body byte by byte."""
    chunks = (b" " for _ in range(details["bytes"]))
    await exchange.stream(details["status"], chunks, pause_seconds=details["pause_seconds"])


async def _deep_json(exchange: Exchange, details: Json) -> None:
    """Answer JSON that is nested very deeply."""
    body = b"[" * details["depth"] + b"]" * details["depth"]
    await exchange.answer(Response(body, details["status"], media_type="application/json"))


async def _wrong_types(exchange: Exchange, details: Json) -> None:
    """Answer valid JSON of a shape that is not documented."""
    body = {"items": {"id": 7}, "id": ["../../x"], "etag": {"a": 1}, "access_token": 3, "result": "perhaps"}
    content = json.dumps(details["json"] if details["json"] is not None else body)
    await exchange.answer(Response(content, details["status"], media_type="application/json"))


async def _garbled(exchange: Exchange, details: Json) -> None:
    """Do what is asked, and answer a body that breaks off."""
    await exchange.run_unheard()
    await exchange.answer(Response(b'{"id": "the end is miss', details["status"], media_type="application/json"))


async def _revoke_token(exchange: Exchange, details: Json) -> None:
    """Refuse the caller's token from this request on."""
    exchange.tokens.revoke(exchange.header("authorization").partition(" ")[2])
    await exchange.run()


KINDS = {
    "status": Kind(_status, {"status": 503, "retry_after": None, "body": "json", "json": None}),
    "lost_answer": Kind(_lost_answer, {}),
    "reset": Kind(_reset, {}),
    "slow": Kind(_slow, {"seconds": 1.0}),
    "late_write": Kind(_late_write, {"seconds": 1.0, "answer": "504"}),
    "redirect": Kind(_redirect, {"status": 307, "location": "http://127.0.0.1:9/elsewhere"}),
    "huge_body": Kind(_huge_body, {"status": 200, "bytes": 64_000_000}),
    "drip": Kind(_drip, {"status": 200, "bytes": 1_000, "pause_seconds": 0.05}),
    "deep_json": Kind(_deep_json, {"status": 200, "depth": 100_000}),
    "wrong_types": Kind(_wrong_types, {"status": 200, "json": None}),
    "garbled": Kind(_garbled, {"status": 200}),
    "revoke_token": Kind(_revoke_token, {}),
}
