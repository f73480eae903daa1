"""Drift taken over into a configuration: withdrawn whole, whatever comes between."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from skywright.errors import CloudFailed
from skywright.modalities.iac import adopting
from skywright.modalities.iac.workspace import STATE, Pending, Workspace, opened
from skywright.program.emit.hcl.configuration import Configuration, Resource
from skywright.program.emit.hcl.wanted import Wanted

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


def test_what_was_brought_in_by_one_that_was_killed_is_known_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Nothing of the program's own sees it, as nothing sees SIGKILL."""

    kind = "aws_vpc_security_group_ingress_rule"
    configuration = Configuration()
    configuration.put(Resource(f"{kind}.web", kind, "web", {}, id="sgr-1", imported="sgr-1"))
    monkeypatch.setattr(adopting, "_pending", lambda *_: Pending("", configuration, Wanted()))

    def bring_in(_: Pending) -> Pending:
        held = {
            "mode": "managed",
            "type": kind,
            "name": "web",
            "instances": [{"attributes": {"id": "sgr-1"}}],
        }
        (tmp_path / "us-east-1" / STATE).write_text(json.dumps({**json.loads(KEPT), "resources": [held]}))
        raise Killed

    with opened(tmp_path, "us-east-1", "1") as workspace:
        (workspace.folder / STATE).write_text(KEPT)
        planner: Any = SimpleNamespace(workspace=workspace, bring_in=bring_in)
        with pytest.raises(Killed):
            adopting.adopt(planner, cast("Any", None), {"sg-1"})
    with opened(tmp_path, "us-east-1", "1") as workspace:
        assert workspace.pending is not None and workspace.pending.begun
        (one,) = workspace.absorb(workspace.pending).managed()
        assert (one.id, one.imported, one.address) == ("sgr-1", "", f"{kind}.web")
