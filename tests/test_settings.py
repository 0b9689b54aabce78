"""Configuration: layers, defaults, and every problem in one go without a value in it."""

from __future__ import annotations

import pytest
from pulumi_flowservice.errors import SettingsError
from pulumi_flowservice.settings import SETTINGS, Settings, load, misspelt, variable
from pulumi_flowservice.settings.problems import require_usable

CANARY = "canary-value"
PAIR = {"clientId": "a", "clientSecret": "b"}


def loaded(stack: dict[str, str] | None = None, **environment: str) -> Settings:
    """Settings from a stack's configuration and an environment, keys and variables without their prefixes."""
    config = {f"flowservice:{key}": value for key, value in (stack or {}).items()}
    return load(config.get, {f"FLOWSERVICE_{name}": value for name, value in environment.items()})


def problems(settings: Settings) -> str:
    """What keeps these settings from being used."""
    with pytest.raises(SettingsError) as raised:
        require_usable(settings)
    return str(raised.value)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("endpoint", "FLOWSERVICE_ENDPOINT"),
        ("imsEndpoint", "FLOWSERVICE_IMS_ENDPOINT"),
        ("clientId", "FLOWSERVICE_CLIENT_ID"),
        ("clientSecret", "FLOWSERVICE_CLIENT_SECRET"),
        ("scopes", "FLOWSERVICE_SCOPES"),
        ("accessToken", "FLOWSERVICE_ACCESS_TOKEN"),
        ("apiKey", "FLOWSERVICE_API_KEY"),
        ("imsOrg", "FLOWSERVICE_IMS_ORG"),
        ("sandbox", "FLOWSERVICE_SANDBOX"),
        ("connectionTest", "FLOWSERVICE_CONNECTION_TEST"),
        ("requestTimeout", "FLOWSERVICE_REQUEST_TIMEOUT"),
        ("operationTimeout", "FLOWSERVICE_OPERATION_TIMEOUT"),
        ("requestsPerSecond", "FLOWSERVICE_REQUESTS_PER_SECOND"),
        ("bulkRefresh", "FLOWSERVICE_BULK_REFRESH"),
        ("debug", "FLOWSERVICE_DEBUG"),
        ("plainHttpHost", "FLOWSERVICE_PLAIN_HTTP_HOST"),
    ],
)
def test_every_setting_has_its_variable(key: str, name: str) -> None:
    """These names are public."""
    assert variable(key) == name
    assert key in SETTINGS


def test_the_stack_takes_precedence_over_the_environment_over_the_default() -> None:
    """And where each came from is known."""
    settings = loaded({"sandbox": "stage"}, SANDBOX="dev", IMS_ORG="x@AdobeOrg")

    assert (settings.sandbox, settings.ims_org, settings.request_timeout) == ("stage", "x@AdobeOrg", 75.0)
    assert settings.origins == {"sandbox": "stack config", "ims_org": "environment"}


def test_an_empty_value_is_no_value() -> None:
    """CI systems set variables of missing secrets to nothing."""
    assert loaded({"sandbox": ""}, SANDBOX="").sandbox is None


def test_credentials_come_from_one_layer() -> None:
    """Half of each would be a mixture that nobody meant."""
    settings = loaded({"clientId": "of-the-stack"}, CLIENT_ID="x", CLIENT_SECRET="y", IMS_ORG="x@AdobeOrg")

    assert settings.client_secret is None
    assert "flowservice:clientId is set, but flowservice:clientSecret is not (the environment is not read" in problems(
        settings
    )


def test_half_of_the_environment_s_credentials() -> None:
    """The text has the names of the layer that has the other half."""
    assert "FLOWSERVICE_CLIENT_ID is set, but FLOWSERVICE_CLIENT_SECRET is not" in problems(loaded({}, CLIENT_ID="x"))
    assert "are set in the environment" in problems(loaded({}, ACCESS_TOKEN="t", CLIENT_SECRET="y"))


@pytest.mark.parametrize(
    ("stack", "environment", "missing"),
    [
        ({}, {}, ["clientId CLIENT_ID", "clientSecret", "imsOrg ID@AdobeOrg", "sandbox NAME"]),
        ({"clientId": "a", "sandbox": "dev"}, {}, ["clientSecret", "imsOrg ID@AdobeOrg"]),
        ({"accessToken": "t", "sandbox": "dev"}, {}, ["apiKey API_KEY", "imsOrg ID@AdobeOrg"]),
        # A part of the credentials in the stack would hide the other in the environment.
        ({}, {"CLIENT_ID": "a", "SANDBOX": "dev"}, ["imsOrg ID@AdobeOrg"]),
        ({**PAIR, "endpoint": "x", "imsOrg": "x@AdobeOrg", "sandbox": "dev"}, {}, []),
    ],
)
def test_each_missing_setting_has_its_command(
    stack: dict[str, str], environment: dict[str, str], missing: list[str]
) -> None:
    """All of them at once, on lines of their own to be copied; Pulumi asks for the value of a secret."""
    lines = problems(loaded(stack, **environment)).split("\n")[1:]

    assert [line.replace("--secret ", "") for line in lines] == [
        f"  pulumi config set flowservice:{m}" for m in missing
    ]
    assert ["--secret" in line for line in lines] == [each == "clientSecret" for each in missing]


def test_a_stack_s_token_takes_precedence_over_the_environment_s_credentials() -> None:
    """The other layer's credentials are as if they were not there."""
    settings = loaded({"accessToken": "t", "apiKey": "k"}, CLIENT_ID="x", CLIENT_SECRET="y", IMS_ORG="x@AdobeOrg")

    require_usable(settings)

    assert (settings.access_token, settings.client_id, settings.client) == ("t", None, "k")


@pytest.mark.parametrize(
    ("stack", "words"),
    [
        ({}, "no credentials"),
        ({"clientSecret": "b"}, "flowservice:clientSecret is set, but flowservice:clientId is not"),
        ({**PAIR, "accessToken": "t"}, "both an access token and a client secret"),
        ({"accessToken": "t"}, "needs flowservice:apiKey"),
        (PAIR, "no organization"),
        ({**PAIR, "endpoint": "platform.adobe.io"}, "flowservice:endpoint (FLOWSERVICE_ENDPOINT) is not a valid URL"),
        ({**PAIR, "endpoint": "ftp://platform.adobe.io"}, "is not a valid URL"),
        ({**PAIR, "endpoint": "https://"}, "is not a valid URL"),
        ({**PAIR, "endpoint": "https://host:99999"}, "is not a valid URL"),
        ({**PAIR, "endpoint": "https://host:0"}, "is not a valid URL"),
        ({**PAIR, "endpoint": "https://user:pw@host"}, "is not a valid URL"),
        ({**PAIR, "endpoint": "https://:pw@host"}, "is not a valid URL"),
        ({**PAIR, "endpoint": "https://host/?x=1"}, "is not a valid URL"),
        ({**PAIR, "endpoint": "https://[::1"}, "is not a valid URL"),
        (
            {**PAIR, "imsEndpoint": "http://ims.example.com"},
            "flowservice:imsEndpoint (FLOWSERVICE_IMS_ENDPOINT) uses http",
        ),
        (
            {**PAIR, "plainHttpHost": "other.example.com", "endpoint": "http://host.example.com"},
            "uses http without TLS",
        ),
        ({**PAIR, "endpoint": "http://127.0.0.1.example.com"}, "uses http without TLS"),
        # The client secret of an emulator would go to Adobe.
        ({**PAIR, "endpoint": "http://127.0.0.1:8080"}, "is this machine, but flowservice:imsEndpoint is not set"),
        ({**PAIR, "endpoint": "http://128.0.0.1"}, "uses http without TLS"),
        ({**PAIR, "endpoint": "http://localhost.example.com"}, "uses http without TLS"),
    ],
)
def test_what_keeps_a_request_from_being_made(stack: dict[str, str], words: str) -> None:
    """The text names setting and variable."""
    assert words in problems(loaded(stack))


@pytest.mark.parametrize(
    "stack",
    [
        {"endpoint": "http://127.0.0.1:8080", "imsEndpoint": "http://localhost:1"},
        {"endpoint": "http://[::1]:8080/", "imsEndpoint": "http://127.3.2.1"},
        {"endpoint": "http://LOCALHOST:8080", "imsEndpoint": "https://ims-na1.adobelogin.com"},
        {"endpoint": "http://Flow.example.com", "plainHttpHost": "flow.EXAMPLE.com"},
        {"endpoint": "http://flow.example.com", "plainHttpHost": "flow.example.com"},
        {"endpoint": "https://gateway.example.com/adobe/"},
    ],
)
def test_endpoints_that_are_fine(stack: dict[str, str]) -> None:
    """Plain http to this machine, or to a host that was named; a path in front."""
    settings = loaded({**PAIR, "imsOrg": "x@AdobeOrg", **stack})

    require_usable(settings)

    assert not settings.endpoint.endswith("/")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *((key, f"{CANARY}\n") for key in ("clientSecret", "accessToken", "imsOrg", "sandbox", "endpoint", "scopes")),
        *((key, f"{CANARY}—") for key in ("accessToken", "apiKey", "clientId", "imsOrg", "sandbox")),
        *((key, f"{CANARY}\r\nX-Evil: 1") for key in ("accessToken", "apiKey", "sandbox")),
        *((key, CANARY) for key in ("requestTimeout", "operationTimeout", "requestsPerSecond", "debug", "bulkRefresh")),
        *(
            (key, value)
            for key in ("requestTimeout", "requestsPerSecond")
            for value in ("0", "-1", "nan", "inf", "1e9")
        ),
        ("connectionTest", CANARY),
    ],
)
def test_a_bad_value_is_a_problem_that_does_not_echo_it(key: str, value: str) -> None:
    """Loading never raises: a preview that needs no request must work."""
    settings = loaded({key: value})

    assert len(settings.problems) == 1
    assert f"flowservice:{key} ({variable(key)})" in settings.problems[0]
    assert CANARY not in settings.problems[0]
    assert CANARY not in problems(settings)


def test_all_problems_are_told_at_once() -> None:
    """One run, one list."""
    text = problems(loaded({"endpoint": "x", "imsEndpoint": "y", "debug": "z", "clientId": "a"}))

    for words in ("flowservice:endpoint", "flowservice:imsEndpoint", "flowservice:debug", "clientSecret", "imsOrg"):
        assert words in text


def test_settings_print_no_secret() -> None:
    """Not by `str`, `repr` or a format."""
    settings = loaded({"clientId": "a", "clientSecret": CANARY, "accessToken": CANARY})

    assert CANARY not in f"{settings} {settings!r} {settings.origins}"


def test_a_misspelt_setting_is_found() -> None:
    """It would have no effect, and nobody would notice."""
    environ = {"FLOWSERVICE_SANBOX": "x", "FLOWSERVICE_SANDBOX": "x", "PATH": "x"}

    assert misspelt(["flowservice:sandbx", "flowservice:sandbox", "other:key"], environ) == [
        "FLOWSERVICE_SANBOX",
        "flowservice:sandbx",
    ]
