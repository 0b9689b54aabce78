"""The debug log: our own lines and tracebacks, of which those are left out that may hold a secret."""

from __future__ import annotations

import logging
import traceback
from contextvars import ContextVar
from types import TracebackType

from . import Secrets, presentable

LEFT_OUT = "[left out, because a secret may be in it]"
_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


# Of the call that this thread makes, or has just made; None if the call has not told them. What a call does in other
# threads has a copy.
_secrets: ContextVar[Secrets | None] = ContextVar("secrets of the call", default=None)


def keep_out_of_log(secrets: Secrets | None) -> None:
    """Leave out of this thread's log what may hold these secrets, and with None all texts of exceptions."""
    _secrets.set(secrets)


class SecretlessFormatter(logging.Formatter):
    """A formatter of log records. What may hold a secret of the call or of this process is replaced by a sentence.

    Request lines have ids, and failures have texts of libraries; a traceback without its texts still shows the places.
    """

    def format(self, record: logging.LogRecord) -> str:
        return presentable(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        if _may_hold_a_secret(record.message):
            record.message = LEFT_OUT
        return super().formatMessage(record)

    def formatException(self, ei: _Failure) -> str:
        text = super().formatException(ei)
        if ei[0] is None or (_secrets.get() is not None and not _may_hold_a_secret(text)):
            return text
        # A place has a line of the source, which may be of somebody's program.
        places = (f"  {LEFT_OUT}\n" if _may_hold_a_secret(each) else each for each in traceback.format_tb(ei[2]))
        return f"Traceback (texts left out):\n{''.join(places)}{ei[0].__name__}: {LEFT_OUT}"


def _may_hold_a_secret(text: str) -> bool:
    return (_secrets.get() or Secrets()).may_be_in(text)
