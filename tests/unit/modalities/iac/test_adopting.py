"""Drift taken over into a configuration: withdrawn whole, whatever comes between."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from skywright.errors import CloudFailed
from skywright.modalities.iac import adopting
from skywright.modalities.iac.workspace import STATE, Workspace

KEPT = '{"version": 4, "lineage": "l-1", "serial": 1, "resources": []}'


@pytest.mark.parametrize("problem", [CloudFailed("terraform", "PlanFailed", "no"), KeyboardInterrupt()])
def test_what_was_brought_into_the_state_is_out_of_it_again_if_it_comes_to_nothing(
    tmp_path: Path, problem: BaseException
) -> None:
    (tmp_path / STATE).write_text(KEPT)
    workspace = Workspace(tmp_path, "us-east-1", "1")

    def bring_in(pending: Any) -> Any:
        (tmp_path / STATE).write_text("with more")
        raise problem

    planner: Any = SimpleNamespace(workspace=workspace, bring_in=bring_in)
    look: Any = SimpleNamespace(gone=lambda configuration: ())
    with pytest.raises(type(problem)):
        adopting.adopt(planner, look, {"i-1"})
    assert (tmp_path / STATE).read_text() == KEPT
