"""The same connections by a provider written as Pulumi's guide to dynamic providers shows it.

The class stands in the program, is configured by `configure`, and makes one `requests` call per method.
"""

from __future__ import annotations

from typing import Any

import pulumi
import requests
from pulumi.dynamic import ConfigureRequest, CreateResult, ReadResult, Resource, ResourceProvider, UpdateResult

REDSHIFT = "3416976c-a9ca-4bba-901a-1f08f66978ff"
PARAMS = ("server", "port", "database", "username", "password")


class ConnectionProvider(ResourceProvider):  # type: ignore[misc, unused-ignore]
    def configure(self, req: ConfigureRequest) -> None:
        settings = {key: req.config.require(f"flowservice:{key}") for key in ("endpoint", "clientId", "clientSecret")}
        form = {
            "grant_type": "client_credentials",
            "client_id": settings["clientId"],
            "client_secret": settings["clientSecret"],
            "scope": "openid,session,AdobeID,read_organizations,additional_info.projectedProductContext",
        }
        answer = requests.post(f"{settings['endpoint']}/ims/token/v3", data=form, timeout=75)
        answer.raise_for_status()
        self.url = f"{settings['endpoint']}/data/foundation/flowservice/connections"
        self.headers = {
            "Authorization": f"Bearer {answer.json()['access_token']}",
            "x-api-key": settings["clientId"],
            "x-gw-ims-org-id": req.config.require("flowservice:imsOrg"),
            "x-sandbox-name": req.config.require("flowservice:sandbox"),
        }

    def create(self, props: dict[str, Any]) -> CreateResult:
        params = {name: str(props[name]) for name in PARAMS}
        params["port"] = str(int(props["port"]))
        body = {
            "name": props["name"],
            "auth": {"specName": "Basic Authentication", "params": params},
            "connectionSpec": {"id": REDSHIFT, "version": "1.0"},
        }
        answer = requests.post(self.url, json=body, headers=self.headers, timeout=75)
        answer.raise_for_status()
        made = answer.json()
        return CreateResult(made["id"], {**props, "etag": made["etag"]})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        answer = requests.get(f"{self.url}/{id_}", headers=self.headers, timeout=75)
        answer.raise_for_status()
        [found] = answer.json()["items"]
        shown = {**found["auth"]["params"], "name": found["name"], "etag": found["etag"], "port": props["port"]}
        return ReadResult(id_, {**props, **shown})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        patch = [{"op": "replace", "path": "/name", "value": _news["name"]}]
        headers = {**self.headers, "If-Match": _olds["etag"]}
        answer = requests.patch(f"{self.url}/{_id}", json=patch, headers=headers, timeout=75)
        answer.raise_for_status()
        return UpdateResult({**_news, "etag": answer.json()["etag"]})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        requests.delete(f"{self.url}/{_id}", headers=self.headers, timeout=75).raise_for_status()


class Connection(Resource):
    def __init__(self, resource_name: str, props: dict[str, Any]) -> None:
        super().__init__(ConnectionProvider(), resource_name, {**props, "etag": None})


for number in range(pulumi.Config().require_int("count")):
    Connection(
        f"warehouse-{number}",
        {
            "name": f"warehouse-{number}",
            "server": "redshift.example.com",
            "port": 5439,
            "database": "dev",
            "username": "loader",
            "password": pulumi.Output.secret("correct-horse"),
        },
    )
