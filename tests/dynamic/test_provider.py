"""The Pulumi adapter, without the engine: what it pickles, names and hides."""

from __future__ import annotations

import logging

import pytest
from flowservice_emulator.server import Emulator
from pulumi import dynamic
from pulumi.dynamic.config import Config
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import Unknown
from pulumi.runtime import rpc
from pulumi_flowservice import RedshiftConnection
from pulumi_flowservice.dynamic import PROVIDERS
from pulumi_flowservice.dynamic.provider import FlowServiceProvider
from pulumi_flowservice.errors import FlowServiceError
from pulumi_flowservice.redaction import PROCESS
from pulumi_flowservice.redaction.log import LEFT_OUT

INPUTS = {"server": "db.example.com", "database": "dev", "username": "loader", "password": "hunter22", "sandbox": "dev"}


def _provider(**config: str) -> FlowServiceProvider:
    provider = PROVIDERS["RedshiftConnection"]()
    raw = {f"flowservice:{key}": value for key, value in config.items()}
    provider.configure(dynamic.ConfigureRequest(Config(raw_config=raw, project_name="project")))
    return provider


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep out the settings of whoever runs the tests."""
    for variable in ("SANDBOX", "IMS_ORG", "CLIENT_ID", "CLIENT_SECRET", "ACCESS_TOKEN", "DEBUG", "CONNECTION_TEST"):
        monkeypatch.delenv(f"FLOWSERVICE_{variable}", raising=False)


def test_the_state_holds_a_reference_to_the_provider() -> None:
    """The persisted form is a constant: changing it would break users' stacks."""
    pickled = serialize_provider(PROVIDERS["RedshiftConnection"]())

    assert pickled == (
        "gASVQAAAAAAAAACMGnB1bHVtaV9mbG93c2VydmljZS5keW5hbWljlIwaUmVkc2hpZnRDb25uZWN0aW9uUHJvdmlkZXKUk5QpgZQu"
    )


def test_configuring_leaves_nothing_on_the_instance() -> None:
    """An attribute of the instance would travel into every resource's state, a token too."""
    provider = _provider(clientSecret="emulator-secret", sandbox="dev")

    assert vars(provider) == {}
    assert "emulator-secret" not in serialize_provider(provider)


def test_the_type_token_is_the_one_in_users_states() -> None:
    """The token is part of the public interface."""
    assert RedshiftConnection._resource_type_name == "dynamic/flowservice:RedshiftConnection"


@pytest.mark.parametrize(
    ("wire", "python"), [("imsOrg", "ims_org"), ("connectionTest", "connection_test"), ("id", "id")]
)
def test_names_translate_both_ways(wire: str, python: str) -> None:
    """Attributes are snake_case, the state's names are not, and `__provider` stays as it is."""
    connection = RedshiftConnection.__new__(RedshiftConnection)

    assert connection.translate_output_property(wire) == python
    assert connection.translate_input_property(python) == wire
    assert connection.translate_input_property("__provider") == "__provider"


def test_an_unknown_input_passes_check() -> None:
    """A preview knows no server yet; that is no problem, and stays unknown for the engine."""
    unknown = Unknown()  # type: ignore[no-untyped-call]
    result = _provider().check({}, {**INPUTS, "server": unknown, "autoName": "orders-1234567"})

    assert [failure.reason for failure in result.failures] == []
    assert result.inputs["server"] == rpc.UNKNOWN
    assert result.inputs["name"] == "orders-1234567"
    assert "autoName" not in result.inputs


def test_failures_name_no_property_and_show_no_value() -> None:
    """The engine prints the value of a property that a failure names."""
    result = _provider().check({}, {**INPUTS, "server": "jdbc:redshift://u:hunter22@db.example.com", "port": "x"})

    assert {failure.property for failure in result.failures} == {""}
    assert len(result.failures) == 2
    assert "hunter22" not in "".join(failure.reason for failure in result.failures)


def test_numbers_of_the_engine_are_integers_again() -> None:
    """The engine sends 5439 as 5439.0, which is no port."""
    result = _provider().check({}, {**INPUTS, "port": 5439.0, "credentialsVersion": 2.0})

    assert result.inputs["port"] == 5439
    assert result.inputs["credentialsVersion"] == 2
    assert isinstance(result.inputs["port"], int)


def test_an_unexpected_error_hides_its_text() -> None:
    """A bug's own text may hold a request's values, so only its kind and place are told."""
    broken = {**INPUTS, "name": "orders", "imsOrg": "EMULATOR@AdobeOrg"}

    class Explosive(str):
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            raise ValueError("hunter22")

    with pytest.raises(Exception, match=r"unexpected ValueError in __eq__") as caught:
        _provider(imsOrg="EMULATOR@AdobeOrg").diff("id", {**broken, "name": Explosive("x")}, broken)

    assert "hunter22" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_what_the_terminal_shows_is_fit_for_it(
    flowservice_emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server's words in errors and warnings cannot steer the terminal, nor show a secret."""
    secret, harmless = "canary-in-our-own-text", "\x1b[2JAnn\n::stop-commands::x\u202e"
    url, connection = (
        flowservice_emulator.url,
        {**INPUTS, "name": "orders", "connectionTest": "off", "password": secret},
    )
    provider = _provider(
        endpoint=url,
        imsEndpoint=url,
        clientId="emulator",
        clientSecret="emulator-secret",
        imsOrg="EMULATOR@AdobeOrg",
    )
    made = provider.create(connection)
    state = dict(made.outs or {})
    for by, told in (
        (secret, "somebody whose name is not shown"),
        (harmless, r"\x1b[2JAnn\n::stop-commands::x\u202e"),
    ):
        flowservice_emulator.change_connection(made.id, by=by, params={"server": f"{len(by)}.own"})

        provider.read(made.id, state)
        with pytest.raises(FlowServiceError) as caught:
            provider.update(made.id, state, {**connection, "server": "ours.example.com"})

        warned = capsys.readouterr().err
        assert "canary" not in f"{caught.value} {caught.value!r} {warned}"
        assert f"changed by {told} at 2" in str(caught.value) and f"by {told} at 2" in warned
        assert str(caught.value).isprintable() and warned.rstrip("\n").isprintable()


def test_debugging_shows_the_traceback_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    """What was hidden comes back: where the error came from, without the secret in its text."""
    PROCESS.learn("canary-in-a-traceback")
    broken = {**INPUTS, "name": "orders", "imsOrg": "EMULATOR@AdobeOrg"}

    class Explosive(str):
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            raise ValueError("canary-in-a-traceback")

    provider = _provider(imsOrg="EMULATOR@AdobeOrg", debug="true")
    try:
        with pytest.raises(FlowServiceError, match="unexpected ValueError"):
            provider.diff("id", {**broken, "name": Explosive("x")}, broken)
    finally:
        logging.getLogger("pulumi_flowservice").handlers.clear()
        logging.getLogger("pulumi_flowservice").setLevel(logging.NOTSET)

    shown = capsys.readouterr().err
    assert "Traceback" in shown and f"ValueError: {LEFT_OUT}" in shown
    assert "canary" not in shown
