"""What a run accounts for: only what its calls explain, directly or by hanging on it."""

from skywright.engine.account import account_for, writes
from skywright.model.call import Call, Outcome
from skywright.model.operation import Effect, Operation
from skywright.model.resource import Inventory, Resource
from skywright.model.values import Value
from skywright.model.verdict import Decision, Principal, Verdict


def call(
    result: Value, *, kind: str = "perform", replayed: bool = False, effect: Effect = Effect.CREATE
) -> Call:
    return Call(
        id="c",
        principal=Principal("r", kind, "builtin", "sdk", "gym"),
        operation=Operation("ec2", "RunInstances"),
        effect=effect,
        region="us-east-1",
        arguments={"ImageId": "ami-1"},
        at=0.0,
        verdict=Verdict(Decision.ALLOW, "x"),
        outcome=Outcome(200, result, None, 0.1, replayed),
    )


def inventory(*resources: Resource) -> Inventory:
    return {resource.id: resource for resource in resources}


def thing(id: str, *depends_on: str, **properties: str) -> Resource:
    return Resource(id, "ec2:thing", "us-east-1", depends_on, properties=properties)


def test_what_a_result_names_and_what_hangs_on_it_is_explained() -> None:
    trace = (call({"Instances": [{"InstanceId": "i-1"}]}),)
    after = inventory(thing("i-1", "vol-1"), thing("vol-1"), thing("eni-1", "i-1"))
    assert account_for({}, after, trace).strange == ()


def test_what_somebody_else_made_changed_or_removed_is_told() -> None:
    trace = (call({"Instances": [{"InstanceId": "i-1"}]}),)
    before = inventory(thing("sg-1", rules="a"), thing("vol-9"))
    after = inventory(thing("i-1"), thing("sg-1", rules="b"), thing("i-2"))
    told = account_for(before, after, trace).strange
    assert told == ("ec2:thing i-2 is new", "ec2:thing sg-1 changed", "ec2:thing vol-9 is gone")


def test_an_old_thing_that_the_new_one_merely_uses_is_not_explained_if_it_changed() -> None:
    trace = (call({"Instances": [{"InstanceId": "i-1"}]}),)
    before = inventory(thing("sg-1", rules="a"))
    after = inventory(thing("i-1", "sg-1"), thing("sg-1", rules="b"))
    assert account_for(before, after, trace).strange == ("ec2:thing sg-1 changed",)


def fastened(address: str, group: str = "sg-1") -> Resource:
    properties = {"Attachment": {"InstanceId": "i-1"}, "Association": {"PublicIp": address}, "Group": group}
    return Resource("eni-1", "ec2:thing", "us-east-1", properties=properties)


def test_an_interface_whose_machine_was_stopped_may_have_another_public_address_and_no_more() -> None:
    trace = (call({"Instances": [{"InstanceId": "i-1"}]}),)
    before = inventory(thing("i-1", "eni-1", size="a"), fastened("203.0.113.1"))
    resized = thing("i-1", "eni-1", size="b")
    assert account_for(before, inventory(resized, fastened("203.0.113.2")), trace).strange == ()
    regrouped = account_for(before, inventory(resized, fastened("203.0.113.2", "sg-2")), trace)
    assert regrouped.strange == ("ec2:thing eni-1 changed",)
    untouched = inventory(before["i-1"], fastened("203.0.113.2"))
    assert account_for(before, untouched, trace).strange == ("ec2:thing eni-1 changed",)


def test_rehearsals_looks_and_replayed_answers_are_not_writes() -> None:
    result: Value = {}
    trace = (
        call(result, kind="explore"),
        call(result, replayed=True),
        call(result, effect=Effect.READ),
        call(result),
    )
    assert len(writes(trace)) == 1


def test_the_network_that_a_new_thing_goes_into_explains_nothing_else_in_it() -> None:
    trace = (call({"Instances": [{"InstanceId": "i-1", "VpcId": "vpc-1"}]}),)
    before = inventory(thing("vpc-1"))
    after = inventory(thing("vpc-1"), thing("i-1", "vpc-1"), thing("sg-9", "vpc-1"))
    assert account_for(before, after, trace).strange == ("ec2:thing sg-9 is new",)


def test_what_hung_on_a_thing_that_is_gone_is_explained() -> None:
    trace = (call({"SubnetId": "subnet-1"}, effect=Effect.DESTROY),)
    before = inventory(thing("subnet-1"), thing("acl-1", "vpc-1", "subnet-1", guards="subnet-1"))
    after = inventory(thing("acl-1", "vpc-1", guards=""))
    assert account_for(before, after, trace).strange == ()


def machine(state: str, code: int, **others: str) -> Resource:
    properties: dict[str, Value] = {"State": {"Code": code, "Name": state}, **others}
    return Resource("i-1", "ec2:instance", "us-east-1", properties=properties)


def test_a_machine_of_before_that_has_booted_meanwhile_is_no_change() -> None:
    before = inventory(machine("pending", 0))
    told = account_for(before, inventory(machine("running", 16)), (call({"InstanceId": "i-1"}),))
    assert told.own == frozenset() and told.strange == ()


def test_what_else_changes_of_a_machine_that_boots_is_told() -> None:
    before = inventory(machine("pending", 0, type="a"))
    told = account_for(before, inventory(machine("running", 16, type="b")), ())
    assert told.strange == ("ec2:instance i-1 changed",)


def test_a_machine_that_was_ending_is_gone_with_its_disk_and_is_not_the_runs() -> None:
    before = inventory(machine("shutting-down", 32), thing("vol-1", "i-1"), thing("vol-2"))
    told = account_for(before, {}, ())
    assert told.own == frozenset() and told.strange == ("ec2:thing vol-2 is gone",)


def test_a_machine_that_was_running_and_is_gone_is_told() -> None:
    told = account_for(inventory(machine("running", 16)), {}, ())
    assert told.strange == ("ec2:instance i-1 is gone",)
