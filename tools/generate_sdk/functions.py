"""The module `sdk/native_functions.py`."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_flowservice.lifecycle.names import python_name
from pulumi_flowservice.plugin.functions import FUNCTIONS, INTEGERS, Function

from tools.generate_sdk.texts import docstring, in_python

_NOTE = "`opts` may name an explicit provider: its settings are used, and not those of the stack."
_LATER = "Do the same as `{name}`, with Inputs and an Output."


def names() -> list[str]:
    """Return the names of all functions."""
    plain = [python_name(token.rpartition(":")[2]) for token in FUNCTIONS]
    return [*plain, *(f"{name}_output" for name in plain)]


def native_functions() -> Iterator[str]:
    """Yield the lines of the module with the native provider's functions."""
    yield '"""The functions of the native provider. Each has two forms, as those of `pulumi_flowservice` have."""'
    yield from ("", "from __future__ import annotations", "", "from collections.abc import Sequence", "")
    yield from ("import pulumi", "")
    yield from ("from ..dynamic.redshift_functions import RedshiftConnectionResult", "from ..lookups.results import (")
    yield from (
        f"    {name}," for name in sorted({_result(each) for each in FUNCTIONS.values() if not each.is_redshift})
    )
    yield from (")", "from .native_invoke import Options, ask, ask_later, one, several")
    for token, function in FUNCTIONS.items():
        yield from _plain(token.rpartition(":")[2], function)
        yield from _output(token.rpartition(":")[2], function)


def _plain(function: str, about: Function) -> Iterator[str]:
    yield from _head(python_name(function), about, "{}", "pulumi.InvokeOptions", _answer(about))
    arguments = [(python_name(name), in_python(text)) for name, text in about.arguments.items()]
    yield from docstring([in_python(about.description), _NOTE], [*arguments, ("opts", "Pulumi's options.")])
    yield from _given(about)
    answer = f'ask("{function}", given, opts)'
    yield f"    return {_converted(about, answer)}"


def _output(function: str, about: Function) -> Iterator[str]:
    name = python_name(function)
    answer = f"pulumi.Output[{_answer(about)}]"
    yield from _head(f"{name}_output", about, "pulumi.Input[{}]", "Options", answer)
    yield from docstring([_LATER.format(name=name)])
    yield from _given(about)
    yield f'    answer = ask_later("{function}", given, opts)'
    yield f"    return answer.apply(lambda found: {_converted(about, 'found')})"


def _head(name: str, about: Function, form: str, options: str, answer: str) -> Iterator[str]:
    yield from ("", "", f"def {name}(")
    types = {each: form.format("int" if each in INTEGERS else "str") for each in about.arguments}
    yield from (f"    {python_name(each)}: {types[each]}," for each in about.required)
    yield "    *,"
    optional = [each for each in about.arguments if each not in about.required]
    yield from (f"    {python_name(each)}: {types[each]} | None = None," for each in optional)
    yield from (f"    opts: {options} | None = None,", f") -> {answer}:")


def _given(about: Function) -> Iterator[str]:
    yield "    given = {"
    yield from (f'        "{each}": {python_name(each)},' for each in about.arguments)
    yield "    }"


def _result(about: Function) -> str:
    return "RedshiftConnectionResult" if about.is_redshift else f"{about.result_type}Result"


def _answer(about: Function) -> str:
    return _result(about) if about.result is None else f"Sequence[{_result(about)}]"


def _converted(about: Function, answer: str) -> str:
    if about.result is None:
        return f"one({_result(about)}, {answer})"
    return f'several({_result(about)}, {answer}["{about.result}"])'
