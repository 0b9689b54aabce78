"""The check of the inputs: every problem in one go, the property named, no value echoed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_flowservice.lifecycle.check import check_inputs
from pulumi_flowservice.lifecycle.names import python_name
from pulumi_flowservice.lifecycle.properties import UNKNOWN, Properties
from pulumi_flowservice.resources.connection.kinds.redshift import REDSHIFT
from pulumi_flowservice.settings import Settings

from tests.support.lifecycle import INPUTS

SECRET = "s3cr3t-canary"
SETTINGS = Settings(sandbox="dev", ims_org="EXAMPLE@AdobeOrg")


def check(
    olds: Properties | None = None, settings: Settings = SETTINGS, **changes: Any
) -> tuple[Properties, list[str]]:
    """Check `INPUTS` with changes; `...` leaves an input out."""
    news = {name: value for name, value in {**INPUTS, **changes}.items() if value is not ...}
    return check_inputs(REDSHIFT, olds or {}, news, settings)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"server": ...}, "`server` is missing"),
        ({"database": ...}, "`database` is missing"),
        ({"username": ...}, "`username` is missing"),
        ({"password": ...}, "`password` is missing (it may be left out only when a connection is adopted)"),
        ({"server": ""}, "`server` is empty"),
        ({"database": ""}, "`database` is empty"),
        ({"username": ""}, "`username` is empty"),
        ({"password": ""}, "`password` is empty"),
        ({"server": f"https://{SECRET}"}, "`server` is a URL: write the host name only"),
        ({"server": f"jdbc:redshift://{SECRET}:5439/dev"}, "`server` is a URL: write the host name only"),
        ({"server": f"{SECRET}/dev"}, "`server` contains a path: write the host name only, and use `database`"),
        ({"server": f"{SECRET}:5439"}, "`server` contains a port or brackets: write the host name only, and use"),
        ({"server": f"{SECRET} x"}, "`server` contains white space: write the host name only"),
        ({"port": f"{SECRET}"}, "`port` is not a whole number: write 5439, for example"),
        ({"port": 0}, "`port` is out of range: 1 to 65535"),
        ({"port": 65536}, "`port` is out of range: 1 to 65535"),
        ({"name": ""}, "`name` is empty"),
        ({"name": SECRET * 30}, "`name` is longer than 255 characters"),
        ({"connectionTest": SECRET}, '`connection_test` must be one of "fail", "warn", "off"'),
        ({"credentialsVersion": 1.5}, "`credentials_version` must be a string or a whole number"),
        ({"credentialsVersion": True}, "`credentials_version` must be a string or a whole number"),
        ({"credentialsVersion": [SECRET]}, "`credentials_version` must be a string or a whole number"),
        ({"password": f"{SECRET}\n"}, "`password` begins or ends with white space"),
        ({"password": f" {SECRET}"}, "`password` begins or ends with white space"),
        ({"database": f"{SECRET}\t"}, "`database` begins or ends with white space"),
        ({"username": f"\u00a0{SECRET}"}, "`username` begins or ends with white space"),
        ({"name": f"{SECRET} "}, "`name` begins or ends with white space"),
        ({"description": f"{SECRET}\n"}, "`description` begins or ends with white space"),
        ({"sandbox": f"{SECRET}\n"}, "`sandbox` begins or ends with white space"),
        ({"schema": f"{SECRET} "}, "`schema` begins or ends with white space"),
        ({"adopt": f"{SECRET} "}, "`adopt` begins or ends with white space"),
        ({"database": 7}, "`database` must be a string: put it in quotes"),
        ({"password": [SECRET]}, "`password` must be a string: put it in quotes"),
    ],
)
def test_bad_input_names_the_property_and_the_remedy(changes: Properties, problem: str) -> None:
    """One problem, in one sentence, with the program's name of the property and without any value."""
    _, problems = check(**changes)

    [found] = problems
    assert found.startswith(problem)
    assert SECRET not in found


def test_no_sandbox_is_a_problem() -> None:
    """No sandbox is assumed, least of all `prod`."""
    _, problems = check(settings=Settings(), sandbox=...)

    told = "no sandbox: set `sandbox`, or flowservice:sandbox (FLOWSERVICE_SANDBOX) for all; there is no default"
    assert len(problems) == 1 and problems[0].startswith(f"{told}. In the stack, this sets what is missing: ")
    # What would be the next error is told with it.
    assert "`pulumi config set --secret flowservice:clientSecret`" in problems[0]


def test_all_problems_come_at_once() -> None:
    """Whoever mends one problem does not meet the next in the next run."""
    _, problems = check(server="https://x", port=0, database=..., password="x ", name="", connectionTest="maybe")

    assert [problem.split("`")[1] for problem in problems] == [
        "name", "server", "port", "password", "connection_test", "database",
    ]  # fmt: skip


def test_a_setting_that_cannot_be_read_is_a_problem() -> None:
    """A misspelt setting stops the preview, not the deployment."""
    settings = Settings(sandbox="dev", problems=("flowservice:requestTimeout must be a number greater than 0",))

    _, problems = check(settings=settings)

    assert problems == ["the configured flowservice:requestTimeout must be a number greater than 0"]


def test_inputs_get_one_spelling() -> None:
    """The port becomes an integer, an empty description is none, the sandbox comes from the settings."""
    inputs, problems = check(port="5439", description="", sandbox=...)

    assert problems == []
    assert inputs == INPUTS


def test_unknown_inputs_pass() -> None:
    """What a preview cannot know yet is no problem, whichever input it is."""
    unknown: dict[str, Any] = dict.fromkeys(
        (*INPUTS, "schema", "description", "connectionTest", "credentialsVersion"), UNKNOWN
    )

    inputs, problems = check(**unknown)

    assert problems == []
    assert inputs == unknown


def test_a_new_connection_takes_the_automatic_name() -> None:
    """The constructor's name is used where neither the program nor the state has one."""
    inputs, _ = check(name=..., autoName="orders-1a2b3c4")

    assert inputs["name"] == "orders-1a2b3c4"


@pytest.mark.parametrize("state_name", ["orders-1a2b3c4", "renamed in the UI"])
def test_a_connection_keeps_the_name_it_has(state_name: str) -> None:
    """An alias, a removed explicit name or a rename in the UI never gives it another name."""
    inputs, problems = check(olds={**INPUTS, "name": state_name}, name=..., autoName="other-7777777")

    assert (inputs["name"], problems) == (state_name, [])


def test_an_adopted_connection_needs_neither_name_nor_password() -> None:
    """Its name and password stay as they are at the server, also after `adopt` is removed from the program."""
    adopted, problems = check(name=..., password=..., adopt="an-id", autoName="other-7777777")
    later, more_problems = check(olds=adopted, name=..., password=..., autoName="other-7777777")

    assert (problems, more_problems) == ([], [])
    assert "name" not in {**adopted, **later}


def test_a_version_without_a_password_is_a_problem() -> None:
    """There would be nothing to send again."""
    _, problems = check(password=..., adopt="an-id", credentialsVersion=2)

    assert problems == [
        "`credentials_version` has an effect only with `password`: add `password`, or remove `credentials_version`"
    ]


def test_a_password_of_the_state_cannot_be_dropped() -> None:
    """Leaving it out would neither change nor remove it at the server."""
    _, problems = check(olds=INPUTS, password=...)

    assert problems == ["`password` is missing (it may be left out only when a connection is adopted)"]


def test_another_default_sandbox_stops() -> None:
    """A changed default would replace every connection of the stack: both sandboxes and both ways on are named."""
    _, problems = check(olds=INPUTS, settings=Settings(sandbox="stage"), sandbox=...)

    assert problems == [
        "the connection is in the sandbox 'dev', but the configured default is now 'stage': to keep it there, set "
        "`sandbox` or the default to 'dev'; to replace it by a connection in 'stage', set `sandbox` to 'stage'"
    ]


@pytest.mark.parametrize("sandbox", ["stage", "dev", UNKNOWN])
def test_a_sandbox_that_the_program_names_is_meant(sandbox: object) -> None:
    """Moving on purpose, and staying on purpose, are both fine."""
    inputs, problems = check(olds=INPUTS, settings=Settings(sandbox="stage"), sandbox=sandbox)

    assert (inputs["sandbox"], problems) == (sandbox, [])


JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.long
@given(st.dictionaries(st.sampled_from([*INPUTS, "schema", "connectionTest", "adopt", "description"]), JUNK))
def test_any_input_is_judged_without_an_exception(news: Properties) -> None:
    """Whatever a program gives, the check ends with a verdict, and a second check changes nothing more."""
    inputs, problems = check_inputs(REDSHIFT, {}, news, SETTINGS)

    if not problems:
        assert check_inputs(REDSHIFT, {}, inputs, SETTINGS) == (inputs, [])


@given(st.text(min_size=20, alphabet="QXZ"), st.sampled_from(["server", "port", "name", "connectionTest", "sandbox"]))
def test_no_problem_holds_a_value(value: str, name: str) -> None:
    """Any input can be a secret, so no text of a problem repeats one."""
    _, problems = check_inputs(REDSHIFT, {}, {**INPUTS, name: f" {value}"}, SETTINGS)

    assert problems
    assert not any(value in problem for problem in problems)


def test_python_names() -> None:
    """A problem speaks of the program's names, not of the wire's."""
    assert [python_name(name) for name in ("connectionTest", "credentialsVersion", "server")] == [
        "connection_test",
        "credentials_version",
        "server",
    ]
