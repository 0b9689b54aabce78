"""The choice of the target of `make up` and `make down`."""

from __future__ import annotations

import pytest

from tools.quickstart.command import run


def test_an_unknown_target_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped TARGET starts nothing, and one line names the words that are accepted."""
    monkeypatch.setenv("TARGET", "nonsense")

    def start() -> int:
        raise AssertionError("something was started")

    code = run(locally=start, at_adobe=start)

    assert code == 1
    assert "`local` (the default) or `adobe`" in capsys.readouterr().err
