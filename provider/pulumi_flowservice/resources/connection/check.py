"""Check the inputs of a connection: normalize them, add defaults, and find all problems at once.

Pure. The text of a problem never holds an input's value, because any input may be a secret.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator

from ...settings import Settings
from .common import INPUTS
from .kind import Kind, Properties, Unknown, python_name

# The end of a default name: the program gave none, so it was made from the resource's name.
AUTOMATIC_DIGITS = re.compile(r"-[0-9a-f]{7}$")


def check_inputs(
    kind: Kind, olds: Properties, news: Properties, settings: Settings, secrets: Collection[str] = ()
) -> tuple[Properties, list[str]]:
    """Return the normalized inputs, and all problems.

    `olds` are the inputs in the state, empty for a new resource; `news` has in `autoName` the default name. `secrets`
    are the names of the inputs that the program made secret, as far as that is known.
    """
    # An empty description counts as none: whether the API distinguishes them is not documented.
    given = {key: value for key, value in news.items() if value is not None and (key, value) != ("description", "")}
    if not olds and "adopt" not in given:
        given.setdefault("name", news.get("autoName"))
    # A connection keeps its name: a new default, for example after a rename of the resource, would rename it.
    given.setdefault("name", olds.get("name"))
    given.setdefault("sandbox", settings.sandbox)
    inputs: Properties = {}
    problems = [f"the configured {problem}" for problem in settings.problems]
    types = {each.name: each.type for each in INPUTS.values()} | {param.name: param.type for param in kind.params}
    for name, form in types.items():
        value = given.get(name)
        if value is None or isinstance(value, Unknown):
            inputs.update({name: value} if isinstance(value, Unknown) else {})
            continue
        try:
            inputs[name] = form.parse(value)
        except ValueError as problem:
            problems.append(f"`{python_name(name)}` {problem}")
            inputs[name] = value
    problems += _authentication_problems(kind, olds, inputs)
    problems += _sandbox_problems(olds, news, inputs, is_secret="sandbox" in secrets)
    return inputs, problems


def unknown_inputs(kind: Kind, news: Properties) -> list[str]:
    """Return a problem for each input that the kind does not have. In Python, the classes themselves refuse it."""
    known = {*INPUTS, *(param.name for param in kind.params)}
    return [f"`{python_name(name)}` is not an input of {kind.resource}" for name in news if name not in known]


def _authentication_problems(kind: Kind, olds: Properties, inputs: Properties) -> Iterator[str]:
    """Yield the problems of the params: they must choose exactly one way to authenticate, always the same one."""
    given = [param.name for param in kind.params if param.name in inputs]
    fitting, before, way = kind.ways(given), kind.way(olds), kind.way(inputs)
    if not fitting:
        yield f"{_names(given)} cannot be used together: use the parameters of only one of {_ways(kind)}"
    elif before and before not in fitting:
        yield (
            f"the way to authenticate cannot be changed from {before.spec_name!r} to {fitting[0].spec_name!r}: Flow "
            "Service requires a new connection. Declare a second one, switch the dataflows to it, then remove this one"
        )
    elif way is None and not olds and "adopt" not in inputs:
        yield f"give the parameters of one way to authenticate: {_ways(kind)}"
    if way is None:
        return
    for param in way.params:
        if not param.is_required or param.name in inputs:
            continue
        if not param.is_secret:
            yield f"`{python_name(param.name)}` is missing"
        elif "adopt" not in inputs and (not olds or param.name in olds):
            yield f"`{python_name(param.name)}` is missing (it may be left out only when a connection is adopted)"
    secrets = [param.name for param in way.params if param.is_secret]
    if "credentialsVersion" in inputs and not any(name in inputs for name in secrets):
        needed = ("one of " if len(secrets) > 1 else "") + _names(secrets)
        yield f"`credentials_version` has an effect only with {needed}: add {needed}, or remove `credentials_version`"


def _ways(kind: Kind) -> str:
    return "; ".join(
        f"{way.spec_name!r} ({_names([param.name for param in way.params if param.is_required])})"
        for way in kind.authentications
    )


def _names(names: list[str]) -> str:
    return ", ".join(f"`{python_name(name)}`" for name in names)


def _sandbox_problems(olds: Properties, news: Properties, inputs: Properties, *, is_secret: bool) -> Iterator[str]:
    if "sandbox" not in inputs:
        yield "no sandbox: set `sandbox`, or flowservice:sandbox (FLOWSERVICE_SANDBOX) for all; there is no default"
        return
    home = olds.get("sandbox")
    if news.get("sandbox") is None and home and home != inputs["sandbox"]:
        there, old = ("a secret sandbox", "that sandbox") if is_secret else (f"the sandbox {home!r}", repr(home))
        new = repr(inputs["sandbox"])
        yield (
            f"the connection is in {there}, but the configured default is now {new}: to keep it there, set `sandbox` "
            f"or the default to {old}; to replace it by a connection in {new}, set `sandbox` to {new}"
        )


def automatic_name(project: str, stack: str, resource_name: str) -> str:
    """Return the default name of a connection: the resource name and a hash that differs between stacks."""
    digits = hashlib.sha256("\0".join((project, stack, resource_name)).encode()).hexdigest()[:7]
    return f"{resource_name}-{digits}"
