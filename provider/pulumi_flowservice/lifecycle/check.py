"""Check the inputs of a resource: normalize them, add defaults, and find all problems at once.

Pure. The text of a problem never holds an input's value, because any input may be a secret.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from ..settings import Settings
from ..settings.problems import how_to_set
from .names import in_words, wire_name
from .properties import UNKNOWN, Properties, has_unknown
from .resource_type import ResourceType


def check_inputs(
    resource: ResourceType, olds: Properties, news: Properties, settings: Settings, secrets: Collection[str] = ()
) -> tuple[Properties, list[str]]:
    """Return the normalized inputs, and all problems.

    `olds` are the inputs in the state, empty for a new resource; `news` has in `autoName` the default name. `secrets`
    are the names of the inputs that the program made secret, as far as that is known.
    """
    # An empty description counts as none: whether the API distinguishes them is not documented.
    given = {key: value for key, value in news.items() if value is not None and (key, value) != ("description", "")}
    if not olds and "adopt" not in given:
        given.setdefault("name", news.get("autoName"))
    # An object keeps its name: a new default, for example after a rename of the resource, would rename it.
    given.setdefault("name", olds.get("name"))
    given.setdefault("sandbox", settings.sandbox)
    given = {**resource.defaults(olds, given), **given}
    inputs: Properties = {}
    problems = [f"the configured {problem}" for problem in settings.problems]
    for name, parse in _parsers(resource).items():
        value = given.get(name)
        if value is None or has_unknown(value):
            # Of a structure that is not known as a whole, nothing can be checked.
            inputs.update({} if value is None else {name: UNKNOWN})
            continue
        try:
            inputs[name] = parse(value)
        except ValueError as problem:
            problems.append(f"{in_words([name])} {problem}")
            inputs[name] = value
    problems += resource.problems(olds, inputs)
    problems += _sandbox_problems(resource, olds, news, inputs, settings, is_secret="sandbox" in secrets)
    return inputs, [_without_keys(problem, news, secrets) for problem in problems]


def unknown_inputs(resource: ResourceType, news: Properties) -> list[str]:
    """Return a problem for each input that the type does not have. In Python, the classes themselves refuse it."""
    known = _parsers(resource)
    return [_unknown(name, resource.resource, known) for name in news if name not in known]


def _unknown(name: str, resource: str, known: Collection[str]) -> str:
    """Return the problem of an input that there is not; as the program spells it, with the most similar one."""
    import difflib

    near = difflib.get_close_matches(wire_name(name), known, n=1)
    hint = f": did you mean `{near[0]}`?" if near else ""
    return f"`{name}` is not an input of {resource}{hint}"


def _parsers(resource: ResourceType) -> dict[str, Callable[[object], object]]:
    """Return the parsers of all inputs, in the order in which their problems are told."""
    return {**{field.name: field.type.parse for field in resource.fields}, **resource.options}


def _without_keys(problem: str, news: Properties, secrets: Collection[str]) -> str:
    """Return a problem without the keys of maps that are secret as a whole; those of others may be named."""
    for name in secrets:
        for key in news[name] if isinstance(news.get(name), Mapping) else ():
            problem = problem.replace(repr(key), "one of its keys")
    return problem


def _sandbox_problems(
    resource: ResourceType,
    olds: Properties,
    news: Properties,
    inputs: Properties,
    settings: Settings,
    *,
    is_secret: bool,
) -> Iterator[str]:
    if "sandbox" not in inputs:
        text = "no sandbox: set `sandbox`, or flowservice:sandbox (FLOWSERVICE_SANDBOX) for all; there is no default"
        # What else is missing would be the next error.
        yield f"{text}.{how_to_set(settings, is_in_a_line=True)}"
        return
    home = olds.get("sandbox")
    if news.get("sandbox") is None and home and home != inputs["sandbox"]:
        there, old = ("a secret sandbox", "that sandbox") if is_secret else (f"the sandbox {home!r}", repr(home))
        new = repr(inputs["sandbox"])
        yield (
            f"the {resource.noun} is in {there}, but the configured default is now {new}: to keep it there, set "
            f"`sandbox` or the default to {old}; to replace it by a {resource.noun} in {new}, set `sandbox` to {new}"
        )
