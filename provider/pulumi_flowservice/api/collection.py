"""The objects of one kind in a sandbox: create, get, list, patch and delete.

Source of every path and rule: Adobe's swagger files and tutorials of Flow Service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from ..errors import FlowServiceError, MalformedAnswerError, Reason
from .answers import GoneRule, gone_rule
from .endpoint import Endpoint, items, reading
from .outcomes import Applied, Gone, NotApplied, Outcome, Unknown, outcome_of
from .parsing import IDENTIFIER, parse

if TYPE_CHECKING:
    from .models import Document

Object = TypeVar("Object", bound="Document")


class Collection(Endpoint, Generic[Object]):
    """The objects of one kind. Reads raise FlowServiceErrors; writes return an Outcome."""

    path: ClassVar[str]
    noun: ClassVar[str]

    @property
    def model(self) -> type[Object]:
        """The model of one object; a subclass may have it as an attribute."""
        raise NotImplementedError

    def create(self, body: Mapping[str, object]) -> Outcome:
        """Create an object by one POST. Without a valid id in the answer, the outcome is unknown."""
        return self._write("POST", self.path, body=body)

    def sent(self, body: Mapping[str, object], object_id: str) -> Object:
        """Return what a body would be as an object, without what the API adds."""
        return parse(self.model, {**body, "id": object_id}, self.noun)

    def get(self, object_id: str) -> Object | Gone:
        """Return the object with this id, or Gone."""
        try:
            with self._json(self._path(object_id), is_gone=self._gone_rule(object_id)) as document:
                # Even a GET by id answers with a list, `items`, of one object.
                found = [parse(self.model, item, self.noun) for item in items(document)]
                if [each.id for each in found] != [object_id]:
                    raise MalformedAnswerError(f"the API answered with another {self.noun} than the requested one")
                return found[0].for_call(self._scope.quote)
        except FlowServiceError as error:
            if error.refusal is not Reason.GONE:
                raise
            return Gone(error)  # type: ignore[arg-type]  # Only an AnswerError has this reason.

    def list(self, *filters: str) -> Iterator[Object]:
        """Yield the objects that match all filters (such as `name==X`), page by page, last changed first."""
        return self._pages(self.path, self.model, filters)

    def page(self, filters: Sequence[str], token: str | None) -> tuple[Sequence[Object], str | None]:
        """Return the page of that list with this token, the first one for None, and the token of the next."""
        return self._page(self.path, self.model, filters, token)

    def patch(self, object_id: str, operations: Sequence[Mapping[str, object]], etag: str) -> Outcome:
        """Apply JSON Patch operations under `If-Match`."""
        return self._write("PATCH", self._path(object_id), object_id, body=[*operations], headers={"If-Match": etag})

    def delete(self, object_id: str) -> Outcome | Gone:
        """Delete an object; return Gone if it does not exist."""
        outcome = self._write("DELETE", self._path(object_id), object_id)
        if isinstance(outcome, Applied):
            return outcome
        if outcome.reason is Reason.GONE:
            return Gone(outcome.error)  # type: ignore[arg-type]  # As above.
        if outcome.reason is Reason.IN_USE:
            # The object still exists, so an earlier attempt without an answer did not delete it either. One in
            # transition may be so because of that very attempt.
            return NotApplied(outcome.error.replace(may_be_applied=False, earlier=""))
        return outcome

    def _gone_rule(self, object_id: str) -> GoneRule:
        """Return the rule that tells which refusals say that this object does not exist."""
        return gone_rule(f"{self.noun}s", object_id)

    def _write(self, method: str, path: str, object_id: str = "", **options: Any) -> Outcome:
        """Send a write; `object_id` is the id in the path, which the answer must have, too."""
        is_gone = self._gone_rule(object_id) if object_id else None
        try:
            answer = self._scope.send(method, self.base + path, is_gone=is_gone, **options)
        except FlowServiceError as error:
            return outcome_of(error)
        if method == "DELETE" and not answer.body.strip():
            return Applied("")
        try:
            with reading(answer) as document:
                if method == "DELETE":
                    # Its body is documented as blank; JSON that says nothing else is as good.
                    return Applied("")
                from .models import Written

                written = parse(Written, document, "answer")
                if object_id and written.id != object_id:
                    raise MalformedAnswerError(f"the API answered about another {self.noun} than the changed one")
        except MalformedAnswerError as error:
            # A proxy's page may come with 2xx, too.
            return Unknown(error)
        return Applied(written.id, written.etag, written.version)

    def _path(self, object_id: str) -> str:
        """Return the path of an object. Raises: MalformedAnswerError for an id that would change the path."""
        if not re.fullmatch(IDENTIFIER, object_id):
            raise MalformedAnswerError(
                f"this is not a valid {self.noun} id: letters, digits, '-', '_', '~' and inner '.' only",
                may_be_applied=False,
            )
        return f"{self.path}/{object_id}"
