"""What a text must not hold: a secret, or eight of its letters and digits in a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from .spellings import View, fold, skeleton, tidy, without_tags

# So many letters and digits in a row of a secret may not be shown; a secret that has fewer is looked for as a word.
RUN = 8
# A secret with few letters and digits may be long; of it, as many characters in a row are looked for.
_LITERAL_RUN = 16
# Eight letters within one of these are in most texts about connections, and tell nothing of a secret that has them.
_HARMLESS = (
    "accepted accessdenied additional administrator anonymous application attempts attribute authenticate "
    "authenticated authentication authenticator authorization authorized available beginencryptedprivatekey "
    "beginprivatekey beginrsaprivatekey bigquery certificate characters clientid clientsecret collection combination "
    "communication configuration configured connected connecting connection connections connectionstring connector "
    "contains contenttype continue contract credential credentials currently customer database databases datasource "
    "deadlock deprecated description disabled document documentation duplicate duration encoding encrypted encryption "
    "endencryptedprivatekey endpoint endpoints endprivatekey endrsaprivatekey establish established exception "
    "execution exhausted existing expected expiration external federated firewall forbidden foundation handshake "
    "hostname identifier identity incorrect information initialcatalog insufficient integrated integrity interface "
    "internal internet language listener location maintenance management mechanism microsoft mismatch multiple "
    "necessary negotiation operation operations organization organizations parameter parameters passphrase password "
    "passwords permission permissions permitted platform postgres postgresql previous principal privatekey privilege "
    "privileges procedure processed production properties property protocol provided provider provisioned quarantined "
    "recovery redirect redshift reference refreshtoken rejected relation remaining replication requested requests "
    "required reserved resource resources response restricted retrieve scheduled security sequence serverless "
    "serviceaccount services snowflake software specification specified sqlserver standard statement subscription "
    "succeeded successful successfully supported suspended temporarily temporary terminated timestamp transaction "
    "transport troubleshooting unauthorized unavailable unexpected unrecognized unsupported username validation "
    "violation warehouse workspace"
)


class Needles:
    """What must not be in a text."""

    __slots__ = ("_harmless", "_literals", "_pieces", "_wholes", "_words")

    def __init__(self, secrets: Iterable[str], shown: Iterable[str] = ()) -> None:
        self._harmless = _harmless_runs().union(*(_runs(_letters(each), RUN) for each in shown))
        self._pieces: set[str] = set()
        self._literals: set[str] = set()
        self._wholes: tuple[str, ...] = ()
        self._words: tuple[re.Pattern[str], ...] = ()
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Look for more secrets; another thread may be searching meanwhile."""
        words: list[str] = []
        for secret in secrets:
            letters = _letters(secret)
            if len(letters) >= RUN:
                encoded = {run for spelling in _encoded(secret) for run in _runs(_letters(spelling), RUN)}
                own = {*_runs(letters, RUN)} - self._harmless
                # Tags that a page has within a secret are removed together with what looks like one in the secret.
                self._pieces |= own | encoded | ({*_runs(_letters(without_tags(secret)), RUN)} - self._harmless)
                self._wholes += () if own else (letters,)
            elif len(folded := tidy(fold(secret))) > _LITERAL_RUN:
                self._literals |= {*_runs(folded, _LITERAL_RUN)}
            elif folded.strip():
                words.append(as_word(folded))
        self._words += (re.compile("|".join(words)),) if words else ()

    def are_in(self, text: Iterable[View]) -> bool:
        """Return whether any of them is in any form of a text."""
        return any(map(self._are_in, text))

    def _are_in(self, form: View) -> bool:
        if any(word.search(form.tidy) for word in self._words):
            return True
        if any(whole in form.letters for whole in self._wholes):
            return True
        if self._literals and not self._literals.isdisjoint(_runs(form.tidy, _LITERAL_RUN)):
            return True
        return bool(self._pieces) and not self._pieces.isdisjoint(_runs(form.letters, RUN))


@cache
def _harmless_runs() -> frozenset[str]:
    return frozenset(run for word in _HARMLESS.split() for run in _runs(word, RUN))


def _letters(text: str) -> str:
    return skeleton(fold(text))


def _runs(text: str, length: int) -> Iterator[str]:
    return (text[at : at + length] for at in range(len(text) - length + 1))


def as_word(text: str) -> str:
    """Return a pattern that finds a text, but no longer word that contains it."""
    before, after = (r"(?<![^\W_])", r"(?![^\W_])")
    return (before if text[0].isalnum() else "") + re.escape(text) + (after if text[-1].isalnum() else "")


def _encoded(secret: str) -> Iterator[str]:
    """Yield the hexadecimal form, and the base64 at each of the three places where the secret may begin."""
    from binascii import b2a_base64

    data = secret.encode("utf-8", "surrogatepass")
    yield data.hex()
    for before, cut in ((0, 0), (1, 2), (2, 3)):
        yield b2a_base64(b"\0" * before + data).decode()[cut : (before + len(data)) * 8 // 6]
