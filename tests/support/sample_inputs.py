"""One set of inputs for each kind of connection and each way to authenticate; all secrets begin with `canary`.

Secrets that have a form of their own hold that word in it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from _pytest.mark import ParameterSet
from pulumi_flowservice.lifecycle.properties import Properties
from pulumi_flowservice.resources.connection.authentication import Authentication, Param
from pulumi_flowservice.resources.connection.kind import Kind
from pulumi_flowservice.resources.connection.kinds import KINDS
from pulumi_flowservice.resources.values import flag, host, host_alone, key_file, port, private_key


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


_BODY = _base64("canary: what an encoded private key holds, long enough for several lines")
PEM = f"-----BEGIN PRIVATE KEY-----\n{_BODY[:64]}\n{_BODY[64:]}\n-----END PRIVATE KEY-----\n"
KEY_FILE = json.dumps({"type": "service_account", "private_key": PEM}, indent=2) + "\n"
_LOGIN = {"database": "dev", "username": "loader", "password": "canary-password"}
_SERVER = {"server": "db.example.com", **_LOGIN}
_STRING = {"connectionString": "Server=db.example.com;Database=dev;Port=1433;UID=loader;Password=canary-password;"}


@dataclass(frozen=True)
class Sample:
    """Inputs that choose one way to authenticate; `sent` is what the API gets in another form than it is given."""

    kind: Kind
    way: Authentication
    given: Properties
    sent: Properties = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its name among the tests."""
        return f"{self.kind.name} {self.way.spec_name}"

    def is_in(self, text: str) -> bool:
        """Whether any secret, as it is given or as it is sent, is in a text."""
        values = [str(each[param.name]) for each in (self.given, self.sent) for param in self.secret]
        return "canary" in text or any(value in text for value in values)

    @property
    def visible(self) -> list[Param]:
        """The params that the API shows again."""
        return [param for param in self.way.params if not param.is_secret]

    @property
    def secret(self) -> list[Param]:
        """The params that it does not show."""
        return [param for param in self.way.params if param.is_secret]


def other(param: Param) -> object:
    """Another value of a param, in the form that the state keeps."""
    forms: dict[object, object] = {
        port: 1234,
        flag: False,
        host: "other.example.com",
        host_alone: "other.example.com",
        private_key: _base64("canary: another private key"),
        key_file: _base64('{"canary": "another key file"}'),
    }
    return forms.get(param.type.parse, f"canary-other {param.name}" if param.is_secret else f"other {param.name}")


def _samples() -> Iterator[Sample]:
    basic = {**_SERVER, "port": 5432}
    yield _sample("redshift", "Basic Authentication", {**basic, "schema": "sales"}, port="5432")
    for kind in ("postgresql", "mysql"):
        yield _sample(kind, "Basic Authentication", {**basic, "sslMode": "Verify-Full"}, port="5432")
    yield _sample("mariadb", "Basic Authentication", {**_SERVER, "sslMode": "false"})
    yield _sample("oracle", "Basic Authentication", {**basic, "schema": "s", "sslMode": "true"}, port="5432")
    for kind in ("postgresql", "sqlserver", "mysql", "mariadb", "synapse"):
        yield _sample(kind, "Connection String Based Authentication", _STRING)
    for kind in ("oracle", "teradata"):
        yield _sample(kind, "ConnectionString", _STRING)
    principal = {"tenant": "t", "servicePrincipalId": "app-7", "servicePrincipalKey": "canary-principal"}
    place = {"server": "db.example.com", "database": "dev"}
    yield _sample("synapse", "Service Principal Key Based Authentication", {**place, **principal})
    yield from _snowflake()
    large = {"largeResultsDataSetId": "large"}
    account = {"projectId": "p-1", "keyFileContent": KEY_FILE, "datasetId": "d", **large}
    yield _sample("bigquery", "Service Authentication", account, keyFileContent=_base64(KEY_FILE.strip()))
    client = {"project": "p-1", "clientId": "c", "clientSecret": "canary-client", "refreshToken": "canary-refresh"}
    yield _sample("bigquery", "Basic Authentication", {**client, **large})


def _snowflake() -> Iterator[Sample]:
    place = {"database": "dev", "username": "loader", "warehouse": "wh"}
    keys = {"account": "acme-snowflake123", "privateKey": PEM, "privateKeyPassphrase": "canary-passphrase"}
    yield _sample("snowflake", "KeyPair Authentication", {**place, **keys}, privateKey=_base64(_BODY))
    basic = {"host": "acme.example.com", "port": 443, "schema": "s", "password": "canary-password"}
    yield _sample("snowflake", "Basic Authentication", {**place, **basic}, port="443")
    yield _sample("snowflake", "ConnectionString", {**_STRING, "usePrivateLink": True})


def _sample(kind_name: str, spec_name: str, given: Properties, **sent: object) -> Sample:
    kind = KINDS[kind_name]
    [way] = [each for each in kind.authentications if each.spec_name == spec_name]
    return Sample(kind, way, given, {**given, **sent})


ALL = tuple(_samples())
SAMPLES = [pytest.param(each, id=each.id) for each in ALL]


def params(*, is_secret: bool, is_required: tuple[bool, ...] = (True, False)) -> list[ParameterSet]:
    """Every such param of every sample, for a test by `sample` and `param`."""
    return [
        pytest.param(each, param, id=f"{each.id} {param.name}")
        for each in ALL
        for param in each.way.params
        if param.is_secret == is_secret and param.is_required in is_required
    ]
