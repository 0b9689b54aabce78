"""Explicit native providers: each with settings of its own, also settings that a preview does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support.pulumi_stack import Stack
from tools.pulumi_cli.programs import NEWEST

SECRET = "canary-of-a-password"
OTHER = "OTHER@AdobeOrg"
HEAD = """\
import pulumi
from pulumi_flowservice.native import Provider, RedshiftConnection
"""
DYNAMIC = f"""\
from pulumi_flowservice import RedshiftConnection
for name, sandbox in (("ours", "dev"), ("theirs", "stage")):
    RedshiftConnection(name, server="redshift.example.com", database="dev", username="loader", password={SECRET!r},
                       sandbox=sandbox)
"""
# A value that another resource would give.
LATER = """
def later(value):
    return pulumi.Output.from_input(pulumi.UNKNOWN if pulumi.runtime.is_dry_run() else value)
"""
PROGRAM = """
account = Provider({name!r}, endpoint={url!r}, ims_endpoint={url!r}, ims_org={organization!r}, sandbox={sandbox!r},
                   client_id="emulator", client_secret="emulator-secret", request_timeout=20.5, bulk_refresh=False)
RedshiftConnection({name!r}, server="redshift.example.com", database="dev", username="loader", password={secret!r},
                   opts=pulumi.ResourceOptions(provider=account))
"""


@pytest.fixture
def other() -> Iterator[Emulator]:
    """The Flow Service of a second account."""
    with Emulator(connection_test="pass", organization=OTHER) as running:
        yield running


@pytest.fixture
def stack(make_stack: MakeStack, flowservice_emulator: Emulator) -> Stack:
    """A stack with nothing in its environment: every setting stands in the program."""
    flowservice_emulator.settings(connection_test="pass")
    return make_stack({}, native=True)


def account(name: str, emulator: Emulator, sandbox: str, organization: str = "EMULATOR@AdobeOrg") -> str:
    """The part of a program that has one account with one connection."""
    return PROGRAM.format(name=name, url=emulator.url, organization=organization, sandbox=sandbox, secret=SECRET)


def test_two_accounts_in_one_stack(stack: Stack, flowservice_emulator: Emulator, other: Emulator) -> None:
    """Each connection is at its own account and in its own sandbox; another sandbox as default replaces nothing.

    Where only an `up` knows organization and sandbox, the preview shows no replacement, and `up` changes nothing.
    """
    ours, theirs = account("ours", flowservice_emulator, "dev"), account("theirs", other, "stage", OTHER)
    stack.write(HEAD + ours + theirs)

    made = stack.up().ok()
    stack.refresh("--expect-no-changes").ok()
    state = stack.export()
    stack.write(HEAD + LATER + re.sub(r"(?<=ims_org=|sandbox=)'[^']*'", r"later(\g<0>)", ours) + theirs)
    plan = stack.preview().ok()
    same = stack.up().ok()
    stack.write(HEAD + account("ours", flowservice_emulator, "stage") + theirs)
    moved = stack.preview().failed()
    stack.is_native = False
    stack.write(DYNAMIC)
    for variable, value in flowservice_emulator.environment.items():
        stack.environment[variable] = value
    flowservice_emulator.clear_log()
    other.clear_log()
    back = stack.preview().failed()

    assert "the connection belongs to the organization OTHER@AdobeOrg, but EMULATOR@AdobeOrg is configured" in back.text
    assert flowservice_emulator.log() == other.log() == []
    assert made.changes == {"created": 5}
    assert "replace" not in plan.text
    assert same.changes == {"unchanged": 5}
    assert [each["sandboxName"] for each in flowservice_emulator.connections()] == ["dev"]
    assert [each["sandboxName"] for each in other.connections()] == ["stage"]
    assert "the connection is in the sandbox 'dev', but the configured default is now 'stage'" in moved.text
    assert "emulator-secret" not in state
    assert SECRET not in state


def test_the_plugin_says_no_secret(stack: Stack, flowservice_emulator: Emulator) -> None:
    """Not in the state, the plan or what the plugin answers, at the engine's most verbose; a secret server neither."""
    server = "canary-of-a-server.example.com"
    program = HEAD + account("ours", flowservice_emulator, "dev")
    program = program.replace("'redshift.example.com'", f"pulumi.Output.secret({server!r})").replace(
        '"redshift.example.com"', f"pulumi.Output.secret({server!r})"
    )
    stack.write(program)

    plan = stack.preview("--save-plan", "plan.json", "--diff").ok()
    made = stack.run("up", "--yes", "--skip-preview", "-v=9", "--logtostderr").ok()
    flowservice_emulator.settings(connection_test="fail")
    stack.write(program.replace(SECRET, SECRET + "-2"))
    refused = stack.up().failed()

    # The engine's own log shows what it sends; what the plugin answers comes back with its secrets marked.
    answers = [line for line in made.text.splitlines() if "success" in line and "ours" in line]
    texts = {
        "plan": plan.text + (stack.folder / "plan.json").read_text(),
        "answers": "\n".join(answers),
        "error": refused.text,
        "state": stack.export(),
    }
    assert "FS3008" in refused.text and "database 'dev'" in refused.text
    assert answers
    for secret in (SECRET, server, "emulator-secret"):
        assert [name for name, text in texts.items() if secret in text] == []


def test_secrets_from_variables_of_the_environment(
    stack: Stack, flowservice_emulator: Emulator, other: Emulator
) -> None:
    """Each account reads a variable of its own, each time anew, and no secret is in the state: `env_var_mappings`.

    Engines before 3.220 do not pass it on; the provider then says what is missing.
    """
    program = HEAD
    for name, emulator, organization in (("ours", flowservice_emulator, "EMULATOR@AdobeOrg"), ("theirs", other, OTHER)):
        variables = {f"{name.upper()}_{part}": f"FLOWSERVICE_CLIENT_{part}" for part in ("ID", "SECRET")}
        program += account(name, emulator, "dev", organization).replace(
            'client_id="emulator", client_secret="emulator-secret",',
            f"opts=pulumi.ResourceOptions(env_var_mappings={variables}),",
        )
        stack.environment |= dict(zip(variables, ("emulator", "emulator-secret"), strict=True))
    stack.write(program)

    if stack.engine != NEWEST:
        refused = stack.up().failed()
        assert "no credentials: set flowservice:clientId" in refused.text
        assert "The provider 'ours' takes its settings from the program or the environment" in refused.text
        assert "pulumi config set" not in refused.text
        return
    stack.up().ok()
    state = stack.export()
    stack.environment["THEIRS_SECRET"] = "canary-of-a-wrong-secret"
    refused = stack.refresh().failed()
    stack.environment["THEIRS_SECRET"] = "emulator-secret"
    stack.refresh("--expect-no-changes").ok()

    assert "FS2004" in refused.text
    assert "canary-of-a-wrong-secret" not in refused.text
    assert "emulator-secret" not in state


def test_credentials_that_are_new_in_the_stack(stack: Stack, flowservice_emulator: Emulator) -> None:
    """Where the program does not run, the engine gives the plugin the settings of the last `up`: docs/how-to/native.md.

    `--run-program` makes it take those of the stack.
    """
    flowservice_emulator.settings(other_clients=["before"])
    settings = {"endpoint": flowservice_emulator.url, "imsEndpoint": flowservice_emulator.url, "sandbox": "dev"}
    settings |= {"imsOrg": "EMULATOR@AdobeOrg", "clientId": "before"}
    stack.configure(
        {f"flowservice:{key}": value for key, value in settings.items()},
        secret={"flowservice:clientSecret": "before-secret"},
    )
    stack.write(
        HEAD + "RedshiftConnection('ours', server='redshift.example.com', database='dev', username='loader', "
        f"password={SECRET!r})"
    )
    stack.up().ok()
    flowservice_emulator.settings(other_clients=[])
    stack.configure({"flowservice:clientId": "emulator"}, secret={"flowservice:clientSecret": "emulator-secret"})

    refused = stack.refresh().failed()
    stack.refresh("--run-program", "--expect-no-changes").ok()

    assert "FS2004" in refused.text
