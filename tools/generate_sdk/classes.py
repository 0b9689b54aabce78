"""The modules `sdk/properties.py`, `sdk/dynamic.py` and `sdk/native.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pulumi_flowservice.lifecycle.names import python_name
from pulumi_flowservice.resources.connection.common import INPUTS, OUTPUTS
from pulumi_flowservice.resources.connection.kind import Kind
from pulumi_flowservice.resources.dataflow.dataflow import DATAFLOW
from pulumi_flowservice.resources.properties import Property
from pulumi_flowservice.resources.types import TYPES, Declared
from pulumi_flowservice.settings import SETTINGS, Setting

from tools.generate_sdk.texts import described, docstring, given, in_python, shown

_RESOURCE_NAME = ("resource_name", "The name in the Pulumi program.")
_OPTS = ("opts", "Pulumi's resource options.")
_CONNECTION_CHANGES = (
    "Changes are made in place and affect the dataflows that use it. Only another `sandbox` creates a new connection."
)
_DATAFLOW_CHANGES = (
    "Name, description, schedule, mapping, options and pauses are changed in place. Any other change replaces the "
    "dataflow: it is deleted and begins anew, so that rows come a second time unless `backfill` is false."
)
_PROVIDER = (
    "An explicit provider: its resources have settings of their own, such as another organization or sandbox.",
    "What is left out is read from the environment (`FLOWSERVICE_…`), not from the stack's configuration.",
)
_KEPT = " Kept in the state, encrypted: a rotated one needs `pulumi up` before the next plain refresh."


def properties() -> Iterator[str]:
    """Yield the lines of the module with the properties that connections have in common, and those of dataflows."""
    yield '"""The properties that every kind of connection has, and those of dataflows."""'
    yield from ("", "from __future__ import annotations", "", "from collections.abc import Mapping, Sequence")
    yield from ("from typing import Any", "", "import pulumi")
    yield from _properties("ConnectionProperties", "every connection", (*INPUTS.values(), *OUTPUTS.values()))
    own = (*DATAFLOW.inputs.values(), *DATAFLOW.outputs.values())
    yield from _properties("DataflowProperties", "a dataflow", own, DATAFLOW)


def _properties(name: str, of: str, table: Iterable[Property], resource: Declared | None = None) -> Iterator[str]:
    yield from ("", "", f"class {name}(pulumi.CustomResource):", f'    """The inputs and outputs of {of}."""', "")
    for each in table:
        yield f"    {python_name(each.name)}: {shown(each, is_always_set=each.is_always_set)}"
        yield from docstring([in_python(each.description, resource)])


def dynamic() -> Iterator[str]:
    """Yield the lines of the module with the dynamic provider's classes."""
    yield '"""The resource classes of the dynamic provider."""'
    yield from _head("from .dynamic_resource import DynamicResource")
    for each in TYPES.values():
        yield from _resource(each, "DynamicResource")


def native() -> Iterator[str]:
    """Yield the lines of the module with the native provider's classes."""
    yield '"""The resource classes of the native provider, and its explicit provider."""'
    yield from _head("from .native_resource import NativeProvider, NativeResource")
    yield from ("", "", "class Provider(NativeProvider):")
    settings = ((each.name, in_python(each.description) + each.is_secret * _KEPT) for each in SETTINGS.values())
    yield from docstring(_PROVIDER, (_RESOURCE_NAME, *settings, _OPTS))
    yield from _constructor(_setting(each) for each in SETTINGS.values())
    for each in TYPES.values():
        yield from _resource(each, "NativeResource")


def _head(base: str) -> Iterator[str]:
    # Without `from __future__ import annotations`: Pulumi evaluates the types of a class for each of its resources, and
    # would compile them each time if they were texts.
    yield from ("", "from collections.abc import Mapping, Sequence")
    yield from ("from typing import Any", "", "import pulumi", "", "from ..resources.declared import DECLARED")
    yield from ("from .arguments import DataflowOptionsArgs, ScheduleArgs", base)
    yield "from .properties import ConnectionProperties, DataflowProperties"


def _resource(resource: Declared, base: str) -> Iterator[str]:
    inputs = _ordered(resource)
    arguments = [(python_name(each.name), described(resource, each)) for each in inputs]
    common, changes = "DataflowProperties", _DATAFLOW_CHANGES
    if isinstance(resource, Kind):
        common, changes = "ConnectionProperties", _CONNECTION_CHANGES
    yield from ("", "", f"class {resource.resource}({common}, {base}):")
    introduction = [in_python(resource.introduction, resource)] if resource.introduction else []
    yield from docstring([resource.summary, *introduction, changes], (_RESOURCE_NAME, *arguments, _OPTS))
    yield from ("", f'    _names = DECLARED["{resource.resource}"]')
    own = [each for each in inputs if isinstance(resource, Kind) and each.name not in INPUTS]
    yield from ("",) if own else ()
    yield from (f"    {python_name(each.name)}: {shown(each, is_always_set=each.is_always_set)}" for each in own)
    required = resource.required_inputs
    yield from _constructor(
        f"{python_name(each.name)}: {given(each.type.json_type)}{'' if each.name in required else ' | None = None'}"
        for each in inputs
    )


def _ordered(resource: Declared) -> list[Property]:
    """Return the inputs in the order of arguments: of each way to authenticate, the required params first."""
    if not isinstance(resource, Kind):
        return list(resource.inputs.values())
    ways = [sorted(way.params, key=lambda param: not param.is_required) for way in resource.authentications]
    names = dict.fromkeys(param.name for way in ways for param in way)
    return [resource.inputs[name] for name in (*names, *INPUTS)]


def _constructor(arguments: Iterator[str]) -> Iterator[str]:
    yield from ("", "    def __init__(", "        self,", "        resource_name: str,", "        *,")
    yield from (f"        {argument}," for argument in arguments)
    yield from ("        opts: pulumi.ResourceOptions | None = None,", "    ) -> None:")
    yield "        super().__init__(*self._declaration(locals()))"


def _setting(setting: Setting) -> str:
    return f"{setting.name}: {given(setting.json_type)} | None = None"
