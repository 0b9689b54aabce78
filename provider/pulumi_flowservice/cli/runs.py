"""`pulumi-flowservice runs ID|NAME`: how the runs of a dataflow went; wait for one, or repeat a failed one."""

from __future__ import annotations

import sys

import click

from ..errors import Code, SettingsError
from ..lifecycle.call import Run
from ..lookups.results import DataflowRunResult
from ..lookups.runs import FEW, RunHistory, history, retry
from ..redaction import one_line
from .followed_run import follow
from .output import counted, echo, moment, print_json
from .pulumi_command import project_folder
from .run_report import document, print_history
from .stack_settings import choose, sandbox_option, stack_option
from .verdict import BAD, GOOD, VerdictCommand


@click.command(cls=VerdictCommand)
@click.argument("dataflow", metavar="ID|NAME")
@click.option("--limit", type=click.IntRange(min=1), default=FEW, show_default=True, help="The number of runs to show.")
@click.option("--follow", "is_followed", is_flag=True, help="Wait for the end of the run that is in progress.")
@click.option("--retry", "is_retried", is_flag=True, help="Let the API repeat the last run, if it failed. Asks first.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@sandbox_option
@stack_option
@project_folder
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines instead of a table.")
def command(
    dataflow: str,
    limit: int,
    is_followed: bool,
    is_retried: bool,
    yes: bool,
    sandbox: str | None,
    stack: str | None,
    as_json: bool,
) -> None:
    """Show the newest runs of a dataflow: when, how long, the rows read, written and failed, and the first error.

    Times are in UTC. A run may be a success and have failed rows. --follow shows the progress of the run that is in
    progress or, before the first one, waits for it. --retry sends a request that changes something: the API repeats a
    failed run as a new one, about the same rows. It is sent once; if its answer is lost, this command says so.

    \b
    Exit codes:
      0  the last finished run wrote all its rows, or there is none yet; with --retry and without --follow: the API
         repeats the run
      1  an error, also for wrong arguments
      2  the last finished run failed, or rows of it failed
    """
    run = choose(stack).run
    found = history(run, dataflow, limit, sandbox)
    new_run = None
    if is_retried:
        new_run = _retried(run, found, sandbox, is_confirmed=yes)
        if new_run and not is_followed:
            _tell_retried(found, new_run, as_json=as_json)
            return
    if is_followed and follow(run, found, new_run, sandbox):
        found = history(run, found.id, limit, sandbox)
    if as_json:
        print_json(document(found))
    else:
        print_history(found)
    sys.exit(GOOD if found.last is None or found.last.is_good else BAD)


def _retried(run: Run, found: RunHistory, sandbox: str | None, *, is_confirmed: bool) -> str | None:
    """Repeat the last run, and return the id of the new one; None if somebody does not want it after all."""
    if found.runs and not found.runs[0].is_over:
        raise _refused(f"run {found.runs[0].id} is not over yet", "Wait for it: --follow does so without --retry.")
    last = found.last
    if last is None:
        raise _refused("the dataflow has not run yet", "There is nothing to repeat.")
    if not last.is_repeatable:
        failed = f", although {counted(last.rows_failed, 'row')} of it did" if last.rows_failed else ""
        raise _refused(f"the last run did not fail{failed}", "The API repeats failed runs only.")
    if not is_confirmed:
        if not sys.stdin.isatty():
            raise _refused("nobody can be asked", "Add --yes if you want the run to be repeated.")
        if not click.confirm(_question(found.name, last), err=True):
            return None
    return retry(run, last.id, sandbox)


def _question(name: str, last: DataflowRunResult) -> str:
    why = f" It failed: {last.errors[0]}." if last.errors else ""
    rows = f" It wrote {counted(last.rows_written, 'row')}, which may come a second time." if last.rows_written else ""
    return f"Repeat the run of {moment(last.started_at)} UTC of {one_line(name)!r}?{why}{rows}"


def _tell_retried(found: RunHistory, new_run: str, *, as_json: bool) -> None:
    repeated = found.last.id if found.last else None
    if as_json:
        print_json({"id": found.id, "name": found.name, "sandbox": found.sandbox, "repeated": repeated, "run": new_run})
    else:
        echo(
            f"Run {repeated} is repeated as run {new_run}. `pulumi-flowservice runs {found.id} --follow` waits for it."
        )


def _refused(message: str, remedy: str) -> SettingsError:
    return SettingsError(f"nothing was repeated: {message}", code=Code.CHOICE, remedy=remedy)
