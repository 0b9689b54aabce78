"""The wheel works where neither the checkout nor its development tools are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from flowservice_emulator.server import Emulator

from tests.e2e.conftest import MakeStack
from tests.support import clean_environment
from tests.support.pulumi_stack import Stack


def readme_program() -> str:
    """Return the first Python program of the README."""
    text = (clean_environment.CHECKOUT / "README.md").read_text()
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_readmes_program_runs_with_the_wheel_alone(
    tmp_path: Path, make_stack: MakeStack, flowservice_emulator: Emulator, inputs: dict[str, Any]
) -> None:
    """Word for word, in an environment with the wheel and its requirements, outside the checkout.

    The wheel holds types for type checkers, and the file that keeps the engine from taking it for a plugin. The
    emulator is not in it.
    """
    environment = clean_environment.make(tmp_path / "wheel")
    [packages] = environment.glob("lib/python*/site-packages")
    assert (packages / "pulumi_flowservice" / "py.typed").exists()
    assert (packages / "pulumi_flowservice" / "pulumi-plugin.json").exists()
    assert not list(packages.glob("pytest*"))
    assert not list(packages.glob("flowservice_emulator*"))

    stack: Stack = make_stack(flowservice_emulator.environment, python=environment)
    # The program names no port, so the real database cannot be the one at Redshift's usual port.
    plain = {"flowservice:connectionTest": "off", "server": inputs["server"]}
    stack.configure(plain, secret={"password": inputs["password"]})
    stack.write(readme_program())

    stack.up().ok()

    [made] = flowservice_emulator.connections("dev")
    assert stack.outputs() == {"connection": made["id"]}
