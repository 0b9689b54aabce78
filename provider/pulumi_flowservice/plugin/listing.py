"""What `pulumi do` and other tools list: the objects of a type that exist, whoever made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from ..errors import Code, SettingsError
from ..lifecycle.operation import Run
from ..lifecycle.properties import UNKNOWN
from ..lookups import connections, dataflows
from ..resources.connection.kind import Kind
from ..resources.types import TYPES, Declared

_SANDBOX = "Name of the sandbox. Default: the provider's setting `sandbox`."
_CONNECTION = {
    "name": "Only connections with this name.",
    "state": "Only connections with this state, such as `enabled`.",
    "sandbox": _SANDBOX,
}
_DATAFLOW = {"connection": "Only dataflows of the connection with this id.", "sandbox": _SANDBOX}
_RESOURCES = {each.native_type: each for each in TYPES.values()}


def list_inputs(resource: Declared) -> Mapping[str, str]:
    """Return the filters of a type with their descriptions; each is a string."""
    return _CONNECTION if isinstance(resource, Kind) else _DATAFLOW


def listed(run: Run, token: str, query: Mapping[str, Any], request: Any) -> Iterator[provider_pb2.ListResponse]:
    """Yield what exists, most recently changed first: ids that can be imported, and names. Raises: FlowServiceError."""
    if token not in _RESOURCES:
        raise SettingsError(f"the package has no resource {token!r}", code=Code.INPUTS)
    resource = _RESOURCES[token]
    if UNKNOWN in query.values():
        return iter([provider_pb2.ListResponse(computed=provider_pb2.ListResponse.Computed())])
    for name, value in query.items():
        if name not in list_inputs(resource):
            raise SettingsError(f"there is no filter with the name {name!r}", code=Code.INPUTS)
        if not isinstance(value, str):
            raise SettingsError(f"`{name}` must be a string", code=Code.INPUTS)
    return _page(_ids(run, resource, query), request)


def _ids(run: Run, resource: Declared, query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return id and name of each; with the sandbox in front, as in an import, where it is not the default one."""
    sandbox = query.get("sandbox")
    before = f"{sandbox}/" if sandbox else ""
    found: list[Any]
    if isinstance(resource, Kind):
        wanted = {name: value for name, value in query.items() if name != "sandbox"}
        found = connections.list_connections(run, resource, sandbox, wanted)
    else:
        found = dataflows.list_dataflows(run, query.get("connection"), sandbox)
    return [(f"{before}{each.id}", each.name) for each in found]


def _page(found: list[tuple[str, str]], request: Any) -> Iterator[provider_pb2.ListResponse]:
    """Yield one page; its mark is how many came before it."""
    start = int(request.continuation_token or 0)
    end = min(request.limit, len(found)) if request.limit > 0 else len(found)
    stop = min(end, start + request.page_size) if request.page_size > 0 else end
    for id_, name in found[start:stop]:
        yield provider_pb2.ListResponse(result=provider_pb2.ListResponse.Result(id=id_, name=name))
    if stop < end:
        mark = provider_pb2.ListResponse.Continuation(continuation_token=str(stop))
        yield provider_pb2.ListResponse(continuation=mark)
