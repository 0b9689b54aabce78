"""Errors as paragraphs for people."""

from __future__ import annotations

import inspect

import pytest
from pulumi_flowservice import errors
from pulumi_flowservice.errors import AnswerError, FlowServiceError, NoAnswerError, during


def test_an_error_is_one_paragraph() -> None:
    """A code, what was being done, what came back, what came before, what to do next."""
    with pytest.raises(FlowServiceError) as raised, during("reading connection 'orders'"):
        raise FlowServiceError("the API answered 500", code="FS1234", remedy="Run it again.", earlier="one was lost")

    assert str(raised.value) == (
        "FS1234: reading connection 'orders': the API answered 500; one was lost. Run it again."
    )


def test_the_innermost_activity_counts() -> None:
    """An outer one would only repeat it."""
    with pytest.raises(FlowServiceError) as raised, during("outer"), during("inner"):
        raise FlowServiceError("no")

    assert str(raised.value) == "FS9001: inner: no."


def test_causes_do_not_travel() -> None:
    """The text of a cause may hold a request's values."""
    with pytest.raises(FlowServiceError) as raised, during("reading"):
        try:
            raise ValueError("canary")
        except ValueError:
            raise FlowServiceError("no")  # noqa: B904 - This is what must do no harm.

    assert raised.value.__suppress_context__
    assert raised.value.__cause__ is None


def test_a_copy_is_another_error_of_the_same_kind() -> None:
    """Two threads that share a failure name their own activities."""
    first = AnswerError("no", status=403, api_code="403025", request_id="r", remedy="Ask.")
    second = first.copy()
    second.during = "reading"

    assert (type(second), second.status, second.api_code, second.args) == (AnswerError, 403, "403025", ("no",))
    assert (str(first), str(second)) == ("FS2004: no. Ask.", "FS2004: reading: no. Ask.")


def test_the_tree_is_drawn_as_it_is() -> None:
    """Every error class stands in the docstring below its parent."""
    drawn = [line for line in (errors.__doc__ or "").splitlines() if "Error" in line]
    names = {line.replace("+-", "").replace("|", "").split()[0]: line.find("+-") for line in drawn}
    classes = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, FlowServiceError)]

    assert {cls.__name__ for cls in classes} == set(names)
    for cls in classes:
        depth = len(cls.__mro__) - len(FlowServiceError.__mro__)
        assert names[cls.__name__] == (-1 if depth == 0 else 1 + 4 * (depth - 1)), cls


def test_no_answer_tells_whether_time_ran_out() -> None:
    """A lost answer is looked for at once, a late one until the gateway has given up."""
    assert not NoAnswerError("closed").timed_out
    assert NoAnswerError("late", timed_out=True).timed_out
