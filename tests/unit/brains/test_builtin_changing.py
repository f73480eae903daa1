"""Plans for things that exist, carried out and judged by reading the cloud: what was asked for, and
nothing else."""

import random
import time
from typing import Any

import pytest

from skywright.model.advice import Beyond, Concern, Plan, Unclear
from skywright.model.call import Call, Outcome
from skywright.model.verdict import Decision, Principal, Verdict
from skywright.program import text
from skywright.program.emit.cli import emit as emit_cli
from skywright.program.emit.sdk import emit as emit_sdk
from skywright.program.interpret import interpret
from skywright.program.lift import lift


class Recorder:
    """Calls the target and keeps what the gate would have seen."""

    def __init__(self, target) -> None:
        self.target = target
        self.calls: list[Call] = []

    def call(self, operation, arguments, region):
        result = self.target.caller.call(operation, arguments, region)
        effect = self.target.catalogue.signature(operation).effect
        who = Principal("run", "explore", "builtin", "cli", "gym")
        verdict = Verdict(Decision.ALLOW, "test")
        outcome = Outcome(200, result, None, 0.1)
        number = len(self.calls)
        self.calls.append(
            Call(
                f"c{number}",
                who,
                operation,
                effect,
                region,
                arguments,
                float(number),
                verdict,
                outcome=outcome,
            )
        )
        return result


@pytest.fixture
def peopled(target) -> Any:
    target.launch("web-1", "web-2", "db-1")
    return target


def volumes(target) -> list[dict[str, Any]]:
    return target.client("ec2").describe_volumes()["Volumes"]


def test_stop_start_and_resize_touch_only_the_machine_named(peopled):
    peopled.do("shut web-1 down please")
    assert {name: row["State"]["Name"] for name, row in peopled.machines().items()} == {
        "web-1": "stopped",
        "web-2": "running",
        "db-1": "running",
    }
    peopled.do("power web-1 on")
    peopled.do("change web-1 to t3.large")
    types = {name: row["InstanceType"] for name, row in peopled.machines().items()}
    assert types == {"web-1": "t3.large", "web-2": "t3.micro", "db-1": "t3.micro"}
    peopled.do("delete all vms except db-1")
    assert list(peopled.machines()) == ["db-1"]


def test_standard_to_spot_keeps_name_disks_and_place(peopled):
    peopled.do("attach a 30 GB disk to db-1")
    before = peopled.machines()["db-1"]
    data = [row["VolumeId"] for row in volumes(peopled) if row["Size"] == 30]
    plan = peopled.plan("convert db-1 from standard to spot")
    assert Concern.REPLACEMENT in {advisory.concern for advisory in plan.advisories}
    peopled.do("convert db-1 from standard to spot")
    after = peopled.machines()["db-1"]
    assert after["InstanceId"] != before["InstanceId"]
    assert after["InstanceLifecycle"] == "spot"
    for same in ("InstanceType", "SubnetId", "SecurityGroups"):
        assert after[same] == before[same]
    [disk] = [row for row in volumes(peopled) if row["VolumeId"] in data]
    assert disk["Attachments"][0]["InstanceId"] == after["InstanceId"]


def test_a_machine_behind_a_load_balancer_keeps_its_place_there(peopled):
    answer = peopled.do("put web-1 and web-2 behind a load balancer, listen on 443 and forward to 8080")
    elb = peopled.client("elbv2")
    [listener] = elb.describe_listeners(LoadBalancerArn=answer["load_balancer"]["id"])["Listeners"]
    [group] = elb.describe_target_groups()["TargetGroups"]
    assert (listener["Port"], group["Port"]) == (443, 8080)
    rows = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
    assert {row["Target"]["Id"] for row in rows} == {
        peopled.machines()[name]["InstanceId"] for name in ("web-1", "web-2")
    }
    peopled.do("add db-1 to the load balancer")
    peopled.do("take web-1 out of the load balancer")
    rows = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
    assert peopled.machines()["web-1"]["InstanceId"] not in {
        row["Target"]["Id"] for row in rows if row["TargetHealth"]["State"] != "draining"
    }


def test_ports_open_on_the_machine_alone(peopled):
    peopled.do("open port 8443 on web-1 for 10.0.0.0/8")
    ec2 = peopled.client("ec2")
    opened = {
        group["GroupId"]
        for group in ec2.describe_security_groups()["SecurityGroups"]
        for rule in group["IpPermissions"]
        if rule.get("FromPort") == 8443
    }
    holders = {
        name
        for name, row in peopled.machines().items()
        if opened & {group["GroupId"] for group in row["SecurityGroups"]}
    }
    assert holders == {"web-1"}
    peopled.do("close port 8443 on web-1")
    rules = [
        rule for group in ec2.describe_security_groups()["SecurityGroups"] for rule in group["IpPermissions"]
    ]
    assert not [rule for rule in rules if rule.get("FromPort") == 8443]


def test_disks_grow_come_off_and_go(peopled):
    peopled.do("attach a 10 GB gp2 disk to web-1")
    peopled.do("grow the data disk of web-1 to 25 GB")
    [disk] = [row for row in volumes(peopled) if row["Size"] == 25]
    peopled.do("detach the data disk from web-1")
    peopled.do("delete the unattached disk")
    assert disk["VolumeId"] not in {row["VolumeId"] for row in volumes(peopled)}


@pytest.mark.parametrize(
    "words",
    [
        "reboot web-1",
        "tag web-1 with env=prod",
        "take a snapshot of web-1",
        "make an image of web-1",
        "alarm me if cpu of web-1 is over 90%",
        "give web-1 an elastic ip",
        "how busy are my machines?",
        "what do my machines cost a month?",
        "show me the dependency graph",
        "list all volumes",
        "show the load balancers",
        "show the alarms",
        "show the console output of web-1",
        "rename web-1 to front-1",
        "create a 10 GB volume",
        "create a bucket called skywright-test-4711",
        "which disks does db-1 have, with size and type?",
        "is db-1 running?",
    ],
)
def test_neighbours_run_to_their_end(peopled, words):
    assert peopled.do(words)


def test_answers_are_plain(peopled):
    machine = peopled.machines()["db-1"]
    [row] = peopled.do("what's the status of db-1?")["vms"]
    assert (row["id"], row["name"], row["state"], row["type"]) == (
        machine["InstanceId"],
        "db-1",
        "running",
        "t3.micro",
    )
    [row] = peopled.do("which disks does db-1 have?")["vms"]
    assert row["disks"][0].keys() >= {"id", "size_gb", "type", "device"}
    graph = {row["id"]: row["depends_on"] for row in peopled.do("what does db-1 depend on?")["dependencies"]}
    assert machine["SubnetId"] in graph[machine["InstanceId"]]


def test_a_question_is_asked_once_and_its_answer_taken(peopled):
    understood = peopled.understand("attach a disk")
    assert isinstance(understood, Unclear)
    assert {question.id for question in understood.questions} == {"vm", "disk_size"}
    peopled.do("attach a disk", vm="web-2", disk_size="12")
    [disk] = [row for row in volumes(peopled) if row["Size"] == 12]
    assert disk["Attachments"][0]["InstanceId"] == peopled.machines()["web-2"]["InstanceId"]


def test_things_are_found_in_another_region(target):
    target.do("create a vm named app-1 in Ireland")
    target.do("stop app-1")
    assert target.machines("eu-west-1")["app-1"]["State"]["Name"] == "stopped"


@pytest.mark.parametrize(
    "name",
    ['"; rm -rf ~ #', "$(reboot)", "${vm}", "${vm.InstanceId}", "a'b", "`id`", "a\nb", "a\u2028b", "$${x}"],
)
def test_a_hostile_name_is_only_a_name(target, name):
    quote = "'" if '"' in name else '"'
    program = target.plan(f"create a vm named {quote}{name}{quote}").program
    assert program.values()["names"] == [name]
    assert text.load(text.dump(program)).values()["names"] == [name]
    assert emit_cli(program, target.catalogue) and emit_sdk(program, target.catalogue)
    recorder = Recorder(target)
    interpret(program, recorder, target.catalogue, lambda _: None, time.monotonic, lambda _: None)
    assert list(target.machines()) == [name]
    lifted = lift(tuple(recorder.calls), target.catalogue, program, program.values())
    assert lifted.values()["names"] == [name]


@pytest.mark.parametrize("seed", range(12))
def test_typing_errors_and_chat_change_nothing(peopled, seed):
    dice = random.Random(seed)
    said, recipe = dice.choice(
        [
            ("attach another volume of 40 GB to web-1", "attach a disk"),
            ("create three machines behind a load balancer", "machines behind a load balancer"),
            ("enable detailed monitoring on db-1", "turn on detailed monitoring"),
            ("terminate the instance web-2", "delete machines"),
        ]
    )
    words = said.split()
    long = [at for at, word in enumerate(words) if len(word) > 6 and word.isalpha()]
    at = dice.choice(long)
    cut = dice.randrange(2, len(words[at]) - 2)
    words[at] = words[at][:cut] + words[at][cut + 1] + words[at][cut] + words[at][cut + 2 :]
    text = " ".join(words)
    text = dice.choice(
        [text.upper() if "web" not in text and "db" not in text else text, text.capitalize(), text]
    )
    text = (
        dice.choice(
            ["Hi there! ", "My dog just turned 3. ", "Sorry to bother you, but could you please ", ""]
        )
        + text
    )
    text += dice.choice([" Thanks a lot!", " pls", ". I owe you a coffee.", ""])
    understood = peopled.understand(text)
    assert isinstance(understood, Plan), f"{text}: {understood}"
    assert understood.program.name == recipe, text


@pytest.mark.parametrize(
    "words",
    [
        "don't delete web-1",
        "what would happen if I deleted web-1?",
        "delete everything",
        "how do I stop a vm?",
    ],
)
def test_what_is_not_asked_for_is_not_planned(peopled, words):
    assert isinstance(peopled.understand(words), Beyond)
