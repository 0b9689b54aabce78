"""The mapping sets of one sandbox: which column, expression or constant goes to which path of a schema.

Source: Adobe's swagger file "Data Prep" and its tutorial on mapping sets. Its errors are not documented, nor is DELETE,
which Adobe's own Python library sends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..errors import FlowServiceError, MalformedAnswerError, Reason
from .answers import GoneRule
from .collection import Collection
from .dataflow_models import MappingSet, RowValidation
from .endpoint import MOST_PAGES, PAGE, reading
from .outcomes import Outcome
from .parsing import member, parse


class MappingSets(Collection[MappingSet]):  # type: ignore[type-var]  # A mapping set has no state and no etag.
    """The mapping sets of a sandbox."""

    base = "/data/foundation/conversion"
    path = "/mappingSets"
    noun = "mapping set"
    model = MappingSet

    def version(self, set_id: str, version: int) -> MappingSet | None:
        """Return a mapping set as of a version, which the API would take for 0; None if there is none.

        Raises: FlowServiceError.
        """
        options = {"params": (("version", str(version)),), "is_gone": self._gone_rule(set_id)}
        try:
            with self._json(self._path(set_id), **options) as document:
                found = parse(MappingSet, document, self.noun)
                if found.id != set_id:
                    raise MalformedAnswerError("the API answered with another mapping set than the requested one")
                return found
        except FlowServiceError as error:
            if error.refusal is Reason.GONE:
                return None
            raise

    def replace(self, set_id: str, body: Mapping[str, object]) -> Outcome:
        """Replace the content of a mapping set, which gives it a new version.

        It is repeated after a lost answer: each time makes one more version with the same content.
        """
        return self._write("PUT", self._path(set_id), set_id, body=body)

    def validate(self, body: Mapping[str, object]) -> Sequence[RowValidation]:
        """Ask Data Prep what it thinks of each mapping of a set that is not made yet, in their order.

        Raises: FlowServiceError.
        """
        options = {"body": body, "is_write": False}
        with reading(self._scope.send("POST", f"{self.base}{self.path}/validate", **options)) as document:
            answered = member(document, "validationResponse")
            if not isinstance(answered, list):
                raise MalformedAnswerError("the validation answered without a list")
            return [parse(RowValidation, each, "validation") for each in answered]

    def list(self, *filters: str) -> Iterator[MappingSet]:
        """Yield the mapping sets, newest first; a filter is a parameter such as `name=X`. Raises: FlowServiceError."""
        chosen = [(name, value) for name, _, value in (each.partition("=") for each in filters)]
        for number in range(MOST_PAGES):
            place = [("limit", str(PAGE)), ("start", str(number * PAGE)), ("orderBy", "-createdDate")]
            with self._json(self.path, params=(*chosen, *place)) as document:
                data = member(document, "data")
                # The sample prints an object where there is one set only.
                entries = data if isinstance(data, list) else [data] if data else []
                yield from (found for each in entries if (found := self._entry(MappingSet, each)) is not None)
                if len(entries) < PAGE:
                    return

    def _gone_rule(self, object_id: str) -> GoneRule:
        # Data Prep's errors are not documented. No mapping set is made again because of this.
        return lambda status, refusal: status == 404
