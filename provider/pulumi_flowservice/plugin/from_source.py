"""Run the plugin for a language host, which kills what it has started together with the engine.

A request that is cut off has an unknown outcome. So the work is done by a child in a session of its own, which no
signal to the host reaches. It ends with the process that the host knows, because that one holds the other end of a
pipe. Windows has no `fork`: there, one process does both, and a killed engine may cut off a request.
"""

from __future__ import annotations

import os
import sys

from ..engine.watch import end_with, end_with_pipe


def main() -> None:
    """Serve until the language host ends this process; what is being done then is finished by its child."""
    if sys.platform == "win32":
        from .__main__ import main

        return main()
    child_end, own_end = os.pipe()
    # Before anything heavy is imported: the parent stays small, and has no threads that a fork would lose.
    child = os.fork()
    if child == 0:
        os.close(own_end)
        os.setsid()
        from .__main__ import run

        return run(lambda: end_with_pipe(child_end))
    os.close(child_end)
    host = os.getppid()
    end_with(lambda: os.getppid() != host)
    _, status = os.waitpid(child, 0)
    sys.exit(os.waitstatus_to_exitcode(status))
