"""Undo what may have been done to a text on its way: escapes of any kind, nested, and letters in other forms.

Every order of decoding is tried, so whatever the nesting was, the original is among the forms; and since the forms
before each step are kept, no decoding can hide anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

# A text with more forms, or with more characters in all of them, counts as one that holds a secret: nothing is shown of
# what was not searched as a whole. Ordinary texts have one to ten forms.
MOST_FORMS = 150
MOST_CHARACTERS = 200_000
# So does one with more accents on a letter, as in Unicode's stream-safe texts: to sort them takes quadratic time.
MOST_ACCENTS = 30
# What a decoded base64 or hexadecimal word must have in one piece; most other words decode to bytes without such a one.
_READABLE = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]{8,}")
_HEX = "[0-9a-fA-F]"
_BACKSLASHED = re.compile(
    rf"((?:\\[xX]{_HEX}{{2}})+)|((?:\\[0-3][0-7]{{2}})+)|\\U(000[0-3]{_HEX}{{4}})|((?:\\[uU]{_HEX}{{4}})+)"
    rf"|\\[uU]\{{({_HEX}{{1,6}})\}}|\\([\s\S])"
)
_CONTROLS = dict(zip("abefnrtv0", "\a\b\x1b\f\n\r\t\v\0", strict=True))
_PERCENT = re.compile(rf"((?:%{_HEX}{{2}})+)|((?:%[uU]{_HEX}{{4}})+)")
# In capitals, as it should be, and in any case: an equals sign before ordinary letters must not take them with it.
_QUOTED_PRINTABLE = [re.compile("(?:=[0-9A-F]{2})+"), re.compile(rf"(?:={_HEX}{{2}})+")]
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
# What can stand within a word and leaves no trace for a reader: tags, the ends of wrapped lines, soft hyphens, and
# characters without width.
_TAG = re.compile("<[^<>]{1,80}>")
# The sign before the end of a line, and the space after it, may belong to the text or not.
_LINE_ENDS = [
    re.compile(before + "[\r\n]+" + after) for before in ("", "=?", r"\\?") for after in ("", r"[ \t]?", r"[ \t]*")
]
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_PILED_UP = re.compile(rf"[^\w\s\x00-\x7f]{{{MOST_ACCENTS + 1},}}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{11,}")
_HEXADECIMAL = re.compile(rf"{_HEX}{{16,}}")


def forms(text: str) -> set[str] | None:
    """Return a text as it is and in all the ways to decode it, or None if that is too much to search."""
    found: set[str] = set()
    waiting, characters = [text], 0
    while waiting:
        form = waiting.pop()
        if form in found:
            continue
        characters += len(form)
        if len(found) == MOST_FORMS or characters > MOST_CHARACTERS or _is_piled_up(form):
            return None
        found.add(form)
        waiting.extend(_decoded(form))
    return found


def fold(text: str) -> str:
    """Return a text with all forms of a letter made equal (upper and lower case, composed, full-width)."""
    if text.isascii():
        return text.lower()
    from unicodedata import normalize

    return normalize("NFKD", normalize("NFKD", _INVISIBLE.sub("", text)).upper().casefold())


def skeleton(folded: str) -> str:
    """Return the letters and digits of a folded text, without accents."""
    return re.sub(r"[\W_]+", "", folded)


def tidy(folded: str) -> str:
    """Return a folded text with single spaces, and with the quotes single that SQL doubles."""
    return re.sub(r"([\"'`\]}])\1+", r"\1", re.sub(r"\s+", " ", folded))


def without_tags(text: str) -> str:
    """Return a text without what looks like a tag."""
    return _TAG.sub("", text) if "<" in text else text


class View(NamedTuple):
    """A form of a text, ready for comparison: with its signs, and its letters and digits only."""

    tidy: str
    letters: str


def views(spelled: Iterable[str]) -> list[View]:
    """Return the forms of a text, ready for comparison."""
    return [View(tidy(folded), skeleton(folded)) for folded in set(map(fold, spelled))]


def _is_piled_up(text: str) -> bool:
    """Return whether too many accents are on one letter."""
    if text.isascii():
        return False
    from unicodedata import combining

    return any(sum(combining(sign) > 0 for sign in run) > MOST_ACCENTS for run in _PILED_UP.findall(text))


def _decoded(text: str) -> Iterator[str]:
    """Yield a text decoded in each way that is possible, one level."""
    if "\\" in text:
        yield _BACKSLASHED.sub(_backslashed, text)
    if "%" in text:
        yield _PERCENT.sub(lambda match: _bytes(match[1], "%") if match[1] else _units(match[2]), text)
    if "+" in text:
        yield text.replace("+", " ")
    if "&" in text:
        yield _ENTITY.sub(_entity, text)
    if "=" in text:
        yield from (codes.sub(lambda match: _bytes(match[0], "="), text) for codes in _QUOTED_PRINTABLE)
    if not text.isascii():
        from unicodedata import normalize

        # An invisible letter may be escaped, too: both with and without it.
        yield normalize("NFKC", text)
        yield normalize("NFKC", _INVISIBLE.sub("", text))
        yield re.sub("[\x80-\U0010ffff]{2,}", _read_as_utf8, text)
    yield without_tags(text)
    if "\n" in text or "\r" in text:
        yield from (end.sub("", text) for end in _LINE_ENDS)
    for words, decode, offsets in ((_BASE64, _from_base64, 4), (_HEXADECIMAL, _from_hex, 2)):
        if words.search(text):
            yield from (words.sub(_readable(decode, offset), text) for offset in range(offsets))


def _backslashed(match: re.Match[str]) -> str:
    """Return what stands for an escape of JSON, Python, C, JavaScript or a shell."""
    codes, octal, long, units, braced, letter = match.groups()
    if codes:
        return _bytes(codes, codes[:2])
    if octal:
        return _text(bytes(int(code, 8) for code in octal[1:].split("\\")))
    if units:
        return _units(units)
    if long or braced:
        return chr(min(int(long or braced, 16), 0x10FFFF))
    return _CONTROLS.get(letter.lower(), letter)


def _bytes(codes: str, mark: str) -> str:
    return _text(bytes.fromhex(re.sub(re.escape(mark), "", codes, flags=re.I)))


def _text(data: bytes) -> str:
    """Return UTF-8 as text; bytes that are none count as Latin-1."""
    return re.sub("[\udc80-\udcff]", lambda match: chr(ord(match[0]) - 0xDC00), data.decode("utf-8", "surrogateescape"))


def _read_as_utf8(match: re.Match[str]) -> str:
    """Return the text of UTF-8 that somebody has read as Latin-1 or as Windows-1252."""
    for encoding in ("latin-1", "cp1252"):
        try:
            return match[0].encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return match[0]


def _units(codes: str) -> str:
    r"""Return the text of UTF-16 units, such as `\ud83d\ude00`."""
    return bytes.fromhex(re.sub(r"[\\%][uU]", "", codes)).decode("utf-16-be", "replace")


def _entity(match: re.Match[str]) -> str:
    """Return what stands for an entity of HTML; where only the case is wrong, something changed the text's case."""
    from html import unescape

    found = unescape(match[0])
    return found if found != match[0] else unescape(match[0].lower())


def _readable(decode: Callable[[str], bytes], offset: int) -> Callable[[re.Match[str]], str]:
    """Return a replacement of encoded words by what is readable in them; a prefix may have moved their beginning."""

    def replacement(match: re.Match[str]) -> str:
        word = match[0]
        # Texts in UTF-16, as Windows encodes them, have a NUL at every other place.
        text = decode(word[offset:]).replace(b"\0", b"").decode("utf-8", "replace")
        pieces = _READABLE.findall(text)
        return " ".join(pieces) if pieces else word

    return replacement


def _from_base64(word: str) -> bytes:
    from binascii import a2b_base64

    word = word[: len(word) - (len(word) % 4 == 1)]
    return a2b_base64(word.replace("-", "+").replace("_", "/") + "=" * (-len(word) % 4))


def _from_hex(word: str) -> bytes:
    return bytes.fromhex(word[: len(word) - len(word) % 2])
