"""Quote texts from outside only if they cannot hold a secret, in any spelling.

Answers, pages of proxies and exceptions may echo what was sent. A list of spellings to mask is never complete, and a
mask within a text of our own gives away a password that is an ordinary word. So a text is quoted as it is or not at
all: it is decoded in all ways, reduced to its letters and digits, and compared with the secrets of the call and this
process's own credentials. Our own words never pass through here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .names import Names
    from .needles import Needles

__all__ = ["LEFT_OUT", "PROCESS", "ProcessSecrets", "Secrets", "one_line", "presentable"]

LEFT_OUT = "its text is not shown, because a secret of the program may be in it"
LONGEST_QUOTE = 400


class ProcessSecrets:
    """The credentials of this process itself, learned at run time; safe to use from several threads."""

    __slots__ = ("_lock", "_needles", "_new", "_secrets", "_visible")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: frozenset[str] = frozenset()
        self._visible: frozenset[str] = frozenset()
        self._new: frozenset[str] = frozenset()
        self._needles: Needles | None = None

    def __repr__(self) -> str:
        return f"<ProcessSecrets: {len(self._secrets)}>"

    def learn(self, *secrets: object, visible: Iterable[object] = ()) -> None:
        """Remember credentials, and what is known beside them, such as a client id; None and "" are ignored."""
        found, shown = frozenset(_leaves(secrets)), frozenset(_leaves(visible))
        with self._lock:
            self._new |= found - self._secrets
            self._secrets |= found
            if not shown <= self._visible:
                self._visible |= shown
                self._needles = None

    def needles(self) -> Needles:
        """Return what no text may hold; made on first use, because most runs quote nothing."""
        with self._lock:
            if self._needles is None:
                from .needles import Needles

                self._needles = Needles(self._secrets, self._visible)
            elif self._new:
                self._needles.add(self._new)
            self._new = frozenset()
            return self._needles


# One provider process serves one stack.
PROCESS = ProcessSecrets()


class Secrets:
    """The secrets of one call, and what its texts may show.

    `secrets`: values, also nested ones, and the keys of maps. `visible`: the inputs that are no secret, by name; eight
    letters within them are not taken for a secret. `replace`: values by name, in whose place a quoted text has that
    name.
    """

    __slots__ = ("_ours", "_process", "_replaced", "_secrets", "_visible")

    def __init__(
        self,
        secrets: Iterable[object] = (),
        *,
        visible: Mapping[str, object] | None = None,
        replace: Mapping[str, object] | None = None,
        process: ProcessSecrets = PROCESS,
    ) -> None:
        self._secrets = tuple(_leaves(secrets, with_keys=True))
        self._visible = tuple(_leaves(visible or {}))
        self._replaced = tuple((value, name) for name, each in (replace or {}).items() for value in _leaves(each))
        self._process = process
        self._ours: tuple[Needles, Names] | None = None

    def __repr__(self) -> str:
        return f"<Secrets: {len(self._secrets)}>"

    def quote(self, text: str) -> str | None:
        """Return a text from outside as one line of at most 400 characters, or None if it may hold a secret."""
        needles, names = self._ours = self._ours or self._prepared()
        spelled = self._spelled(text, needles)
        if spelled is None:
            return None
        shown = names.put_into(text, is_plain=len(spelled) == 1)
        if shown is None:
            return None
        line = one_line(" ".join(shown.split()))
        return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"

    def may_be_in(self, text: str) -> bool:
        """Return whether a text may hold a secret."""
        self._ours = self._ours or self._prepared()
        return self._spelled(text, self._ours[0]) is None

    def _spelled(self, text: str, needles: Needles) -> set[str] | None:
        """Return the forms of a text, or None if it may hold a secret."""
        # Most runs quote nothing, and do not need what is imported here and below.
        from .spellings import forms, views

        spelled = forms(text)
        if spelled is None:
            return None
        compared = views(spelled)
        return None if needles.are_in(compared) or self._process.needles().are_in(compared) else spelled

    def _prepared(self) -> tuple[Needles, Names]:
        from .connection_strings import parts
        from .names import Names
        from .needles import Needles

        secrets: list[str] = []
        places = list(self._replaced)
        for secret in self._secrets:
            found = parts(secret)
            secrets += found.secrets if found else [secret]
            places += found.places if found else []
        return Needles(secrets, self._visible), Names(places)


def one_line(text: str) -> str:
    """Escape control characters, line breaks and what has no width or turns the direction, as Python does."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def presentable(text: str) -> str:
    """Return a text of our own for a terminal or a log: control characters, except line breaks, are escaped."""
    return "\n".join(map(one_line, text.split("\n")))


def _leaves(value: object, *, with_keys: bool = False) -> Iterator[str]:
    """Yield the strings and numbers in a value, as strings, and the keys of maps if they are asked for."""
    if isinstance(value, (str, int, float)):
        if not isinstance(value, bool) and str(value).strip():
            yield str(value)
    elif isinstance(value, bytes):
        yield from _leaves(value.decode("utf-8", "replace"))
    elif isinstance(value, Iterable):
        if isinstance(value, Mapping):
            yield from _leaves(value.keys() if with_keys else ())
            value = value.values()
        for each in value:
            yield from _leaves(each, with_keys=with_keys)
