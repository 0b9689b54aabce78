"""Translate the calls of Pulumi's plugin protocol that are about resources into operations of the lifecycle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from ..api.clock import Clock
from ..engine.names import Urn, automatic_name
from ..errors import Code, SettingsError, during
from ..lifecycle.check import check_inputs, unknown_inputs
from ..lifecycle.create import create
from ..lifecycle.delete import delete
from ..lifecycle.diff import diff
from ..lifecycle.operation import Call, Operation, begin
from ..lifecycle.patches import sent_otherwise
from ..lifecycle.preconditions import warn_if_unusable
from ..lifecycle.properties import UNKNOWN, Properties
from ..lifecycle.read import read
from ..lifecycle.resource_type import ResourceType
from ..lifecycle.update import update
from ..resources import types
from .calls import Engine, call, recording
from .codec import decode, encode
from .package import PackageServicer, failure

TYPES: Mapping[str, ResourceType] = {each.native_type: each for each in types.TYPES.values()}
_Diff = provider_pb2.DiffResponse
_Property = provider_pb2.PropertyDiff


class Servicer(PackageServicer):
    """The plugin, for any type of resource. The engine calls it from many threads, after `Configure`.

    `types` are those that the package has, by the names that states use.
    """

    def __init__(
        self,
        engine: Engine,
        make_clock: Callable[[], Clock] = Clock.cancellable,
        types: Mapping[str, ResourceType] = TYPES,
    ) -> None:
        super().__init__(engine, make_clock)
        self._types = types

    @call
    def Check(self, request: provider_pb2.CheckRequest, _context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Return the normalized inputs, and all problems as failures."""
        olds, known = decode(request.olds)
        resource = self._resource(request)
        news, secrets = _decoded(resource, request.news)
        # What the program leaves out now may stay as it was, such as the name.
        secrets |= known - {*news}
        problems = unknown_inputs(resource, news)
        if not olds and "name" not in news and "adopt" not in news:
            news["autoName"] = _automatic_name(request)
        inputs, more = check_inputs(resource, olds, news, self._run.settings, secrets)
        problems += more
        if "name" not in inputs and not olds and "adopt" not in inputs:
            problems.append("`name` is missing, because the stack's `pulumi:autonaming` is disabled")
        with during(f"checking resource {Urn.parse(request.urn).name!r}"):
            self._run.registry.checked(request.urn, inputs, resource.noun, is_new=not olds)
        failures = [failure(Code.INPUTS, problem) for problem in problems]
        return provider_pb2.CheckResponse(inputs=encode(inputs, secrets), failures=failures)

    @call
    def Diff(self, request: provider_pb2.DiffRequest, _context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Return what would change, by property."""
        (olds, secrets), (news, more) = decode(request.olds), decode(request.news)
        # A refresh asks for what is in the state, by its old name, and not for what the program has.
        owner = request.urn if self._run.registry.is_in_program(request.urn) else ""
        asked = Call(self._engine.warner(request.urn), owner, secrets | more)
        found = diff(self._run, self._resource(request), asked, request.id, olds, news)
        detailed = {name: _Property(kind=_change(name, olds, news, found.replaces)) for name in found.properties}
        return _Diff(
            changes=_Diff.DIFF_SOME if found.changes else _Diff.DIFF_NONE,
            replaces=found.replaces,
            diffs=found.properties,
            detailedDiff=detailed,
            hasDetailedDiff=bool(detailed) or not found.changes,
            deleteBeforeReplace=self._resource(request).is_deleted_first,
        )

    @call
    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Create or adopt the object; in a preview, return what is known of it."""
        resource = self._resource(request)
        inputs, secrets = _decoded(resource, request.properties)
        if request.preview:
            # Newer engines call this, and no check, for what they skip in a run because something else has failed.
            self._run.registry.checked(request.urn, inputs, resource.noun, is_new=True)
            warn_if_unusable(self._run)
            made = () if "adopt" in inputs else resource.recorded
            computed: Properties = dict.fromkeys(("etag", "state", *made), UNKNOWN)
            computed["imsOrg"] = self._run.settings.ims_org or UNKNOWN
            return provider_pb2.CreateResponse(properties=encode({**inputs, **computed}, secrets))
        with recording(context, secrets), self._begin(request, secrets, "creating", inputs) as operation:
            id_, outputs = create(operation, inputs)
        return provider_pb2.CreateResponse(id=id_, properties=encode(outputs, secrets))

    @call
    def Read(self, request: provider_pb2.ReadRequest, _context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """Return the properties that the server has; without properties in the request, import `[SANDBOX/]ID`."""
        state, secrets = _decoded(self._resource(request), request.properties)
        inputs, more = decode(request.inputs)
        secrets, id_ = secrets | more, request.id
        properties = {**inputs, **state}
        if not state:
            where, _, id_ = request.id.rpartition("/")
            properties = {**inputs, **({"sandbox": where} if where else {})}
        properties["sandbox"] = properties.get("sandbox") or self._run.settings.sandbox
        with self._begin(request, secrets, "reading", properties, id_) as operation:
            # An import may replace another resource, or the same one under another spelling of the id.
            if request.properties.fields:
                found = read(operation, id_, properties)
            else:
                with operation.registry.import_of(id_, request.urn, operation.resource.noun):
                    found = read(operation, id_, properties)
        if found is None:
            return provider_pb2.ReadResponse()
        outputs, inputs = found
        return provider_pb2.ReadResponse(id=id_, properties=encode(outputs, secrets), inputs=encode(inputs, secrets))

    @call
    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Change the object in place; in a preview, return what is known of it."""
        olds, known = decode(request.olds)
        resource = self._resource(request)
        news, secrets = _decoded(resource, request.news)
        if request.preview:
            warn_if_unusable(self._run)
            names = ("name", "imsOrg", "state", *resource.fixed, *resource.recorded)
            kept: Properties = {name: olds[name] for name in names if name in olds}
            if sent_otherwise(resource, olds, news):
                # Such as a request that enables the object.
                kept["state"] = UNKNOWN
            return provider_pb2.UpdateResponse(properties=encode({**kept, **news, "etag": UNKNOWN}, secrets))
        every = secrets | known
        with (
            recording(context, every),
            self._begin(request, every, "updating", olds, request.id, news) as operation,
        ):
            outputs = update(operation, request.id, olds, news)
        return provider_pb2.UpdateResponse(properties=encode(outputs, secrets))

    @call
    def Delete(self, request: provider_pb2.DeleteRequest, _context: grpc.ServicerContext) -> empty_pb2.Empty:
        olds, secrets = decode(request.properties)
        with self._begin(request, secrets, "deleting", olds, request.id) as operation:
            delete(operation, request.id, olds)
        return empty_pb2.Empty()

    def _begin(
        self,
        request: Any,
        secrets: frozenset[str],
        verb: str,
        properties: Properties,
        id_: str = "",
        news: Properties | None = None,
    ) -> AbstractContextManager[Operation]:
        """Begin the operation of this call. Raises: SettingsError for a type that the package does not have."""
        asked = Call(self._engine.warner(request.urn), request.urn, secrets, request.timeout or None)
        return begin(self._run, self._resource(request), asked, verb, properties, id_, news)

    def _resource(self, request: Any) -> ResourceType:
        """Return the type of a request's resource. Raises: SettingsError."""
        token = request.type or Urn.parse(request.urn).type
        if token not in self._types:
            raise SettingsError(f"the package has no resource {token!r}", code=Code.INPUTS)
        return self._types[token]


def _automatic_name(request: Any) -> str | None:
    """Return the default name: by the stack's `pulumi:autonaming` if it has one, else as the dynamic provider does."""
    naming = request.autonaming if request.HasField("autonaming") else None
    if naming is not None:
        return naming.proposed_name or None
    urn = Urn.parse(request.urn)
    return automatic_name(urn.project, urn.stack, urn.name)


def _decoded(resource: ResourceType, struct: Any) -> tuple[Properties, frozenset[str]]:
    """Return the properties, and the names of the secret ones: those of the type and those that the program made so."""
    properties, secrets = decode(struct)
    return properties, secrets | {*resource.secrets}


def _change(name: str, olds: Properties, news: Properties, replaces: list[str]) -> Any:
    if name in replaces:
        return _Property.UPDATE_REPLACE
    if olds.get(name) is None:
        return _Property.ADD
    return _Property.DELETE if news.get(name) is None else _Property.UPDATE
