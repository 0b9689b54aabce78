"""A problem in a manifest: its place, what is wrong, and a remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import Code, FlowServiceError
from ..redaction import one_line

# An error of a program is read in a terminal, so it lists only the first problems; `validate` lists all.
_SHOWN = 20


@dataclass(frozen=True, order=True)
class Problem:
    """One problem. It holds keys of the file and never a value, because any value may be a secret."""

    file: str
    line: int
    field: str
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: {self.field}: " if self.field else f"{self.file}:{self.line}: "
        # Keys of the file may have line breaks.
        return one_line(f"{place}{self.what}; {self.remedy}")


class ManifestError(FlowServiceError):
    """A manifest cannot be used; `problems` are sorted by line, without duplicates."""

    code = Code.MANIFEST
    problems: tuple[Problem, ...]

    def __init__(self, problems: Sequence[Problem]) -> None:
        found = tuple(sorted(set(problems)))
        super().__init__(f"the manifest cannot be used:\n{listed(found)}", problems=found)


def listed(problems: Sequence[Problem]) -> str:
    """Return the first problems, one on each line."""
    lines = [str(problem) for problem in problems[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append(f"and {len(problems) - _SHOWN} more: `pulumi-flowservice validate` lists them all")
    return "\n".join(lines)
