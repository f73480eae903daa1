"""What models are told, and how what they say is read."""

import json

import pytest

from skywright.brains.model import words
from skywright.brains.model.words import Action, Ask, Cannot, Done, NoAction, Search
from skywright.program.text import load


@pytest.mark.parametrize("language", ["bash", "python", "hcl", "yaml"])
def test_a_manual_shows_one_block_in_its_language_and_the_region(language: str) -> None:
    told = words.manual(language, "eu-north-1", searchable=False)
    assert f"\n```{language}\n" in told and "eu-north-1" in told and "```search" not in told
    assert "{region}" not in told and "{{" not in told.replace("${{", "")
    assert "```search" in words.manual(language, "eu-north-1", searchable=True)


def test_the_program_that_is_shown_is_one() -> None:
    program = load(words.hints()["languages"]["yaml"]["example"])
    assert [step.id for step in program.steps] == ["network", "subnet", "vm", "up"]


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        ("So.\n\n```bash\naws x\n```", Action("aws x")),
        ("```sh\naws x\n```\nand then\n```done\n{}\n```", Action("aws x")),
        ("```text\nnot this\n```\n```console\naws x\n```", Action("aws x")),
        ("cut off\n```bash\naws x\naws y", Action("aws x\naws y")),
        ('```done\n{"vms": []}\n```', Done({"vms": []})),
        ("```done\n```", Done({})),
        ("```search\nattach a disk\n```", Search("attach a disk")),
        ("```cannot\nno such\ncloud\n```", Cannot("no such cloud")),
    ],
)
def test_a_reply_is_read(reply: str, wanted: words.Reading) -> None:
    assert words.read(reply, "bash") == wanted


def test_questions_are_read() -> None:
    asked = words.read('```ask\n{"how many?": "How many?", "where": 3}\n```', "bash")
    assert isinstance(asked, Ask)
    assert [(one.id, one.text) for one in asked.questions] == [("how_many_", "How many?"), ("where", "3")]


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ("I am done!", "no block"),
        ("```bash\na\n```\n```bash\nb\n```", "2 blocks"),
        ("```python\nimport boto3\n```", "no block"),
        ("```bash\n\n```", "empty"),
        ("```done\nall of it\n```", "not JSON"),
        ("```done\n[1]\n```", "no object"),
        ("```ask\nhow many?\n```", "not JSON"),
        ("\x00```" + "no fence ```done ``` \u202e" * 50, "no block"),
    ],
)
def test_what_cannot_be_read_is_said(reply: str, says: str) -> None:
    with pytest.raises(NoAction, match=says):
        words.read(reply, "bash")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("InvalidAMIID.NotFound", "only good in one region"),
        ("InvalidVolume.ZoneMismatch", "availability zones"),
        ("InvalidGroup.Duplicate", "there already"),
        ("InvalidVpcID.NotFound", "no such thing"),
        ("SkywrightRefused", "a rule forbids it"),
        ("Teapot", ""),
    ],
)
def test_the_likely_cause_of_an_error(code: str, says: str) -> None:
    assert says in words.cause(code) and bool(says) == bool(words.cause(code))


@pytest.mark.parametrize(
    ("request_words", "says"),
    [
        ("Attach a disk", "availability zone of its instance"),
        ("Make web-1 larger", "only while it is stopped"),
        ("Move web-1 to Spot", "cannot become a spot instance"),
        ("two VMs behind a load balancer", "two availability zones"),
        ("rename web-1", ""),
    ],
)
def test_what_is_worth_knowing_of_what_is_spoken_of(request_words: str, says: str) -> None:
    told = words.topics(request_words)
    assert says in told and bool(says) == bool(told)


def test_the_middle_of_what_is_too_long_is_left_out() -> None:
    assert words.cut("x" * 50, 100) == "x" * 50
    assert len(words.cut("x" * 5000, 100)) < 160 and "4900 characters left out" in words.cut("x" * 5000, 100)


def test_hints_hold_no_braces_that_json_would_not() -> None:
    for line in words.hints()["end"].splitlines():
        if line.startswith("{") and len(line) > 2:
            json.loads(line)
