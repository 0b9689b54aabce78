"""How the functions of the native provider ask it: what they send, and the typed results."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

import pulumi

from ..lifecycle.names import wire_name
from ..version import PLUGIN_ADDRESS, __version__

Result = TypeVar("Result")
Options: TypeAlias = pulumi.InvokeOptions | pulumi.InvokeOutputOptions
_PACKAGE = "flowservice:index:"


def ask(function: str, arguments: Mapping[str, Any], opts: pulumi.InvokeOptions | None) -> dict[str, Any]:
    """Return the answer of a function to plain values.

    Raises:
        TypeError: an Output was given: a plain form cannot wait for its value.
        RunError: the function failed; its text is the plugin's.
    """
    if any(isinstance(value, pulumi.Output) for value in arguments.values()):
        raise TypeError("an Output was given: use the form of this function whose name ends in _output")
    try:
        return dict(pulumi.runtime.invoke(_PACKAGE + function, _given(arguments), _options(opts)).value)
    except Exception as error:  # noqa: BLE001 - Pulumi raises no narrower one.
        # A RunError is shown as its message alone, without a traceback through Pulumi's SDK.
        failure = pulumi.RunError(str(error))
    raise failure


def ask_later(function: str, arguments: Mapping[str, Any], opts: Options | None) -> pulumi.Output[dict[str, Any]]:
    """Return the answer of a function once its inputs are known; in a preview it may stay unknown."""
    return pulumi.runtime.invoke_output(_PACKAGE + function, _given(arguments), _options(opts))


def one(result: type[Result], answer: Mapping[str, Any]) -> Result:
    """Return an object of a result class from its form in the protocol."""
    hints = get_type_hints(result)
    given = {field.name: answer.get(wire_name(field.name)) for field in fields(result)}  # type: ignore[arg-type]
    return result(**{name: _value(hints[name], value) for name, value in given.items() if value is not None})


def several(result: type[Result], answers: Sequence[Mapping[str, Any]]) -> list[Result]:
    """Return objects of a result class."""
    return [one(result, each) for each in answers]


def _value(hint: Any, value: Any) -> Any:
    """Return a value of the protocol, which has only floats for numbers, in the type that the result has."""
    if get_origin(hint) is types.UnionType:
        hint = next(each for each in get_args(hint) if each is not type(None))
    if is_dataclass(hint) and isinstance(hint, type):
        return one(hint, value)
    if get_origin(hint) is Sequence:
        return [_value(get_args(hint)[0], each) for each in value]
    return int(value) if hint is int else value


def _given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}


def _options(opts: Options | None) -> Options:
    """Return the options with the plugin that these functions belong to, unless the program asks for another."""
    own: dict[str, Any] = {
        "parent": opts.parent if opts else None,
        "provider": opts.provider if opts else None,
        "version": (opts.version if opts else None) or __version__,
        "plugin_download_url": (opts.plugin_download_url if opts else None) or PLUGIN_ADDRESS,
    }
    if isinstance(opts, pulumi.InvokeOutputOptions):
        return pulumi.InvokeOutputOptions(**own, depends_on=opts.depends_on)
    return pulumi.InvokeOptions(**own)
