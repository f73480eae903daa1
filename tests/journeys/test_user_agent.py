"""What is said between a user and the agent: what was understood, questions, answers, and preferences."""

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.user import SKYWRIGHT, Cloud, User

pytestmark = pytest.mark.slow


def two_called_web(cloud: Cloud) -> list[str]:
    """Two machines of one name; the second is stopped."""
    ec2 = cloud.client("ec2")
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}]
    made = ec2.run_instances(
        ImageId="ami-12c6146b", InstanceType="t3.micro", MinCount=2, MaxCount=2, TagSpecifications=tags
    )
    ids = [str(one["InstanceId"]) for one in made["Instances"]]
    ec2.get_waiter("instance_running").wait(InstanceIds=ids)
    ec2.stop_instances(InstanceIds=ids[1:])
    ec2.get_waiter("instance_stopped").wait(InstanceIds=ids[1:])
    return ids


def names(cloud: Cloud) -> dict[str, str]:
    return {one["InstanceId"]: one["Tags"][0]["Value"] for one in cloud.instances()}


def test_a_question_is_answered_by_what_a_choice_is_and_wrong_answers_lose_nothing(user: User) -> None:
    cloud = user.account()
    running, stopped = two_called_web(cloud)
    asked = user.do("rename web-1 to db-1", cloud)
    assert asked.status == 3 and asked.json["status"] == "needs_input", asked.out + asked.err
    run, (question,) = asked.json["run"], asked.json["questions"]
    assert set(question["choices"][:2]) == {running, stopped}
    options = {option["value"]: option["is"] for option in question["options"]}
    assert "stopped" in options[stopped] and "running" in options[running] and "us-east-1" in options[running]
    wrong = user.run("runs", "answer", run, "9")
    assert wrong.status == 2 and wrong.in_one_sentence() and "none of the" in wrong.err
    useless = user.run("runs", "answer", run, "vm=nothing-9", "--json")
    assert useless.status == 3 and useless.json["questions"], useless.out
    assert "'nothing-9'" in useless.json["error"]
    assert names(cloud) == {running: "web-1", stopped: "web-1"}
    done = user.run("runs", "answer", run, "the", "stopped", "one", "--json")
    assert done.status == 0 and done.json["run"] == run, done.out + done.err
    assert names(cloud) == {running: "web-1", stopped: "db-1"}
    shown = user.run("runs", "show", run).out
    assert "understood:" in shown and f"vm: {stopped}" in shown


def test_killed_after_it_was_answered_it_goes_on_with_the_answer(user: User) -> None:
    cloud = user.account()
    running, stopped = two_called_web(cloud)
    run = user.do("rename web-1 to db-1", cloud).json["run"]
    process = user.start("runs", "answer", run, f"vm={running}")
    while user.run("runs", "show", run, "--json").json["status"] == "needs_input":
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    resumed = user.run("runs", "resume", run, "--json")
    assert resumed.status == 0, resumed.out + resumed.err
    assert names(cloud) == {running: "db-1", stopped: "web-1"}


def test_in_a_terminal_it_asks_until_it_is_told(user: User) -> None:
    cloud = user.account()
    running, stopped = two_called_web(cloud)
    run = user.do("rename web-1 to db-1", cloud).json["run"]
    mine, its = pty.openpty()
    process = subprocess.Popen(
        [SKYWRIGHT, "runs", "answer", run], env={**user.environment, "TERM": "dumb"}, stdin=its, stdout=its,
        stderr=its, close_fds=True,
    )  # fmt: skip
    os.close(its)
    text = heard(mine, "vm:", "vm:")
    number = next(line.split()[0] for line in text.splitlines() if running in line)
    os.write(mine, b"77\n")
    heard(mine, "none of the", "vm:")
    os.write(mine, f"{number}\n".encode())
    heard(mine, "succeeded")
    assert process.wait(60) == 0
    os.close(mine)
    assert names(cloud) == {running: "db-1", stopped: "web-1"}


def heard(terminal: int, *wanted: str) -> str:
    """What is printed until all of that was, in this order."""
    text, at = "", 0
    left = list(wanted)
    while left:
        assert select.select([terminal], [], [], 120)[0], f"never said {left[0]!r}: {text}"
        text += os.read(terminal, 4096).decode(errors="replace")
        while left and (found := text.find(left[0], at)) >= 0:
            at = found + len(left.pop(0))
    return text


@pytest.fixture
def preferring(user: User) -> Iterator[Any]:
    """Keeps preferences for a target, and forgets them in the end."""
    kept: list[int] = []

    def prefer(words: str, cloud: Cloud) -> int:
        said = user.run("preferences", "add", words, "--target", cloud.target, "--json")
        assert said.status == 0, said.err
        kept.append(int(said.json["preferences"][0]["id"]))
        return kept[-1]

    yield prefer
    for id in kept:
        assert user.run("preferences", "remove", str(id)).status == 0


def test_what_is_preferred_is_done_and_shown_and_what_is_said_comes_first(
    user: User, preferring: Any
) -> None:
    cloud = user.account()
    tag = preferring("we always tag owner=team-a", cloud)
    preferring("never in us-east-1", cloud)
    preferring("use t3.small unless I say otherwise", cloud)
    preferring("always encrypt disks", cloud)
    asked = user.do("create a VM", cloud)
    assert asked.status == 3 and asked.json["questions"][0]["id"] == "region", asked.out
    assert not cloud.instances()
    done = user.run("runs", "answer", asked.json["run"], "region=eu-west-1")
    assert done.status == 0, done.err
    assert f"as you prefer: owner=team-a on what is made (preference {tag})" in done.err
    assert done.err.index("as you prefer") < done.err.index("perform the program")
    (machine,) = cloud.instances("eu-west-1")
    assert machine["InstanceType"] == "t3.small" and {"Key": "owner", "Value": "team-a"} in machine["Tags"]
    volumes = cloud.client("ec2", "eu-west-1").describe_volumes()["Volumes"]
    assert [(each["Encrypted"], each["Tags"]) for each in volumes] == [
        (True, [{"Key": "owner", "Value": "team-a"}])
    ]
    said = user.do("create a t3.nano called b in us-east-1", cloud)
    assert said.status == 0, said.out
    (machine,) = cloud.instances()
    assert machine["InstanceType"] == "t3.nano"
    notes = " ".join(each["text"] for each in said.json["advisories"])
    assert "names us-east-1" in notes and "says its own size" in notes
    assert {each["id"] for each in said.json["preferences"]["used"]} >= {tag}


def test_no_preference_leads_past_a_policy(user: User, preferring: Any) -> None:
    cloud = user.account()
    preferring("us-west-2 by default", cloud)
    config = user.home / "policy" / "config.yaml"
    config.write_text("regions: {allowed: [us-east-1]}\n")
    try:
        said = user.do("create a VM", cloud, "--yes")
    finally:
        config.unlink()
    assert said.status == 4 and said.json["status"] == "refused" and "us-west-2" in said.json["error"], (
        said.out
    )
    assert not cloud.instances("us-west-2")


def test_what_is_said_to_be_always_so_is_kept_only_when_that_is_confirmed(user: User) -> None:
    cloud = user.account()
    proposed = user.do("Create a VM named a. From now on, always tag owner=team-a.", cloud)
    assert proposed.status == 0, proposed.out
    assert proposed.json["preferences"]["proposed"][0]["says"] == ["owner=team-a on what is made"]
    (machine,) = cloud.instances()
    assert {"Key": "owner", "Value": "team-a"} in machine["Tags"]
    mine = ("preferences", "list", "--target", cloud.target, "--json")
    assert user.run(*mine).json["preferences"] == []
    asked = user.do("we always tag owner=team-a", cloud)
    assert asked.status == 3 and asked.json["questions"][0]["choices"] == ["yes", "no"]
    kept = user.run("runs", "answer", asked.json["run"], "yes", "--json")
    assert kept.status == 0 and kept.json["status"] == "succeeded", kept.out
    (row,) = user.run(*mine).json["preferences"]
    assert (row["key"], row["value"]) == ("owner", "team-a")
    assert user.run("preferences", "remove", str(row["id"])).status == 0
    declined = user.run("preferences", "add", "never ask me", "--target", cloud.target)
    assert declined.status == 2 and declined.in_one_sentence()
