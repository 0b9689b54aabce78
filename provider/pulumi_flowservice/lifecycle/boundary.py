"""The boundary between the lifecycle and an engine: errors and warnings leave as one paragraph, without secrets."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import FlowServiceError
from ..redaction import SECRETS, RedactingFormatter, presentable

log = logging.getLogger("pulumi_flowservice")


def prepare_diagnostics(debug: bool) -> None:
    """Show errors without tracebacks; with `flowservice:debug`, show tracebacks and requests, redacted."""
    if not debug:
        sys.tracebacklimit = 0
        return
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter("flowservice %(threadName)s %(message)s"))
    log.handlers = [handler]
    log.setLevel(logging.DEBUG)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Let our own errors pass without their chains; hide the text of all others, which may hold a request's values.

    Raises: FlowServiceError only.
    """
    try:
        yield
    except FlowServiceError as error:
        log.debug("failed", exc_info=True)
        raise _presentable(error) from None
    except Exception as error:
        # Whatever it is, its text must not reach the terminal as it is.
        log.debug("failed", exc_info=True)
        # Not extract_tb: it obeys the limit that keeps tracebacks from the terminal.
        frame, line = list(traceback.walk_tb(error.__traceback__))[-1]
        file = frame.f_code.co_filename.rpartition("/")[2]
        raise FlowServiceError(
            f"an unexpected {type(error).__name__} in {frame.f_code.co_name} ({file}:{line})",
            remedy="Please report it; flowservice:debug=true shows where it comes from.",
        ) from None


def _presentable(error: FlowServiceError) -> FlowServiceError:
    """The same error with texts fit to be shown, should they hold what they must not."""
    shown = error.copy()
    for name in ("message", "remedy", "during", "earlier"):
        setattr(shown, name, presentable(getattr(shown, name), SECRETS))
    shown.args = (shown.message,)
    return shown
