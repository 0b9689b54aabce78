"""Docstrings and annotations, from descriptions and types."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from pulumi_flowservice.lifecycle.names import python_name
from pulumi_flowservice.resources.connection.common import INPUTS, OUTPUTS
from pulumi_flowservice.resources.properties import Property
from pulumi_flowservice.resources.types import Declared
from pulumi_flowservice.settings import SETTINGS

WIDTH = 120
_NO_BREAK = "\N{NO-BREAK SPACE}"
_PLAIN = {
    "string": "str",
    "integer": "int",
    "boolean": "bool",
    "number": "float",
    "string or integer": "str | int",
    "any": "Any",
    "list of strings": "Sequence[str]",
    **dict.fromkeys(("mapping", "schedule", "options"), "Mapping[str, Any]"),
}
_GIVEN = {
    **_PLAIN,
    # A port may be given as digits, too.
    "integer": "int | str",
    "list of strings": "Sequence[pulumi.Input[str]]",
    "schedule": "ScheduleArgs | Mapping[str, Any]",
    "options": "DataflowOptionsArgs | Mapping[str, Any]",
}
_WORDS = frozenset((*INPUTS, *OUTPUTS, *SETTINGS))


def in_python(text: str, resource: Declared | None = None) -> str:
    """Return a text with the names of properties as Python has them: `ims_org` for `imsOrg`."""
    names = _WORDS | {*resource.inputs, *resource.outputs} if resource else _WORDS
    text = text.replace("`getTables`", "`get_tables`")
    return re.sub(r"`(\w+)`", lambda found: f"`{python_name(found[1])}`" if found[1] in names else found[0], text)


def described(resource: Declared, each: Property) -> str:
    """Return what an input is."""
    field = next((field for field in resource.fields if field.name == each.name), None)
    if field is None or not field.is_secret:
        return in_python(each.description, resource)
    secret = " A secret; it may be left out with `adopt`." if field.is_required else " A secret."
    return in_python(each.description, resource) + secret


def given(json_type: str) -> str:
    """Return the type of an input."""
    return f"pulumi.Input[{_GIVEN[json_type]}]"


def shown(each: Property, *, is_always_set: bool) -> str:
    """Return the annotation of an output."""
    return f"pulumi.Output[{_PLAIN[each.type.json_type]}{'' if is_always_set else ' | None'}]"


def docstring(paragraphs: Iterable[str], arguments: Iterable[tuple[str, str]] = ()) -> Iterator[str]:
    """Yield the lines of a class's docstring, which has a section for the arguments of its constructor."""
    first, *others = [line for text in paragraphs for line in ("", *_wrapped(text, WIDTH - 7))][1:]
    listed = [f"    {line}" for name, text in arguments for line in _wrapped(f"{name}: {text}", WIDTH - 8, indent=4)]
    if not (others or listed):
        yield f'    """{first}"""'
        return
    yield f'    """{first}'
    yield from (f"    {line}".rstrip() for line in (*others, *(["", "Args:", *listed] if listed else [])))
    yield '    """'


def _wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    """Return the lines of a text; what stands in backticks stays on one line."""
    whole = re.sub(r"`[^`]*`", lambda found: found[0].replace(" ", _NO_BREAK), text)
    lines = textwrap.wrap(whole, width, subsequent_indent=" " * indent, break_on_hyphens=False, break_long_words=False)
    return [line.replace(_NO_BREAK, " ") for line in lines]
