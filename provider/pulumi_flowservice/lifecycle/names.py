"""The names of properties, as the state (`connectionTest`) and as a Python program has them; and of objects."""

from __future__ import annotations

import re
from functools import lru_cache

# The end of a default name: the program gave none, so it was made from the resource's name.
_AUTOMATIC_DIGITS = re.compile(r"-[0-9a-f]{7}$")
# For texts that tell to change it: nobody knows in which language the program is.
CREDENTIALS_VERSION = "`credentials_version` (in YAML and TypeScript `credentialsVersion`)"


def without_digits(name: str) -> str:
    """Return a name without what a default name ends in, which differs between stacks."""
    return _AUTOMATIC_DIGITS.sub("", name)


@lru_cache(maxsize=1024)
def python_name(wire_name: str) -> str:
    """Return the name of a property in a Python program: `connection_test` for `connectionTest`."""
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in wire_name)


def wire_name(python_name: str) -> str:
    """Return the property of a name in Python: `connectionTest` for `connection_test`; `__provider` stays."""
    return re.sub(r"(?<=[a-z])_([a-z])", lambda match: match[1].upper(), python_name)


def in_words(names: list[str]) -> str:
    """Return the names of properties for a sentence, as a Python program spells them."""
    return ", ".join(f"`{python_name(name)}`" for name in names)
