"""Questions in SQL: they are answered, and reach nothing but the inventory."""

from pathlib import Path

import pytest

from skywright.errors import Usage
from skywright.model.resource import Resource
from skywright.state import query
from skywright.state.query import ask, filled

THERE = (
    Resource(
        "i-1",
        "ec2:instance",
        "eu-west-1",
        ("subnet-1",),
        "skywright",
        "web-1",
        {"InstanceType": "t3.micro"},
    ),
    Resource(
        "i-2",
        "ec2:instance",
        "us-east-1",
        (),
        "",
        "it's",
        {"Tags": [{"Key": "team", "Value": "a"}, "odd"]},
    ),
    Resource("subnet-1", "ec2:subnet", "eu-west-1"),
)


def rows(question: str) -> list[tuple[object, ...]]:
    database = filled(THERE, lambda one: 7.5 if one.type == "ec2:instance" else 0.0)
    return list(ask(database, question).rows)


def test_resources_dependencies_and_tags_can_be_asked_for() -> None:
    assert rows("SELECT id FROM resources WHERE type = 'ec2:instance' AND region LIKE 'eu%'") == [("i-1",)]
    assert rows("SELECT sum(usd_month) FROM resources") == [(15.0,)]
    assert rows("SELECT json_extract(properties, '$.InstanceType') FROM resources WHERE name = 'web-1'") == [
        ("t3.micro",)
    ]
    assert rows("SELECT r.name FROM resources r JOIN dependencies d USING (id) WHERE needs = 'subnet-1'") == [
        ("web-1",)
    ]
    assert rows("SELECT id, value FROM tags WHERE key = 'team'") == [("i-2", "a")]
    assert rows(
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION SELECT x + 1 FROM n WHERE x < 3) SELECT * FROM n"
    ) == [
        (1,),
        (2,),
        (3,),
    ]


@pytest.mark.parametrize(
    "question",
    [
        "",
        "what is there?",
        "DELETE FROM resources",
        "UPDATE resources SET name = ''",
        "CREATE TABLE more (x)",
        "PRAGMA writable_schema = 1",
        "SELECT 1; SELECT 2",
        "SELECT load_extension('x')",
        "SELECT * FROM nothing",
        "SELECT 'a\0b",
    ],
)
def test_what_is_no_question_is_refused_in_a_sentence(question: str) -> None:
    with pytest.raises(Usage, match="query"):
        rows(question)


def test_no_file_is_reached(tmp_path: Path) -> None:
    for words in (f"ATTACH '{tmp_path}/x.db' AS x", f"VACUUM INTO '{tmp_path}/x.db'"):
        with pytest.raises(Usage):
            rows(words)
    assert not [*tmp_path.iterdir()]


def test_a_question_without_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "_SECONDS", 0.05)
    forever = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(Usage, match="longer"):
        rows(forever)
    monkeypatch.setattr(query, "_ROWS", 2)
    with pytest.raises(Usage, match="more than 2 rows"):
        rows("SELECT * FROM resources")
