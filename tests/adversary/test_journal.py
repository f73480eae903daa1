"""Somebody edits the journal's database with sqlite3, in every way there is; all of it must be found."""

import base64
import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from skywright.errors import Corrupt
from skywright.journal.chain import Journal
from skywright.journal.keys import Head, Keys
from skywright.journal.record import digest_of
from skywright.journal.verification import Damage, Verification

LENGTH = 12
Edit = Callable[[sqlite3.Connection], object]


class Victim:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "skywright.db"
        for number in range(1, LENGTH + 1):
            self.journal().append("run.stage", {"n": number, "words": f"record {number}"}, f"r-{number % 2}")

    def journal(self) -> Journal:
        """Opened anew, as the next process would."""
        return Journal.open(sa.create_engine(f"sqlite:///{self.database}"), self.folder / "keys", time.time)

    def edit(self, *edits: str | Edit) -> None:
        with sqlite3.connect(self.database) as connection:
            for edit in edits:
                connection.execute(edit) if isinstance(edit, str) else edit(connection)
        connection.close()

    def verify(self) -> Verification:
        return self.journal().verify()

    def found(self) -> dict[int, Damage]:
        return {problem.seq: problem.damage for problem in self.verify().problems}


@pytest.fixture
def victim(tmp_path: Path) -> Victim:
    return Victim(tmp_path)


def test_untouched(victim: Victim) -> None:
    assert victim.verify() == Verification(LENGTH)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET body = replace(body, '5', '6') WHERE seq = 5",
        "UPDATE journal SET body = body || ' ' WHERE seq = 5",
        "UPDATE journal SET body = CAST(body AS BLOB) WHERE seq = 5",
        "UPDATE journal SET body = x'00ff' WHERE seq = 5",
        "UPDATE journal SET body = '' WHERE seq = 5",
        "UPDATE journal SET body = 'not json' WHERE seq = 5",
        "UPDATE journal SET at = at + 0.001 WHERE seq = 5",
        "UPDATE journal SET at = 'yesterday' WHERE seq = 5",
        "UPDATE journal SET run = 'r-other' WHERE seq = 5",
        "UPDATE journal SET run = '' WHERE seq = 5",
        "UPDATE journal SET kind = 'call.read' WHERE seq = 5",
        "UPDATE journal SET previous = (SELECT previous FROM journal WHERE seq = 4) WHERE seq = 5",
    ],
)
def test_changed_content(victim: Victim, change: str) -> None:
    victim.edit(change)
    assert victim.found() == {5: Damage.CHANGED}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET digest = (SELECT digest FROM journal WHERE seq = 4) WHERE seq = 5",
        "UPDATE journal SET digest = '' WHERE seq = 5",
        "UPDATE journal SET digest = x'00' WHERE seq = 5",
        "UPDATE journal SET signature = (SELECT signature FROM journal WHERE seq = 4) WHERE seq = 5",
        "UPDATE journal SET signature = 'zz' WHERE seq = 5",
        "UPDATE journal SET signature = '' WHERE seq = 5",
    ],
)
def test_changed_seal(victim: Victim, change: str) -> None:
    victim.edit(change)
    assert 5 in victim.found()
    assert set(victim.found()) <= {5, 6}


@pytest.mark.parametrize(("first", "last"), [(1, 1), (1, 3), (5, 5), (5, 8)])
def test_removed_within(victim: Victim, first: int, last: int) -> None:
    victim.edit(f"DELETE FROM journal WHERE seq BETWEEN {first} AND {last}")
    (problem,) = victim.verify().problems
    assert (problem.seq, problem.damage) == (first, Damage.REMOVED)
    assert str(last) in problem.says


def test_removed_and_renumbered(victim: Victim) -> None:
    victim.edit("DELETE FROM journal WHERE seq = 5", *_renumber(6, -1))
    found = victim.found()
    assert found[5] is Damage.REORDERED
    assert found[LENGTH] is Damage.REMOVED


def test_tail_cut(victim: Victim) -> None:
    victim.edit("DELETE FROM journal WHERE seq > 10")
    assert victim.found() == {11: Damage.REMOVED}


def test_tail_cut_and_head_put_back(victim: Victim) -> None:
    victim.edit(
        "DELETE FROM journal WHERE seq > 10",
        "UPDATE journal_head SET (seq, digest, signature) = "
        "(SELECT seq, digest, signature FROM journal WHERE seq = 10)",
    )
    assert victim.found() == {11: Damage.REMOVED}


@pytest.mark.parametrize("tables", [("journal",), ("journal_head",), ("journal", "journal_head")])
def test_tables_emptied_or_dropped(victim: Victim, tables: tuple[str, ...]) -> None:
    victim.edit(*(f"DELETE FROM {table}" for table in tables))
    assert not victim.verify().ok
    with pytest.raises(Corrupt):
        victim.journal().append("run.x", {})
    victim.edit(*(f"DROP TABLE {table}" for table in tables))
    assert not victim.verify().ok


def test_head_file_removed(victim: Victim) -> None:
    (victim.folder / "keys" / "journal.head").unlink()
    assert set(victim.found().values()) == {Damage.REMOVED}


def test_head_file_cannot_be_forged_upwards_or_torn(victim: Victim) -> None:
    head = victim.folder / "keys" / "journal.head"
    kept = head.read_bytes()
    head.write_bytes(kept + f"{LENGTH + 5} {'0' * 64} {'0' * 128}".encode().ljust(256))
    assert victim.verify().ok
    head.write_bytes(kept[: 256 * LENGTH + 17])
    victim.edit("DELETE FROM journal WHERE seq > 9")
    assert not victim.verify().ok


@pytest.mark.parametrize(("one", "other"), [(5, 6), (2, 9), (1, LENGTH)])
def test_reordered(victim: Victim, one: int, other: int) -> None:
    victim.edit(
        f"UPDATE journal SET seq = -1 WHERE seq = {one}",
        f"UPDATE journal SET seq = {one} WHERE seq = {other}",
        f"UPDATE journal SET seq = {other} WHERE seq = -1",
    )
    found = victim.found()
    assert found[one] is Damage.REORDERED
    assert found[other] is Damage.REORDERED
    says = {problem.seq: problem.says for problem in victim.verify().problems}
    assert str(other) in says[one]


def test_genuine_record_copied_elsewhere(victim: Victim) -> None:
    victim.edit(
        f"INSERT INTO journal SELECT {LENGTH + 1}, at, run, kind, body, previous, digest, signature "
        "FROM journal WHERE seq = 3"
    )
    assert victim.found() == {LENGTH + 1: Damage.REORDERED}


def test_inserted_with_another_key(victim: Victim, tmp_path: Path) -> None:
    foreign = Keys.open(tmp_path / "foreign")

    def insert(connection: sqlite3.Connection) -> None:
        (previous,) = connection.execute("SELECT digest FROM journal WHERE seq = ?", (LENGTH,)).fetchone()
        body = json.dumps({"forged": True}, separators=(",", ":"))
        digest = digest_of(LENGTH + 1, 1.0, "r-1", "run.stage", body, previous)
        row = (LENGTH + 1, 1.0, "r-1", "run.stage", body, previous, digest, foreign.sign(digest))
        connection.execute("INSERT INTO journal VALUES (?,?,?,?,?,?,?,?)", row)
        connection.execute("UPDATE journal_head SET seq=?, digest=?, signature=?", (row[0], row[6], row[7]))

    victim.edit(insert)
    assert victim.found() == {LENGTH + 1: Damage.FOREIGN_KEY}
    with pytest.raises(Corrupt, match="not signed"):
        victim.journal().append("run.x", {})


def test_inserted_in_the_middle(victim: Victim) -> None:
    victim.edit(
        *_renumber(5, +1, descending=True),
        "INSERT INTO journal SELECT 5, at, run, kind, body, previous, digest, signature "
        "FROM journal WHERE seq = 4",
    )
    found = victim.found()
    assert set(found) >= set(range(5, LENGTH + 2))


def test_rewritten_from_some_record_on_with_another_key(victim: Victim, tmp_path: Path) -> None:
    """What somebody would do who understands the chain, but has not got the key."""
    foreign = Keys.open(tmp_path / "foreign")

    def rewrite(connection: sqlite3.Connection) -> None:
        rows = connection.execute("SELECT seq, at, run, kind, body FROM journal ORDER BY seq").fetchall()
        previous = ""
        for seq, at, run, kind, body in rows:
            if seq < 5:
                (previous,) = connection.execute("SELECT digest FROM journal WHERE seq=?", (seq,)).fetchone()
                continue
            changed = body.replace("record", "nothing") if seq == 5 else body
            digest = digest_of(seq, at, run, kind, changed, previous)
            connection.execute(
                "UPDATE journal SET body=?, previous=?, digest=?, signature=? WHERE seq=?",
                (changed, previous, digest, foreign.sign(digest), seq),
            )
            previous = digest

    victim.edit(rewrite)
    found = victim.found()
    assert set(found) == set(range(5, LENGTH + 1))
    assert set(found.values()) == {Damage.FOREIGN_KEY}


def test_key_replaced(victim: Victim) -> None:
    for file in (victim.folder / "keys").iterdir():
        file.unlink()
    with pytest.raises(Corrupt, match="restore"):
        victim.journal()
    Keys.open(victim.folder / "keys")
    assert set(victim.found().values()) >= {Damage.FOREIGN_KEY}


def test_nothing_is_appended_to_a_tampered_tail(victim: Victim) -> None:
    victim.edit(f"UPDATE journal SET body = '{{}}' WHERE seq = {LENGTH}")
    with pytest.raises(Corrupt, match=str(LENGTH)):
        victim.journal().append("run.x", {})


def test_a_living_process_notices_that_the_database_was_put_back(victim: Victim) -> None:
    journal = victim.journal()
    journal.append("run.x", {})
    victim.edit(
        f"DELETE FROM journal WHERE seq > {LENGTH}",
        "UPDATE journal_head SET (seq, digest, signature) = "
        f"(SELECT seq, digest, signature FROM journal WHERE seq = {LENGTH})",
    )
    with pytest.raises(Corrupt):
        journal.append("run.x", {})


def test_the_next_process_does_not_continue_a_cut_journal(victim: Victim) -> None:
    victim.edit(
        "DELETE FROM journal WHERE seq > 10",
        "UPDATE journal_head SET (seq, digest, signature) = "
        "(SELECT seq, digest, signature FROM journal WHERE seq = 10)",
    )
    with pytest.raises(Corrupt):
        victim.journal().append("run.x", {})


def test_a_signature_means_nothing_elsewhere(victim: Victim) -> None:
    """A record's seal is not a seal on any other bytes: the purpose is signed too."""
    keys = Keys.open(victim.folder / "keys")
    head = keys.head()
    assert isinstance(head, Head)
    assert not keys.signed(base64.b16encode(head.digest.encode()).decode(), head.signature)


def test_reading_a_broken_record_is_a_typed_error(victim: Victim) -> None:
    victim.edit("UPDATE journal SET body = 'not json' WHERE seq = 5")
    with pytest.raises(Corrupt, match="5"):
        list(victim.journal().read())


def _renumber(first: int, by: int, descending: bool = False) -> list[str]:
    numbers = range(first, LENGTH + 1)
    ordered = reversed(numbers) if descending else numbers
    return [f"UPDATE journal SET seq = {number + by} WHERE seq = {number}" for number in ordered]
