"""Make the environment of the example of a policy pack, once, in `.tools`; it needs versions of its own."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
EXAMPLE = CHECKOUT / "examples" / "policy"
FOLDER = CHECKOUT / ".tools" / "policy"


def get() -> Path:
    """Return the environment with what the example requires."""
    FOLDER.parent.mkdir(exist_ok=True)
    wanted = (EXAMPLE / "requirements.txt").read_text()
    stamp = FOLDER / "installed.txt"
    with FOLDER.with_name("policy.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            uv = [sys.executable, "-m", "uv"]
            # The engine lists what is installed by pip.
            made = [*uv, "venv", "--quiet", "--seed", "--clear", "--python", sys.executable, str(FOLDER)]
            subprocess.run(made, check=True)
            python = ["--quiet", "--python", str(FOLDER / "bin" / "python")]
            subprocess.run([*uv, "pip", "install", *python, "-r", EXAMPLE / "requirements.txt"], check=True)
            stamp.write_text(wanted)
    return FOLDER
