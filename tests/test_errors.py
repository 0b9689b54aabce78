"""Errors as paragraphs for people."""

from __future__ import annotations

import inspect

import pytest
from pulumi_flowservice import errors
from pulumi_flowservice.errors import (
    AnswerError,
    Code,
    FlowServiceError,
    MalformedAnswerError,
    NoAnswerError,
    Reason,
    SettingsError,
    UnreachableError,
    during,
)


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


def test_a_replaced_error_is_another_error_of_the_same_kind() -> None:
    """Two threads that share a failure name their own activities."""
    first = AnswerError("no", status=403, api_code="403025", request_id="r", remedy="Ask.", reason=Reason.PERMISSION)
    second = first.replace(during="reading")

    assert (type(second), second.status, second.api_code, second.args) == (AnswerError, 403, "403025", ("no",))
    assert (second.request_id, second.refusal) == ("r", Reason.PERMISSION)
    assert (str(first), str(second)) == ("FS2004: no. Ask.", "FS2004: reading: no. Ask.")


def test_a_replaced_message_is_everywhere() -> None:
    """What Python prints of an exception comes from `args`."""
    second = FlowServiceError("no", code="FS1234").replace(message="yes")

    assert (str(second), repr(second)) == ("FS1234: yes.", "FlowServiceError('yes')")


@pytest.mark.parametrize("name", ["message", "remedy", "earlier", "during", "code", "may_be_applied", "anything"])
def test_an_error_is_a_value(name: str) -> None:
    """Nobody who is given one can change it for the others who have it."""
    error = FlowServiceError("no")

    with pytest.raises(AttributeError, match=rf"replace\({name}="):
        setattr(error, name, "changed")
    assert str(error) == "FS9001: no."


def test_an_activity_makes_another_error_with_the_same_traceback() -> None:
    """The first one may be shared; the log shows where it came from."""
    shared = FlowServiceError("no")
    with pytest.raises(FlowServiceError) as raised, during("reading"):
        raise shared

    assert (shared.during, raised.value.during) == ("", "reading")
    assert raised.traceback[-1].name == "test_an_activity_makes_another_error_with_the_same_traceback"
    assert len(raised.traceback) > 1


@pytest.mark.parametrize(
    ("error", "may_be_applied"),
    [
        (FlowServiceError("no"), False),
        (SettingsError("no"), False),
        (NoAnswerError("no"), True),
        (UnreachableError("no"), False),
        (AnswerError("no", status=403), False),
        (MalformedAnswerError("no"), True),
        (UnreachableError("no").replace(may_be_applied=True), True),
        (AnswerError("no", status=403, may_be_applied=True), True),
        (MalformedAnswerError("no", may_be_applied=False), False),
    ],
)
def test_each_error_says_whether_a_write_may_have_been_applied(error: FlowServiceError, may_be_applied: bool) -> None:
    """By its class where its author says nothing."""
    assert error.may_be_applied is may_be_applied


@pytest.mark.parametrize("reason", [None, *Reason], ids=lambda reason: reason.name if reason else "none")
def test_a_reason_has_a_code(reason: Reason | None) -> None:
    """One of its own where programs tell it apart; an explicit code counts more."""
    own = {
        Reason.GONE: Code.NOT_FOUND,
        Reason.CONFLICT: Code.CONFLICT,
        Reason.IN_USE: Code.IN_USE,
        Reason.IN_TRANSITION: Code.IN_TRANSITION,
        Reason.TOKEN: Code.TOKEN_REFUSED,
    }
    error = AnswerError("no", status=400, reason=reason)

    assert (error.refusal, error.code) == (reason, own.get(reason, Code.REFUSED) if reason else Code.REFUSED)
    assert AnswerError("no", status=400, reason=reason, code=Code.AMBIGUOUS).code == Code.AMBIGUOUS


def test_only_an_answer_has_a_reason() -> None:
    """Where the API said nothing, there is none."""
    assert MalformedAnswerError("no").refusal is Reason.MALFORMED
    assert [each("no").refusal for each in (FlowServiceError, SettingsError, NoAnswerError)] == [None] * 3


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
