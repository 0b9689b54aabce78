"""`pulumi-flowservice test ID|NAME`: whether Flow Service can log in to the database of a connection now."""

from __future__ import annotations

import sys

import click

from ..lookups.tested import NO_RESULT, PASSED, REFUSED, TestResult, test
from .output import print_json, say
from .pulumi_command import project_folder
from .stack_settings import choose, sandbox_option, stack_option
from .verdict import BAD, FAILED, GOOD, VerdictCommand

_EXIT_CODES = {PASSED: GOOD, REFUSED: BAD, NO_RESULT: FAILED}


@click.command(cls=VerdictCommand)
@click.argument("connection", metavar="ID|NAME")
@sandbox_option
@stack_option
@project_folder
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of a sentence.")
def command(connection: str, sandbox: str | None, stack: str | None, as_json: bool) -> None:
    """Test a connection now: the API logs in to its database with the credentials that it has.

    The connection can be of any kind. Nothing is changed, and no password is needed. The API does not say whether the
    login was refused or the database was not reached.

    Exit codes: 0 passed; 2 refused; 1 no result, or an error, also for wrong arguments.
    """
    result = test(choose(stack).run, connection, sandbox)
    if as_json:
        print_json(vars(result))
    else:
        say(_told(result), err=result.verdict == NO_RESULT)
    sys.exit(_EXIT_CODES[result.verdict])


def _told(result: TestResult) -> str:
    subject = f"{result.verdict}: connection {result.name!r} ({result.id})"
    database = result.target or "its database"
    if result.verdict == PASSED:
        return f"{subject}: Flow Service has logged in to {database}."
    if result.verdict == REFUSED:
        return (
            f"{subject}: Flow Service could not log in to {database}. Check server, port and password, the rights of "
            "the user, and that the database accepts connections from Adobe's IP addresses."
        )
    return f"{subject}: {result.reason}."
