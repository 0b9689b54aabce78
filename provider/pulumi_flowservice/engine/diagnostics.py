"""The boundary between the lifecycle and an engine: each error leaves as one paragraph, without secrets."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import FlowServiceError
from ..redaction import presentable
from ..redaction.log import SecretlessFormatter, keep_out_of_log
from .watch import CALLS

log = logging.getLogger("pulumi_flowservice")


def prepare_diagnostics(debug: bool, handler: logging.Handler) -> None:
    """Hide tracebacks; with `flowservice:debug`, give the handler tracebacks and a log of requests, without secrets."""
    if not debug:
        # Pulumi's provider host prints exceptions with their tracebacks; a limit of 0 leaves only the message.
        sys.tracebacklimit = 0
        return
    handler.setFormatter(SecretlessFormatter("flowservice %(threadName)s %(message)s"))
    log.handlers = [handler]
    log.setLevel(logging.DEBUG)


@contextmanager
def one_call() -> Iterator[None]:
    """Run one call of the engine, which is finished even if the engine is gone.

    Every error leaves as a FlowServiceError without chained errors, whose texts may hold a request's values.
    """
    # Which values are secret, the call itself tells as soon as it knows.
    keep_out_of_log(None)
    try:
        with CALLS.one():
            yield
    except FlowServiceError as error:
        log.debug("failed", exc_info=True)
        names = ("message", "remedy", "during", "earlier")
        raise error.replace(**{name: presentable(getattr(error, name)) for name in names}) from None
    except Exception as error:
        # The text of an unexpected error may hold a secret, so only its type and its place are shown.
        log.debug("failed", exc_info=True)
        # Not extract_tb: `sys.tracebacklimit = 0` (above) makes it return nothing.
        frame, line = list(traceback.walk_tb(error.__traceback__))[-1]
        file = frame.f_code.co_filename.rpartition("/")[2]
        raise FlowServiceError(
            f"an unexpected {type(error).__name__} in {frame.f_code.co_name} ({file}:{line})",
            remedy="Please report it; flowservice:debug=true shows its traceback.",
        ) from None
