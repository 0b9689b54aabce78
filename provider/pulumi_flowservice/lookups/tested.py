"""Test a connection on request: the API logs in to its database, and nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass

from ..lifecycle.operation import Run
from ..resources.connection.connection_test import try_connection
from .connections import by_id_or_name
from .overview import kind_of, target
from .session import asking

PASSED, REFUSED, NO_RESULT = "passed", "refused", "no result"


@dataclass(frozen=True)
class TestResult:
    """The verdict on a connection: `passed`, `refused` by the database, or `no result` for a reason.

    `target` is host and database; empty where the API does not show them.
    """

    id: str
    name: str
    sandbox: str
    target: str
    verdict: str
    reason: str = ""


def test(run: Run, id_or_name: str, sandbox: str | None) -> TestResult:
    """Test the connection, of any kind, that a person names. Raises: FlowServiceError, if it is not there."""
    with asking(run, f"testing connection {id_or_name!r}", sandbox) as opened:
        found = by_id_or_name(opened, id_or_name)
        told = try_connection(opened, found.id, was_settled=found.is_settled)
        verdict = PASSED if told.passed else REFUSED if told.is_refusal else NO_RESULT
        place = target(kind_of(found), found)
        return TestResult(found.id, found.name, opened.name, place, verdict, told.no_verdict)
