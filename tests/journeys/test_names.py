"""Names of things that do not exist are named, with what there is, before anything begins."""

import pytest
from tests.user import User


@pytest.mark.parametrize(
    ("option", "name", "there_is"),
    [
        ("--cloud", "azure", "aws"),
        ("--modality", "telepathy", "sdk"),
        ("--brain", "moon:gpt", "builtin"),
        ("--target", "nowhere", "gym"),
        ("--autonomy", "reckless", "supervised"),
    ],
)
def test_an_unknown_name_is_a_usage_error(user: User, option: str, name: str, there_is: str) -> None:
    runs = len(user.run("runs", "--json").json["runs"])
    said = user.run("do", "create a VM", option, name)
    assert said.status == 2 and said.in_one_sentence()
    assert name in said.err and there_is in said.err
    assert len(user.run("runs", "--json").json["runs"]) == runs


def test_an_unknown_command_is_a_usage_error(user: User) -> None:
    assert user.run_afresh("dance").status == 2
    assert user.run("emit", "none.yaml", "--as", "cli").status == 2


@pytest.mark.parametrize("words", [("do", ""), ("undo", "r-none"), ("runs", "resume", "r-none")])
def test_with_json_an_error_is_one_object_too(user: User, words: tuple[str, ...]) -> None:
    said = user.run(*words, "--json")
    assert said.status == 2 and said.in_one_sentence()
    assert said.json["status"] == "failed" and said.json["error"] in said.err
