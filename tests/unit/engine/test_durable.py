"""The durable engine: what is done is not done again, and a crash is not the last word."""

import pytest

from skywright.engine.durable import GO, opened


def test_a_stage_that_is_done_is_not_done_again(database_url: str) -> None:
    did = list[str]()

    def first(run: str) -> str:
        did.append(run)
        return GO

    for _ in range(2):
        with opened(
            database_url, "r-1", {"prepare": (("first", first), ("last", lambda _: "done"))}
        ) as workflows:
            assert workflows.run("prepare", "r-1", 0) == "done"
    assert did == ["r-1"]


def test_a_crash_is_tried_again_by_the_next_process(database_url: str) -> None:
    tries = list[int]()

    def stage(run: str) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("a bug")
        return "done"

    with (
        opened(database_url, "r-1", {"perform": (("stage", stage),)}) as workflows,
        pytest.raises(Exception, match="bug"),
    ):
        workflows.run("perform", "r-1", 0)
    with opened(database_url, "r-1", {"perform": (("stage", stage),)}) as workflows:
        assert workflows.run("perform", "r-1", 0) == "done"
