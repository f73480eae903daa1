"""Bad input to the commands on recordings is said in one sentence, before anything is done."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from skywright.cli.recordings import commands
from skywright.errors import Malformed, NotFound, SkywrightError, Usage


@pytest.mark.parametrize(
    ("words", "error", "sentence"),
    [
        (["replay", "none.jsonl"], NotFound, "none.jsonl cannot be read"),
        (["conform", "none.jsonl"], NotFound, "none.jsonl cannot be read"),
        (["conform", "{here}/other.jsonl"], Malformed, "a recording begins with"),
        (["conform", "{here}/good.jsonl", "--same", "ami-1"], Usage, "THEIRS=OURS"),
        (["record", "-o", "{here}/no/where.jsonl", "--", "true"], NotFound, "there is no folder"),
    ],
)
def test_what_cannot_be_is_said(
    tmp_path: Path, words: list[str], error: type[SkywrightError], sentence: str
) -> None:
    (tmp_path / "other.jsonl").write_text("{}\n")
    (tmp_path / "good.jsonl").write_text(
        '{"format": "skywright-recording", "version": 1, "source": "gym"}\n', encoding="utf-8"
    )
    done = CliRunner().invoke(commands, [word.format(here=tmp_path) for word in words])
    assert isinstance(done.exception, error) and sentence in str(done.exception)
