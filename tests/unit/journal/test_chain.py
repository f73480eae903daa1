"""The chain: what goes in comes out, from many writers at once, on SQLite and on PostgreSQL."""

import json
import math
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import rfc8785
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import postgres

from skywright.errors import Corrupt, Unavailable
from skywright.journal.canonical import canonical
from skywright.journal.chain import Journal, entry
from skywright.journal.keys import Keys
from skywright.journal.redact import STRUCK
from skywright.journal.storage import Transaction
from skywright.journal.verification import Verification
from skywright.state.database import open_shared

WRITER = """
import sys, time
from pathlib import Path
from skywright.journal.chain import Journal
from skywright.state.database import open_shared
url, keys, name, count = sys.argv[1:]
journal = Journal.open(open_shared(url), Path(keys), time.time)
for number in range(int(count)):
    journal.append("run.stage", {"writer": name, "number": number}, name)
"""


SUDDEN = """
import os, sys, time
from pathlib import Path
from skywright.journal.chain import Journal, entry
from skywright.state.database import open_shared
url, keys = sys.argv[1:]
journal = Journal.open(open_shared(url), Path(keys), time.time)
journal.extend([entry("run.x", {"n": n}) for n in range(3)], durable=False)
os.kill(os.getpid(), 9)
"""


def opened(folder: Path) -> Journal:
    return Journal.open(sa.create_engine(f"sqlite:///{folder}/skywright.db"), folder / "keys", time.time)


@pytest.fixture
def journal(database: sa.Engine, tmp_path: Path) -> Journal:
    return Journal.open(database, tmp_path / "keys", time.time)


def test_append_and_read_back(journal: Journal) -> None:
    first = journal.append("run.begun", {"request": "drei Maschinen, größer", "count": 3}, "r-1")
    journal.append("call.read", {}, "r-2")
    assert list(journal.read("r-1")) == [first]
    assert [record.seq for record in journal.read()] == [1, 2]
    assert [record.kind for record in journal.read(kinds=("call.",))] == ["call.read"]
    assert [record.kind for record in journal.read(kinds=("run.begun",))] == ["run.begun"]
    assert list(journal.read(kinds=("run.b",))) == []
    assert first.body == {"request": "drei Maschinen, größer", "count": 3}


def test_numbers_and_texts_that_json_cannot_hold(journal: Journal) -> None:
    body = {
        "big": 2**60,
        "neg": -(2**63),
        "nan": math.nan,
        "inf": -math.inf,
        "half": 0.1,
        "lone": "\ud800",
        "nul": "\0",
    }
    record = journal.append("run.x", body)
    assert record.body == {
        "big": str(2**60), "neg": str(-(2**63)), "nan": "nan", "inf": "-inf", "half": 0.1,
        "lone": "\\ud800", "nul": "\0",
    }  # fmt: skip
    assert journal.verify().ok


def test_what_is_not_json_is_our_mistake(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        opened(tmp_path).append("run.x", {"when": object()})  # type: ignore[dict-item]


def test_secrets_are_struck_out_at_the_last_moment(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    record = journal.append("run.x", {"MasterUserPassword": "hunter2", "NextToken": "abc"})
    assert record.body == {"MasterUserPassword": STRUCK, "NextToken": "abc"}
    assert b"hunter2" not in (tmp_path / "skywright.db").read_bytes()


def test_deep_nesting_is_cut_not_crashed(tmp_path: Path) -> None:
    deep: object = "end"
    for _ in range(600):
        deep = [deep]
    assert opened(tmp_path).append("run.x", {"deep": deep}).seq == 1  # type: ignore[dict-item]


def test_key_is_private_and_kept(tmp_path: Path) -> None:
    opened(tmp_path).append("run.x", {})
    assert (tmp_path / "keys" / "journal.key").stat().st_mode & 0o777 == 0o600
    opened(tmp_path).append("run.x", {})
    assert opened(tmp_path).verify().records == 2
    assert opened(tmp_path).verify().ok


def test_unusable_key_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file, not a folder")
    with pytest.raises(Unavailable, match="cannot be used"):
        opened(tmp_path)
    with pytest.raises(Unavailable):
        Journal.open(sa.create_engine(f"sqlite:///{tmp_path}/none/x.db"), tmp_path / "k", time.time)


def test_threads_share_one_journal(journal: Journal) -> None:
    threads = [
        threading.Thread(target=lambda: [journal.append("run.x", {}) for _ in range(25)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.verify().records == 200
    assert journal.verify().ok


def test_several_records_in_one_go_are_one_chain(journal: Journal) -> None:
    journal.append("run.x", {})
    added = journal.extend([entry("run.x", {"n": number}, "r") for number in range(5)])
    assert [record.seq for record in added] == [2, 3, 4, 5, 6]
    assert [record.body["n"] for record in journal.read("r")] == [0, 1, 2, 3, 4]
    assert journal.verify() == Verification(6)


def test_what_is_written_beside_is_written_with_it_or_not_at_all(
    journal: Journal, database: sa.Engine
) -> None:
    journal.append("run.x", {})

    def beside(transaction: Transaction) -> None:
        transaction.execute("CREATE TABLE beside (n INTEGER)")
        transaction.execute("INSERT INTO beside VALUES (?)", (1,))

    def tables() -> set[str]:
        return set(sa.inspect(database).get_table_names())

    def fails(transaction: Transaction) -> None:
        beside(transaction)
        raise KeyError

    with pytest.raises(KeyError):
        journal.extend([entry("run.x", {})], beside=fails)
    assert "beside" not in tables()
    assert journal.verify() == Verification(1)
    journal.extend([entry("run.x", {})], durable=False, beside=beside)
    assert "beside" in tables()
    assert journal.verify() == Verification(2)


def test_the_head_follows_only_what_is_on_the_disk(tmp_path: Path) -> None:
    """A head that were ahead of the records after a loss of power would cry theft."""
    journal = opened(tmp_path)
    journal.append("run.x", {})
    kept = (tmp_path / "keys" / "journal.head").read_bytes()
    journal.extend([entry("run.x", {})], durable=False)
    assert not journal.settled
    assert (tmp_path / "keys" / "journal.head").read_bytes() == kept
    assert journal.verify() == Verification(2)
    journal.settle()
    assert journal.settled
    assert (tmp_path / "keys" / "journal.head").read_bytes() != kept
    journal.extend([entry("run.x", {})], durable=False)
    journal.append("run.x", {})
    assert journal.settled
    assert opened(tmp_path).verify() == Verification(4)


def test_what_is_not_on_the_disk_yet_survives_the_death_of_its_process(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/skywright.db"
    opened(tmp_path).append("run.x", {})
    dead = subprocess.run([sys.executable, "-c", SUDDEN, url, str(tmp_path / "keys")], check=False)
    assert dead.returncode == -9
    journal = opened(tmp_path)
    assert journal.verify() == Verification(4)
    journal.append("run.x", {})
    assert journal.verify() == Verification(5)


def _write_from_processes(url: str, folder: Path, processes: int, each: int) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, str(folder / "keys"), f"r-{name}", str(each)])
        for name in range(processes)
    ]
    assert [process.wait(timeout=120) for process in running] == [0] * processes


@pytest.mark.slow
def test_processes_share_one_chain_from_its_very_beginning(
    tmp_path: Path, database_url: str, database: sa.Engine
) -> None:
    """Nothing is there yet: key, tables and chain are made by several at once."""
    _write_from_processes(database_url, tmp_path, 4, 25)
    journal = Journal.open(database, tmp_path / "keys", time.time)
    assert journal.verify().records == 100
    assert journal.verify().problems == ()
    assert [record.body["number"] for record in journal.read("r-2")] == list(range(25))


@postgres.needed
def test_machines_share_one_chain_under_one_key(postgres_server: str, tmp_path: Path) -> None:
    """Each finds what the other wrote, and a tail that is cut off; who has another key is told."""
    engine = open_shared(postgres.empty(postgres_server))
    first = Journal.open(engine, tmp_path / "first", time.time)
    shutil.copytree(tmp_path / "first", tmp_path / "second")
    first.append("run.x", {"n": 1})
    second = Journal.open(engine, tmp_path / "second", time.time)
    assert second.verify() == Verification(1)
    for number in range(3):
        second.append("run.x", {"n": number})
        first.append("run.x", {"n": number})
    assert first.verify() == second.verify() == Verification(7)
    Keys.open(tmp_path / "third")
    for other in ("third", "fourth"):
        with pytest.raises(Unavailable, match="begun with another key"):
            Journal.open(engine, tmp_path / other, time.time)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM journal WHERE seq > 5"))
        connection.execute(sa.text("DELETE FROM journal_head"))
    for machine in (first, second):
        assert [problem.seq for problem in machine.verify().problems] == [5, 6]
        with pytest.raises(Corrupt, match="lost its newest records"):
            machine.append("run.x", {})
    engine.dispose()


@pytest.mark.slow
def test_a_killed_writer_leaves_a_whole_chain(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/skywright.db"
    opened(tmp_path).append("run.x", {})
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, url, str(tmp_path / "keys"), "r", "100000"])
        before = opened(tmp_path).verify().records
        while opened(tmp_path).verify().records < before + 5:
            time.sleep(0.05)
        writer.kill()
        writer.wait()
        opened(tmp_path).append("run.x", {})
        assert opened(tmp_path).verify().ok


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(values | st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=300, deadline=None)
def test_the_canonical_text_is_the_rfcs(value: object) -> None:
    try:
        expected = rfc8785.dumps(value).decode()  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        return
    assert canonical(value) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [-0.0, 1e-4, 9e-5, 1e15, 1e16, 1e21, 123456789012345.6, 0.1 + 0.2, 5e-324])
def test_numbers_as_javascript_writes_them(value: float) -> None:
    assert canonical(value) == rfc8785.dumps(value).decode()


@given(values)
@settings(max_examples=200, deadline=None)
def test_any_value_has_one_canonical_text(value: object) -> None:
    text = canonical(value)  # type: ignore[arg-type]
    assert canonical(json.loads(text, parse_int=float)) == text
