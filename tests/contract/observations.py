"""How to see which reading of the documents a service follows: one observation for each choice of the emulator.

Each returns the option that it sees, or None where it sees something that no document has.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flowservice_emulator.choices import Option
from flowservice_emulator.json_values import Json

from tests.contract import dataflow_observations
from tests.contract.api import REDSHIFT, Answer, FlowServiceApi, NotTriedError, is_gone
from tests.contract.dataflows import Dataflows

Observation = Callable[[FlowServiceApi], Option | None]
_SHOWN = {
    *("id", "name", "description", "auth", "connectionSpec", "providerId", "state", "etag", "version", "_links"),
    *("createdAt", "createdBy", "createdClient", "updatedAt", "updatedBy", "updatedClient"),
    *("sandboxId", "sandboxName", "imsOrgId"),
}
_NEW_NAME = {"op": "replace", "path": "/name"}


def _coded(api: FlowServiceApi) -> Json:
    """Return an error body with one of Flow Service's codes."""
    answer = api.list("/connections", testParam="1")
    if "FLOW-" not in answer.text:
        raise NotTriedError("an unknown query parameter is not refused with a code")
    return dict(answer.json)


def _code(answer: Answer, *options: str) -> str | None:
    """Return the first option that an answer names as its code, in whichever envelope."""
    return next((option for option in options if option in answer.text), None)


def _rename(api: FlowServiceApi, connection_id: str, etag: str, name: str = "") -> Answer:
    return api.patch(connection_id, etag, {**_NEW_NAME, "value": f"{api.prefix}{name}"})


# Reads alone.


def expires_in_unit(api: FlowServiceApi) -> Option | None:
    """A day in seconds has five digits."""
    return "ms" if api.request_token().json["expires_in"] > 1_000_000 else "s"


def gateway_codes(api: FlowServiceApi) -> Option | None:
    """The error of a wrong token comes from the gateway."""
    code = api.send("GET", "/connections", authorization="Bearer wrong").json["error_code"]
    return {str: "strings", int: "numbers"}.get(type(code))


def missing_organization(api: FlowServiceApi) -> Option | None:
    """By the service or by the gateway."""
    return _code(api.send("GET", "/connections", x_gw_ims_org_id=None), "2002-401", "400003")


def foreign_organization(api: FlowServiceApi) -> Option | None:
    """With an organization that no one has."""
    answer = api.send("GET", "/connections", x_gw_ims_org_id="000000000000000000000000@AdobeOrg")
    return _code(answer, "2000-401", "403025", "1009-403")


def missing_sandbox(api: FlowServiceApi) -> Option | None:
    """Refused, or resolved."""
    answer = api.send("GET", "/connections?limit=1", x_sandbox_name=None)
    return "prod" if answer.status == 200 else _code(answer, "2105-400", "2106-404")


def error_scheme(api: FlowServiceApi) -> Option | None:
    """As the `type` begins."""
    return str(_coded(api)["type"]).partition("://")[0]


def error_message(api: FlowServiceApi) -> Option | None:
    """Beside the report, or not."""
    return "errorMessage" in _coded(api)


def error_report(api: FlowServiceApi) -> Option | None:
    """Whatever else there is."""
    report = _coded(api).get("report") or {}
    return next((key for key in ("request-id", "tenantInfo") if key in report), None)


def request_id(api: FlowServiceApi) -> Option | None:
    """Ours, another one, or none."""
    back = api.send("GET", "/connections?limit=1", x_request_id="contract-suite").headers.get("x-request-id")
    return {"contract-suite": "echoed", None: "absent"}.get(back)


def spec_types(api: FlowServiceApi) -> Option | None:
    """Of Redshift's only way to authenticate."""
    return str(api.send("GET", f"/connectionSpecs/{REDSHIFT}").item["authSpec"][0]["type"])


def large_limit(api: FlowServiceApi) -> Option | None:
    """One more than the documented maximum."""
    answer = api.list("/connections", limit="101")
    return {200: "capped", 400: "refused"}.get(answer.status)


def default_page(api: FlowServiceApi) -> Option | None:
    """Only a sandbox with more than a hundred connections shows it."""
    page = api.list("/connections").json
    size = len(page["items"])
    if not page.get("_links", {}).get("next"):
        raise NotTriedError("the sandbox has too few connections")
    return size if size in (20, 100) else None


def links(api: FlowServiceApi) -> Option | None:
    """On a page that is the last, because it is empty."""
    return "always" if "_links" in api.list("/connections", f"name=={api.prefix}-nothing").json else "when needed"


def not_found(api: FlowServiceApi) -> Option | None:
    """With an id that nothing has."""
    answer = api.send("GET", f"/connections/{api.unknown_id()}")
    code = _code(answer, "1101-404", "1439-400", "1439-404")
    return code or ("404" if is_gone(answer) else None)


# Writes, to what they make.


def bad_spec(api: FlowServiceApi) -> Option | None:
    """In a create, which makes nothing."""
    body = {**api.body(), "connectionSpec": {"id": api.unknown_id(), "version": "1.0"}}
    answer = api.send("POST", "/connections", body)
    return _code(answer, "1413-400") or ("message" if set(answer.json) == {"message"} else None)


def missing_version(api: FlowServiceApi) -> Option | None:
    """Refused, or taken for the newest."""
    answer = api.send("POST", "/connections", {**api.body(), "connectionSpec": {"id": REDSHIFT}})
    return {422: "422", 201: "newest"}.get(answer.status)


def unknown_fields(api: FlowServiceApi) -> Option | None:
    """A field that no document has."""
    answer = api.send("POST", "/connections", {**api.body(), "fieldOfNobody": "x"})
    return {201: "dropped", 400: "refused"}.get(answer.status)


def location(api: FlowServiceApi) -> Option | None:
    """Of a new connection."""
    place = api.send("POST", "/connections", api.body()).headers.get("location", "")
    return "URL" if "://" in place else "path" if place.startswith("/") else None


def initializing_seconds(api: FlowServiceApi) -> Option | None:
    """At once after the create, whose answer has no etag then."""
    state = api.get(api.made("/connections", api.body()))["state"]
    return {"enabled": 0, "initializing": 0.3}.get(state)


def secrets(api: FlowServiceApi) -> Option | None:
    """By what is shown of a password that we know."""
    secret = "Contract-Suite-Password-1"
    shown = api.get(api.create(password=secret)[0])["auth"]["params"].get("password")
    if shown is None:
        return "omitted"
    # A mask repeats itself; what is encrypted does not.
    return "plain" if shown == secret else "masked" if len(set(shown)) < 4 or "{" in shown else "encrypted"


def times(api: FlowServiceApi) -> Option | None:
    """Three times in a row do not end in 000 by chance."""
    return "seconds" if not any(api.get(api.create()[0])["createdAt"] % 1000 for _ in range(3)) else "milliseconds"


def etags(api: FlowServiceApi) -> Option | None:
    """Two forms are seen in samples."""
    etag = api.create()[1].strip('"')
    if re.fullmatch(r"[0-9a-f]{8}-0000-\w{4}-0000-\w{12}", etag):
        return "Azure"
    return "AWS" if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", etag) else None


def author(api: FlowServiceApi) -> Option | None:
    """The client itself, or somebody who stands for it."""
    item = api.get(api.create()[0])
    return "client" if item["createdBy"] == item["createdClient"] else "technical account"


def extra_fields(api: FlowServiceApi) -> Option | None:
    """Beyond what the samples without a private link show."""
    return bool(api.get(api.create()[0]).keys() - _SHOWN)


def added_params(api: FlowServiceApi) -> Option | None:
    """Beyond what was sent."""
    sent = api.body()["auth"]["params"].keys()
    return bool(api.get(api.create()[0])["auth"]["params"].keys() - sent)


def refused_login(api: FlowServiceApi) -> Option | None:
    """At a server that nobody can reach."""
    answer = api.send("GET", f"/connections/{api.create(server='nowhere.invalid')[0]}/test")
    if answer.status == 200:
        return "false" if answer.json["result"] is False else None
    return _code(answer, "1308-400")


def ties(api: FlowServiceApi) -> Option | None:
    """Five connections of one name, in the order of their names; more while their ids happen to be in order too."""
    created = [api.create(" tie")[0] for _ in range(5)]
    while sorted(created) in (created, created[::-1]) and len(created) < 10:
        created.append(api.create(" tie")[0])
    found = [item["id"] for item in api.list("/connections", f"name=={api.prefix} tie", orderby="name").json["items"]]
    orders = {"newest first": created[::-1], "oldest first": created, "by id": sorted(created)}
    return next((name for name, order in orders.items() if order == found), None)


def stale_etag(api: FlowServiceApi) -> Option | None:
    """After a change by ourselves."""
    connection_id, etag = api.create()
    _rename(api, connection_id, etag, " renamed")
    answer = _rename(api, connection_id, etag)
    return _code(answer, "1404-412") or ("legacy" if answer.status == 412 else None)


def unquoted_etag(api: FlowServiceApi) -> Option | None:
    """The right one, without the quotes."""
    connection_id, etag = api.create()
    return {200: "accepted", 412: "refused"}.get(_rename(api, connection_id, etag.strip('"'), " renamed").status)


def idle_patch(api: FlowServiceApi) -> Option | None:
    """A name that it has already."""
    connection_id, etag = api.create()
    answer = _rename(api, connection_id, etag)
    return None if answer.status != 200 else "same etag" if answer.json["etag"] == etag else "new etag"


def patch_body(api: FlowServiceApi) -> Option | None:
    """As the API description shows it: one object, in upper case."""
    connection_id, etag = api.create()
    operation = {"op": "REPLACE", "path": "/name", "value": f"{api.prefix} renamed"}
    answer = api.send("PATCH", f"/connections/{connection_id}", operation, if_match=etag)
    return {200: "object too", 400: "array"}.get(answer.status)


def single_params(api: FlowServiceApi) -> Option | None:
    """One param alone."""
    connection_id, etag = api.create()
    operation = {"op": "replace", "path": "/auth/params/server", "value": "moved.example.com"}
    return {200: True, 400: False}.get(api.patch(connection_id, etag, operation).status)


def delete_status(api: FlowServiceApi) -> Option | None:
    """Of a connection that nothing uses."""
    status = api.send("DELETE", f"/connections/{api.create()[0]}", content_type=None).status
    return status if status in (204, 202) else None


def use(api: FlowServiceApi) -> Option | None:
    """By a source connection that no flow reads."""
    connection_id, _ = api.create(**(api.login or {}))
    Dataflows(api, connection_id).source()
    answer = api.send("DELETE", f"/connections/{connection_id}", content_type=None)
    return "flows" if answer.status in (202, 204) else "source connections too" if "1418-400" in answer.text else None


READING: dict[str, Observation] = {
    each.__name__: each
    for each in (
        *(expires_in_unit, gateway_codes, missing_organization, foreign_organization, missing_sandbox, error_scheme),
        *(error_message, error_report, request_id, spec_types, large_limit, default_page, links, not_found),
        *dataflow_observations.READING,
    )
}
WRITING: dict[str, Observation] = {
    each.__name__: each
    for each in (
        *(bad_spec, missing_version, unknown_fields, location, initializing_seconds, secrets, times, etags, author),
        *(extra_fields, added_params, refused_login, ties, stale_etag, unquoted_etag, idle_patch, patch_body),
        *(single_params, delete_status, use),
        *dataflow_observations.WRITING,
    )
}
