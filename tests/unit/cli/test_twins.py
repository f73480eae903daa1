"""A twin takes the place of a twin, and of nothing else."""

from types import SimpleNamespace
from typing import Any

import pytest

from skywright.cli import twins
from skywright.model.target import Target


@pytest.mark.parametrize(("is_twin", "removed"), [(True, ["prod-twin"]), (False, [])])
def test_an_account_that_only_has_a_former_twins_name_is_not_removed(
    monkeypatch: pytest.MonkeyPatch, is_twin: bool, removed: list[str]
) -> None:
    gone: list[str] = []
    accounts = SimpleNamespace(ready=lambda name: is_twin, has=lambda name: True, remove=gone.append)
    known = SimpleNamespace(get=lambda name: SimpleNamespace(target="prod"))
    app: Any = SimpleNamespace(accounts=accounts, twins=known, parts=None)
    seen = SimpleNamespace(survey=SimpleNamespace(covered={"x"}))
    monkeypatch.setattr(twins, "read", lambda *_: seen)
    monkeypatch.setattr(twins, "make", lambda *_: "made")
    assert twins._twin(app, Target("prod", "aws", "p"), "prod-twin", ()) == "made"  # pyright: ignore[reportPrivateUsage]
    assert gone == removed
