"""One request through a transport of its own."""

from __future__ import annotations

from pulumi_flowservice.api.transport import Answer, Request, Transport
from pulumi_flowservice.clock import operation

from tests.support.fake_time import FakeTime
from tests.support.raw_server import RawServer, answer

OK = answer(200, {"fine": True})
BUSY = answer(503, {"message": "busy"})


def send(server: RawServer | str, passing: FakeTime, *, method: str = "GET", timeout: float = 5.0) -> Answer:
    """Send one request through a new transport; everything but POST may be repeated."""
    url = server if isinstance(server, str) else server.url
    transport = Transport(request_timeout=timeout, clock=passing.clock)
    request = Request(method, f"{url}/path", method != "POST", {"Authorization": "Bearer token-of-a-test"})
    with operation(passing.clock, 600):
        return transport.send(request)
