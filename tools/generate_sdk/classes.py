"""The modules `sdk/properties.py`, `sdk/dynamic.py` and `sdk/native.py`."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_flowservice.lifecycle.properties import python_name
from pulumi_flowservice.resources.connection.authentication import Param
from pulumi_flowservice.resources.connection.common import INPUTS, OUTPUTS, Property
from pulumi_flowservice.resources.connection.kind import Kind
from pulumi_flowservice.resources.connection.kinds import KINDS
from pulumi_flowservice.settings import SETTINGS, Setting

from tools.generate_sdk.texts import docstring, given, in_python, of_param, shown

_RESOURCE_NAME = ("resource_name", "The name in the Pulumi program.")
_OPTS = ("opts", "Pulumi's resource options.")
_IN_PLACE = (
    "Changes are made in place and affect the dataflows that use it. Only another `sandbox` creates a new connection."
)
_PROVIDER = (
    "An explicit provider: its resources have settings of their own, such as another organization or sandbox.",
    "What is left out is read from the environment (`FLOWSERVICE_…`), not from the stack's configuration.",
)
_KEPT = " Kept in the state, encrypted: a rotated one needs `pulumi up` before the next plain refresh."


def properties() -> Iterator[str]:
    """Yield the lines of the module with the properties that every kind has."""
    yield '"""The properties that every kind of connection has."""'
    yield from ("", "from __future__ import annotations", "", "import pulumi", "", "")
    yield "class ConnectionProperties(pulumi.CustomResource):"
    yield '    """The inputs and outputs of every connection."""'
    yield ""
    for each in (*INPUTS.values(), *OUTPUTS.values()):
        yield f"    {python_name(each.name)}: {shown(each, is_always_set=each.is_always_set)}"
        yield from docstring([in_python(each.description)])


def dynamic() -> Iterator[str]:
    """Yield the lines of the module with the dynamic provider's classes."""
    yield '"""The resource classes of the dynamic provider."""'
    yield from _head("from .dynamic_connection import DynamicConnection")
    for kind in KINDS.values():
        yield from _connection(kind, "DynamicConnection")


def native() -> Iterator[str]:
    """Yield the lines of the module with the native provider's classes."""
    yield '"""The resource classes of the native provider, and its explicit provider."""'
    yield from _head("from .native_connection import NativeConnection, NativeProvider")
    yield from ("", "", "class Provider(NativeProvider):")
    described = ((each.name, in_python(each.description) + each.is_secret * _KEPT) for each in SETTINGS.values())
    yield from docstring(_PROVIDER, (_RESOURCE_NAME, *described, _OPTS))
    yield from _constructor(_setting(each) for each in SETTINGS.values())
    for kind in KINDS.values():
        yield from _connection(kind, "NativeConnection")


def _head(base: str) -> Iterator[str]:
    yield from ("", "from __future__ import annotations", "", "import pulumi", "")
    yield from ("from ..resources.connection.kinds import KINDS", base)


def _connection(kind: Kind, base: str) -> Iterator[str]:
    required = kind.required_visible({})
    params = _ordered(kind)
    described = [(param.name, of_param(kind, param)) for param in params]
    described += [(each.name, in_python(each.description)) for each in INPUTS.values()]
    arguments = [(python_name(name), text) for name, text in described]
    yield from ("", "", f"class {kind.resource}({base}):")
    introduction = [in_python(kind.introduction, kind)] if kind.introduction else []
    yield from docstring([kind.summary, *introduction, _IN_PLACE], (_RESOURCE_NAME, *arguments, _OPTS))
    yield from ("", f'    _kind = KINDS["{kind.name}"]', "")
    for param in params:
        yield f"    {python_name(param.name)}: {shown(param, is_always_set=param.name in required)}"
    inputs: list[Param | Property] = [*params, *INPUTS.values()]
    yield from _constructor(
        f"{python_name(each.name)}: {given(each.type.json_type)}{'' if each.name in required else ' | None = None'}"
        for each in inputs
    )


def _ordered(kind: Kind) -> list[Param]:
    """Return the params of each way to authenticate, the required ones first."""
    ways = [sorted(way.params, key=lambda param: not param.is_required) for way in kind.authentications]
    names = dict.fromkeys(param.name for way in ways for param in way)
    params = {param.name: param for param in kind.params}
    return [params[name] for name in names]


def _constructor(arguments: Iterator[str]) -> Iterator[str]:
    yield from ("", "    def __init__(", "        self,", "        resource_name: str,", "        *,")
    yield from (f"        {argument}," for argument in arguments)
    yield from ("        opts: pulumi.ResourceOptions | None = None,", "    ) -> None:")
    yield "        self._declare(locals())"


def _setting(setting: Setting) -> str:
    return f"{setting.name}: {given(setting.json_type)} | None = None"
