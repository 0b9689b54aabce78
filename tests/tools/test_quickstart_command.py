"""The choice of the target of `make up` and `make down`."""

from __future__ import annotations

import pytest

from tools.quickstart.command import run


@pytest.mark.parametrize("name", ["up", "down"])
def test_an_unknown_target_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistyped TARGET starts nothing, and one line names the words that are accepted."""
    ran: list[str] = []
    monkeypatch.setenv("TARGET", "nonsense")

    code = run(name, locally=lambda: len(ran.append("local") or ran), at_adobe=lambda: len(ran.append("adobe") or ran))

    assert code == 1
    assert not ran
    assert "`local` (the default) or `adobe`" in capsys.readouterr().err
