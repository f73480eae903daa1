"""Homes, runs and targets: what is kept is what was said, and wrong names are named."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy

from skywright.errors import NotFound, Unavailable, Usage
from skywright.model.run import Autonomy, Request, Status
from skywright.model.target import Target
from skywright.state.database import open_database, open_shared
from skywright.state.gym import Gym
from skywright.state.home import Home
from skywright.state.runs import Run, Runs
from skywright.state.targets import BUILT_IN, Targets


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").prepare()


@pytest.fixture
def runs(home: Home, database: sqlalchemy.Engine) -> Runs:
    return Runs(database, home.runs)


def some_run(id: str = "r-1") -> Run:
    request = Request("do it", answers={"size": "small"}, autonomy=Autonomy.COPILOT, budget_usd_month=5.0)
    return Run(id, 1.0, Status.RUNNING, "understand", request, {})


def test_a_home_that_is_a_file_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="SKYWRIGHT_HOME"):
        Home(tmp_path / "file").prepare()


def test_the_first_commands_in_a_home_may_come_at_once(home: Home, database_url: str) -> None:
    together = threading.Barrier(8)

    def first(number: int) -> None:
        engine = open_shared(database_url)
        together.wait(10)
        Targets(engine).add(Target(f"t{number}", "gym", "default", "1"))
        Runs(engine, home.runs)
        engine.dispose()

    with ThreadPoolExecutor(8) as commands:
        for one in [commands.submit(first, number) for number in range(8)]:
            one.result()
    assert len(Targets(open_shared(database_url)).all()) >= 8


def test_a_home_is_its_owners_alone(home: Home) -> None:
    assert {folder.stat().st_mode & 0o077 for folder in (home.path, home.keys, home.runs)} == {0}


def test_the_environment_names_the_home(tmp_path: Path) -> None:
    assert Home.locate({"SKYWRIGHT_HOME": str(tmp_path)}).path == tmp_path
    assert Home.locate({}).path.name == "skywright"


def test_a_run_is_kept_as_it_was(runs: Runs) -> None:
    runs.create(some_run())
    runs.note("r-1", stage="prove", draft="x: 1")
    run = runs.note("r-1", status=Status.REFUSED, error="no")
    assert run == runs.get("r-1")
    assert run.request == some_run().request
    assert (run.status, run.stage, run.papers) == (Status.REFUSED, "prove", {"draft": "x: 1", "error": "no"})


def test_answers_join_the_request_and_open_a_new_round(runs: Runs) -> None:
    runs.create(some_run())
    runs.note("r-1", status=Status.NEEDS_INPUT, questions=[["name", "Which?", []]])
    run = runs.answer("r-1", {"name": "web"})
    assert run.request.answers == {"size": "small", "name": "web"}
    assert run.status is Status.RUNNING and "questions" not in run.papers and run.papers["round"] == 1


def test_what_is_kept_of_a_run_is_the_last_of_its_name(runs: Runs) -> None:
    assert runs.kept("r-1", "results") is None
    for text in ("[1]", "[2]"):
        runs.keep("r-1", "results", text)
    assert runs.kept("r-1", "results") == "[2]" and runs.kept("r-2", "results") is None


def test_an_unknown_run_is_named(runs: Runs) -> None:
    with pytest.raises(NotFound, match="r-9"):
        runs.get("r-9")


def _hold(url: str, folder: Path, holding: "multiprocessing.synchronize.Event") -> None:
    with Runs(open_shared(url), folder).drive("r-1"):
        holding.set()
        multiprocessing.Event().wait(60)


@pytest.mark.parametrize("where", ["here", "there"])
def test_one_process_drives_a_run_and_death_gives_it_back(
    home: Home, runs: Runs, database_url: str, where: str
) -> None:
    if where == "there" and database_url.startswith("sqlite"):
        pytest.skip("a file is not shared among machines")
    folder = home.runs if where == "here" else home.kept
    context = multiprocessing.get_context("spawn")
    holding = context.Event()
    process = context.Process(target=_hold, args=(database_url, folder, holding))
    process.start()
    assert holding.wait(30)
    assert runs.driven("r-1")
    with pytest.raises(Usage, match=r"another (process|machine)"), runs.drive("r-1"):
        pass
    process.kill()
    process.join()
    assert not runs.driven("r-1")
    for _ in range(2):
        with runs.drive("r-1"):
            pass


def test_targets_are_named_once_and_removed(database: sqlalchemy.Engine) -> None:
    targets = Targets(database)
    prod = Target("prod", "aws", "prod-profile", "123456789012", "eu-west-1")
    targets.add(prod)
    assert targets.all() == (BUILT_IN, prod)
    assert targets.get("prod") == prod
    with pytest.raises(Usage, match="already"):
        targets.add(prod)
    with pytest.raises(Usage, match="already"):
        targets.add(Target("gym", "gym", "x"))
    targets.remove("prod")
    with pytest.raises(NotFound, match="prod"):
        targets.get("prod")
    with pytest.raises(NotFound, match="gym"):
        targets.remove("gym")


@pytest.mark.parametrize("name", ["", "a b", "../x", "-x", "a" * 64, "a;b", "a\nb"])
def test_what_is_not_a_name_is_refused(home: Home, name: str) -> None:
    with pytest.raises(Usage):
        Targets(open_database(home.database)).add(Target(name, "gym", "default"))


def test_a_gym_that_does_not_run_says_how_to_start_it(tmp_path: Path) -> None:
    gym = Gym(tmp_path)
    assert not gym.running()
    with pytest.raises(Unavailable, match="gym up"):
        gym.status()
    (tmp_path / "gym.json").write_text("{broken")
    assert not gym.running()


def test_the_database_bears_several_writers(home: Home) -> None:
    with open_database(home.database).connect() as connection:
        assert connection.execute(sqlalchemy.text("PRAGMA journal_mode")).scalar() == "wal"


def test_answers_outlive_the_process_that_was_given_them(runs: Runs, home: Home, database_url: str) -> None:
    runs.create(some_run())
    runs.note("r-1", status=Status.NEEDS_INPUT, questions=[["name", "Which?", []]])
    child = os.fork()
    if not child:
        Runs(open_shared(database_url), home.runs).answer("r-1", {"name": "web"})
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    run = runs.get("r-1")
    assert run.status is Status.RUNNING and run.request.answers["name"] == "web"


def test_answers_of_no_use_are_taken_back_and_the_questions_stand_again(runs: Runs) -> None:
    runs.create(some_run())
    asked = [["name", "Which?", ["a"], ["the first"]]]
    runs.note("r-1", status=Status.NEEDS_INPUT, questions=asked)
    runs.answer("r-1", {"name": "web"})
    run = runs.ask_again("r-1", "there is no web")
    assert run.status is Status.NEEDS_INPUT and run.papers["questions"] == asked
    assert run.request.answers == {"size": "small"} and run.papers["error"] == "there is no web"
    assert runs.answer("r-1", {"name": "a"}).papers.get("error") is None


def test_only_who_waits_for_an_answer_is_given_one(runs: Runs) -> None:
    runs.create(some_run())
    with pytest.raises(Usage, match="does not wait for an answer"):
        runs.answer("r-1", {"name": "web"})
    assert runs.get("r-1") == some_run()
