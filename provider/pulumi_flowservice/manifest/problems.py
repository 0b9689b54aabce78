"""A problem in a manifest: its place, what is wrong, and a remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

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


@lru_cache(maxsize=1024)
def similar_or_all(name: str, known: tuple[str, ...]) -> str:
    """Return a remedy for an unknown name: a similar one, or all that are known."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else one_of(known)


def one_of(names: Iterable[str]) -> str:
    """Return a remedy for an unknown name: all that are known."""
    return f"use one of: {', '.join(names)}"
