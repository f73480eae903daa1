"""What is asked in SQL is what is known, however a file came to be where it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from skywright.errors import Unavailable, Usage
from skywright.model.resource import Inventory, Resource, Survey
from skywright.state.database import open_database
from skywright.state.inventories import Inventories
from skywright.state.query import ask
from skywright.state.views import Views


def machine(id: str, type: str, *needs: str) -> Resource:
    tags = [{"Key": "team", "Value": type}]
    return Resource(id, "ec2:instance", "eu-west-1", needs, properties={"InstanceType": type, "Tags": tags})


def survey(*there: Resource) -> Survey:
    found: Inventory = {one.id: one for one in there}
    return Survey(found, frozenset({("ec2:instance", "eu-west-1")}))


@pytest.fixture
def inventories(tmp_path: Path) -> Iterator[Inventories]:
    engine = open_database(tmp_path / "home.db")
    yield Inventories(engine, lambda: 0.0)
    engine.dispose()


def views(tmp_path: Path, inventories: Inventories, edition: str = "1") -> Views:
    return Views(tmp_path / "views", inventories, lambda _: float(edition), edition)


QUESTION = (
    "SELECT r.id, json_extract(properties, '$.InstanceType'), value, needs, usd_month FROM resources r"
    " LEFT JOIN tags USING (id) LEFT JOIN dependencies d ON d.id = r.id ORDER BY 1, 4"
)


def test_each_look_is_put_into_it(tmp_path: Path, inventories: Inventories) -> None:
    kept = views(tmp_path, inventories)

    def told() -> list[tuple[object, ...]]:
        return list(ask(kept.of("t"), QUESTION).rows)

    inventories.renew("t", survey(machine("i-1", "a", "s-1", "s-2"), machine("i-2", "a")))
    inventories.renew("other", survey(machine("i-9", "a")))
    assert told() == [
        ("i-1", "a", "a", "s-1", 1.0),
        ("i-1", "a", "a", "s-2", 1.0),
        ("i-2", "a", "a", None, 1.0),
    ]
    inventories.renew("t", survey(machine("i-1", "b"), machine("i-2", "a")))
    inventories.renew("t", survey(machine("i-1", "c", "s-2"), machine("i-3", "a")))
    assert told() == [("i-1", "c", "c", "s-2", 1.0), ("i-3", "a", "a", None, 1.0)]
    inventories.renew("t", survey(machine("i-1", "c", "s-2"), machine("i-3", "a")))
    assert len(told()) == 2
    inventories.renew("t", survey(machine("i-2", "a")))
    assert told() == [("i-2", "a", "a", None, 1.0)]


def test_it_is_written_anew_for_other_prices_or_after_damage(
    tmp_path: Path, inventories: Inventories
) -> None:
    inventories.renew("t", survey(machine("i-1", "a")))
    views(tmp_path, inventories).of("t").close()
    dearer = views(tmp_path, inventories, "2")
    assert ask(dearer.of("t"), "SELECT usd_month FROM resources").rows == ((2.0,),)
    (tmp_path / "views" / "t.db").write_bytes(b"nonsense" * 1000)
    assert ask(dearer.of("t"), "SELECT usd_month FROM resources").rows == ((2.0,),)


def test_who_is_forgotten_is_not_remembered_under_the_same_name(
    tmp_path: Path, inventories: Inventories
) -> None:
    kept = views(tmp_path, inventories)
    inventories.renew("t", survey(machine("i-1", "a")))
    kept.of("t").close()
    kept.forget("t")
    inventories.forget("t")
    inventories.renew("t", survey(machine("i-2", "a")))
    assert ask(kept.of("t"), "SELECT id FROM resources").rows == (("i-2",),)


def test_it_can_only_be_read(tmp_path: Path, inventories: Inventories) -> None:
    inventories.renew("t", survey(machine("i-1", "a")))
    kept = views(tmp_path, inventories)
    with pytest.raises(Usage, match="only read"):
        ask(kept.of("t"), "DELETE FROM resources")
    assert ask(kept.of("t"), "SELECT count(*) FROM resources").rows == ((1,),)
    assert (tmp_path / "views" / "t.db").stat().st_mode & 0o077 == 0


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path, inventories: Inventories) -> None:
    inventories.renew("t", survey(machine("i-1", "a")))
    (tmp_path / "views").write_text("a file")
    with pytest.raises(Unavailable, match="cannot be used"):
        views(tmp_path, inventories).of("t")
