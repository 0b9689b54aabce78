"""Replace values by their names, such as the host of a secret connection string by the word `host`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .needles import RUN, as_word
from .spellings import fold, forms, skeleton, tidy


class Names:
    """Values that are replaced by their names."""

    __slots__ = ("_names", "_pattern", "_words")

    def __init__(self, places: Iterable[tuple[str, str]]) -> None:
        self._names = {value.lower(): name for value, name in places if value.strip()}
        values = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(as_word, values)), re.I) if values else None
        # Where a value is one of the names, the name may stand for another one.
        others = {tidy(fold(value)) for value in values} - {name.lower() for name in self._names.values()}
        self._words = re.compile("|".join(map(_spelled, others))) if others else None

    def put_into(self, text: str, *, is_plain: bool) -> str | None:
        """Return a text with the names, or None if a value is in it in another spelling; a plain text has only one."""
        if self._pattern is None:
            return text
        text = self._pattern.sub(lambda match: self._names.get(match[0].lower(), "a value"), text)
        spelled = {text} if is_plain else forms(text)
        if spelled is None or (self._words and any(self._words.search(tidy(fold(form))) for form in spelled)):
            return None
        return text


def _spelled(value: str) -> str:
    """Return a pattern that finds a value as a word, also where something stands between its letters if it has many."""
    letters = skeleton(value)
    if len(letters) < RUN:
        return as_word(value)
    return r"(?<![^\W_])" + r"[\W_]*".join(letters) + r"(?![^\W_])"
