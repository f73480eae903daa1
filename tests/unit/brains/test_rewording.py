"""What was learnt of values and orders, and when its plain words may stand for a request."""

import pytest

from skywright.brains.builtin import library
from skywright.brains.builtin.intents.marked import parse, prompts
from skywright.brains.builtin.intents.taught import source
from skywright.brains.builtin.refusals import LeavesOut, Strange, Unable, Unasked
from skywright.brains.builtin.rewording import ordered, reader, second
from skywright.brains.builtin.rewording.pieces import pieces
from skywright.brains.builtin.rewording.reader import Values, spans, values
from skywright.brains.builtin.rewording.retell import retell
from skywright.brains.builtin.rewording.second import Retold, heeded, may_count, preferred
from skywright.brains.builtin.words import lexicon
from skywright.model.advice import Beyond, Plan, Question, Unclear
from skywright.model.program import Parameter, Program

WORDS = lexicon.load()
AGAIN = Retold('Create 1 new machine named "a".', "create-machines", 0.9, {"a": 0.99, "OPS-1": 0.01})


def plan(name: str, **values: object) -> Plan:
    parameters = tuple(Parameter(key, "string", value) for key, value in values.items())  # type: ignore[arg-type]
    return Plan(Program(name, (), parameters=parameters), "")


def test_what_was_learnt_is_of_the_prompts_that_are_there() -> None:
    assert ordered.WEIGHTS.read_text("utf-8").splitlines()[0] == source(), "run `make learn`"
    assert reader.MODEL.stat().st_size > 100_000


def test_every_marked_prompt_is_well_formed() -> None:
    for prompt in prompts():
        assert prompt.text.strip()
        assert not [label for label in ("[vm:", "[count:", "[size:") if label in prompt.text], prompt.text
        assert all(first < last for _, first, last in prompt.spans), prompt.text


def test_marks_are_taken_out_and_kept_where_they_stood() -> None:
    marked = parse("one-vm\tTicket 4: [count:1] VM, [vm:kiosk-gw], [root_gb:50 GB].\n")
    assert marked.text == "Ticket 4: 1 VM, kiosk-gw, 50 GB."
    assert [(label, marked.text[first:last]) for label, first, last in marked.spans] == [
        ("count", "1"),
        ("vm", "kiosk-gw"),
        ("gb", "50 GB"),
    ]
    assert marked.makes and marked.machines == ["kiosk-gw"]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("50GB on db_main's disk", ["50", "GB", "on", "db_main", "'s", "disk"]),
        ("80->8080,t3.small.", ["80", "-", ">", "8080", ",", "t3.small", "."]),
        ("a\nb", ["a", "\n", "b"]),
        ("", []),
    ],
)
def test_a_text_is_cut_finely_and_nothing_is_lost(text: str, cut: list[str]) -> None:
    found = pieces(text)
    assert [piece.text for piece in found] == cut
    assert all(text[piece.first : piece.last] == piece.text for piece in found)


def test_tags_of_several_pieces_are_one_span() -> None:
    found = pieces("the web 1 box")
    assert spans(found, ["O", "B-vm", "I-vm", "O"]) == [("vm", 4, 9)]
    assert spans(found, ["O", "B-vm", "B-vm", "O"]) == [("vm", 4, 7), ("vm", 8, 9)]


@pytest.mark.parametrize("text", ["", " ", "?!", "§", "\0", "🚀" * 50, "a" * 5000, "web-1 " * 300])
def test_whatever_is_said_values_and_odds_are_told(text: str) -> None:
    assert isinstance(values(text, WORDS, ["web-1"], "attach-a-disk"), Values)
    assert 0.0 <= ordered.asks_for(text, WORDS) <= 1.0


@pytest.mark.parametrize(
    ("intent", "said", "plain"),
    [
        ("create-machines", {"vm": ["a", "b"]}, 'Create 2 new machines named "a" and "b".'),
        (
            "create-machines",
            {"count": ["three"], "vm": ["a"]},
            'Create 3 new machines with names beginning with "a".',
        ),
        ("create-machines", {"count": ["3", "three"], "place": ["Ohio"]}, "Create 3 new machines in Ohio."),
        ("create-machines", {"count": ["3", "4"]}, ""),
        ("create-machines", {"place": ["Ohio", "Paris"]}, ""),
        ("create-machines", {"vm": ['a"b']}, ""),
        ("create-machines", {"tag_key": ["k"], "tag_value": []}, ""),
        ("create-machines", {"tag_key": ["k"], "tag_value": ["v"]}, 'Create a new machine, tagged k="v".'),
        (
            "machines-behind-a-load-balancer",
            {"vm": ["a", "b"], "lb_name": ["l"], "lb_port": ["port 80"], "target_port": ["8080"]},
            'Create 2 new machines named "a" and "b" behind a new load balancer named "l" listening on '
            "port 80 and forwarding to port 8080.",
        ),
        (
            "attach-a-disk",
            {"vm": ["a"], "gb": ["5 gigs"], "disk_type": ["gp2"]},
            'Attach a new 5 gigs gp2 disk to "a".',
        ),
        ("attach-a-disk", {"vm": ["a"]}, ""),
        ("attach-a-disk", {"vm": ["a", "b"], "gb": ["5 GB"]}, ""),
        ("standard-to-spot", {"vm": ["a"]}, 'Turn "a" into a spot machine.'),
        ("standard-to-spot", {}, ""),
        ("delete-machines", {"vm": ["a"]}, ""),
        ("delete-a-disk", {"disk": ["a"]}, ""),
        ("stop-machines", {"vm": ["a"]}, 'Stop "a".'),
        ("detach-a-disk", {"vm": ["a"], "disk": ["b"]}, 'Detach the disk "b" from "a".'),
        ("detach-a-disk", {"vm": ["a"], "disk": ["/dev/sdf"]}, 'Detach the disk /dev/sdf from "a".'),
        ("move-a-disk", {"vm": ["a"], "to_vm": ["b"]}, 'Move the data disk from "a" to "b".'),
        ("resize-a-disk", {"disk": ["b"], "gb": ["9 GB"]}, 'Make the disk "b" 9 GB.'),
        ("resize-a-disk", {"vm": ["a"], "more_gb": ["9 GB"]}, 'Make the disk of "a" 9 GB larger.'),
        ("resize-a-disk", {"vm": ["a"]}, ""),
        ("take-snapshots", {"vm": ["a"]}, 'Take a snapshot of all disks of "a".'),
        ("take-snapshots", {"disk": ["d"], "named": ["x"]}, 'Take a snapshot of the disk "d" named "x".'),
        ("make-an-image", {"vm": ["a"], "named": ["x"]}, 'Make an image of "a" named "x".'),
        ("make-an-image", {"vm": ["a"], "tag_key": ["k"], "tag_value": ["v"]}, ""),
        ("open-a-port", {"vm": ["a"], "port": ["443"]}, 'Open port 443 on "a".'),
        (
            "open-a-port",
            {"vm": ["a"], "port": ["80", "8000-8100"], "range": ["10.0.0.0/8"]},
            'Open ports 80 and 8000-8100 on "a" from 10.0.0.0/8.',
        ),
        ("close-a-port", {"vm": ["a"], "port": ["ssh"]}, 'Close port ssh on "a".'),
        ("close-a-port", {"vm": ["a"], "port": ["22"], "range": ["10.0.0.0/8"]}, ""),
        ("narrow-a-port", {"vm": ["a"], "port": ["22"]}, ""),
        ("tag-things", {"vm": ["a"], "tag_key": ["k"], "tag_value": ["v w"]}, 'Tag "a" with k="v w".'),
        ("remove-tags", {"vm": ["a"], "tag_key": ["k", "l"]}, 'Remove the tags "k" and "l" from "a".'),
        ("remove-tags", {"vm": ["a"], "tag_key": ["k"], "tag_value": ["v"]}, ""),
        (
            "set-an-alarm",
            {"vm": ["a"], "percent": ["90 %"], "span": ["an hour"], "named": ["hot"]},
            'Set an alarm named "hot" on the CPU of "a" above 90 % for an hour.',
        ),
        ("monthly-cost", {}, "What do all machines cost a month?"),
        ("create-a-bucket", {}, ""),
        (
            "create-a-network",
            {"named": ["n"], "range": ["10.0.0.0/20", "10.0.0.0/24"], "place": ["Ohio"]},
            'Create a network named "n" with the ranges 10.0.0.0/20 and 10.0.0.0/24 in Ohio.',
        ),
        (
            "create-a-security-group",
            {"named": ["n"], "port": ["80", "443"]},
            'Create a security group named "n" that opens ports 80 and 443.',
        ),
        ("rename-a-machine", {"vm": ["a"], "named": ["b"]}, 'Rename "a" to "b".'),
        (
            "load-balancer-for-existing-machines",
            {"vm": ["a", "b"], "lb_name": ["l"], "lb_port": ["80"]},
            'Create a load balancer named "l" in front of "a" and "b" listening on port 80.',
        ),
        (
            "add-machines-to-a-load-balancer",
            {"vm": ["a"], "lb_name": ["l"]},
            'Add "a" to the load balancer "l".',
        ),
        ("make-a-cake", {"vm": ["a"]}, ""),
    ],
)
def test_a_request_is_told_again_or_not_at_all(intent: str, said: dict[str, list[str]], plain: str) -> None:
    assert retell(intent, Values(said)) == plain


def test_names_are_as_many_as_were_counted() -> None:
    odds = {"campus": 0.3, "a": 0.99, "b": 0.9}
    said = {"count": ["2"], "vm": ["campus", "a", "b"]}
    assert retell("create-machines", Values(said, odds)) == 'Create 2 new machines named "a" and "b".'
    assert retell("create-machines", Values(said, {**odds, "campus": 0.8})) == ""


def test_words_of_the_request_tell_what_has_no_value_of_its_own() -> None:
    root = Values({"vm": ["a"], "gb": ["9 GB"]}, text="its boot disk should have 9 GB")
    assert retell("resize-a-disk", root) == 'Make the root disk of "a" 9 GB.'
    below = Values({"vm": ["a"], "percent": ["5 %"]}, text="warn me when it drops under 5 %")
    assert retell("set-an-alarm", below) == 'Set an alarm on the CPU of "a" below 5 %.'
    udp = Values({"vm": ["a"], "port": ["53"]}, text="udp 53 in, please")
    assert retell("open-a-port", udp) == 'Open UDP port 53 on "a".'
    calm = Values({"vm": ["a"]}, text="CreateImage a --no-reboot")
    assert retell("make-an-image", calm) == 'Make an image of "a" without restarting it.'


def test_what_destroys_is_not_told_again() -> None:
    every = {"vm": ["a"], "disk": ["d"], "lb_name": ["l"]}
    told = [recipe.intent for recipe in library.load() if retell(recipe.intent, Values(every))]
    assert told and not [intent for intent in told if intent.startswith("delete")]


@pytest.mark.parametrize("intent", ["stop-machines", "restart-machines", "detach-a-disk", "close-a-port"])
def test_what_takes_away_counts_only_where_it_is_surely_asked_for(intent: str) -> None:
    sure, unsure = Retold("…", intent, 0.9, {}), Retold("…", intent, 0.4, {})
    assert may_count(sure, Beyond("no program"), 1.0)
    assert not may_count(sure, Beyond("no program"), 0.8)
    assert not may_count(unsure, Beyond("no program"), 1.0)
    assert not may_count(unsure, plan("start machines"), 1.0)
    assert not may_count(sure, Unable("no way to set it"), 1.0)
    assert may_count(unsure, Unclear((Question("vm", "which?"),)), 0.9)


def test_a_word_that_nobody_knows_is_passed_over_only_by_who_is_sure() -> None:
    assert may_count(AGAIN, Strange("I don't know the word 'nightly'"), 0.99)
    assert not may_count(AGAIN, Strange("I don't know the word 'nightly'"), 0.9)


def test_what_the_rules_took_for_machines_names_may_be_the_load_balancers() -> None:
    rules = plan("create machines", names=["front-1", "front-2"], lb_name="web-lb")
    better = plan("create machines", names=["web-1", "web-2"], lb_name="front")
    assert preferred(rules, better, Retold('… named "front"', "create-machines", 0.9, {})) is better
    assert preferred(plan("create machines", names=["x", "y"], lb_name="front"), better, AGAIN) is not better


def test_what_nobody_said_is_called_after_what_was_said() -> None:
    rules = plan("create machines", lb_name="web-lb", group="web-targets")
    better = plan("create machines", lb_name="front", group="front-targets")
    again = Retold('Create … a load balancer named "front"', "create-machines", 0.9, {})
    assert preferred(rules, better, again) is better


def test_where_one_sentence_tells_the_place_and_another_asks() -> None:
    said = "Our Tokyo people complain. Put a machine out there, call it relay-jp."
    likely = {"create-machines": 1.0}
    again = second.retold(said, likely, 1.0, [], WORDS, "ap-northeast-1")
    assert again is not None and "ap-northeast-1" in again.words
    assert again != second.retold(said, likely, 1.0, [], WORDS)


def test_two_ports_are_the_load_balancers_and_the_machines() -> None:
    said = "three boxes a, b and c and a new lb in front: it takes stuff on 8000 and hands it on to 9001"
    found = values(said, WORDS, [], "machines-behind-a-load-balancer")
    assert (found.all("lb_port"), found.all("target_port")) == (["8000"], ["9001"])


@pytest.mark.parametrize(
    ("first", "asks", "counts"),
    [
        (Beyond("no program"), 0.9, True),
        (Beyond("no program"), 0.4, False),
        (Unasked("that tells"), 0.9, False),
        (Unasked("that tells"), 0.99, True),
        (Unable("no way to set 'encrypted'"), 1.0, False),
        (LeavesOut("what is it?", (), "OPS-1"), 0.9, True),
        (LeavesOut("what is it?", (), "b"), 0.9, True),
        (LeavesOut("what is it?", (), "a"), 0.9, True),
        (Unclear((Question("vm", "which?"),)), 0.9, True),
        (Unclear((Question("region", "There is no region 'mars'."),)), 1.0, False),
    ],
)
def test_plain_words_count_only_where_the_rules_leave_room(
    first: Beyond | Unclear, asks: float, counts: bool
) -> None:
    assert may_count(AGAIN, first, asks) is counts


def test_a_name_that_was_passed_over_is_not_forgotten() -> None:
    again = Retold(AGAIN.words, AGAIN.intent, 0.9, {"lost-1": 0.5})
    assert not may_count(again, LeavesOut("what is it?", (), "lost-1"), 1.0)


def test_a_plan_that_lacks_what_the_rules_found_does_not_count() -> None:
    rules = plan("create machines", count="1", type="t3.medium", encrypted="true")
    assert preferred(rules, plan("create machines", count="1", type="t3.medium"), AGAIN) is rules
    assert (
        preferred(rules, plan("create machines", count="1", type="t3.micro", encrypted="true"), AGAIN)
        is rules
    )
    better = plan("create machines", count="1", type="t3.medium", encrypted="a")
    assert preferred(rules, better, AGAIN) is better
    assert preferred(rules, Beyond("no"), AGAIN) is rules
    assert preferred(rules, plan("stop machines"), AGAIN) is rules


def test_what_is_hardly_asked_for_changes_nothing() -> None:
    change, deletion, question = plan("create machines"), plan("delete machines"), plan("state of machines")
    said = "I wonder, should there be another one? Perhaps."
    assert isinstance(heeded(change, said, 0.01), Unasked)
    assert isinstance(heeded(deletion, said, 0.35), Unasked)
    assert isinstance(heeded(change, said, 0.35), Plan)
    assert isinstance(heeded(change, "create a vm", 0.01), Plan), "so few words are what they seem to be"
    told = heeded(question, "words", 0.01)
    assert isinstance(told, Plan) and told.program.request == "words"


@pytest.mark.parametrize(
    "quoted",
    [
        'create a vm named "a b"',
        "create vms called 'a' and 'b'",
        "make `x`",
        "named ${x}",
        "a vm; rm -rf ~",
        'tag it "k"',
        'name: "x y"',
    ],
)
def test_what_is_quoted_as_a_name_is_not_told_again(quoted: str) -> None:
    assert second.retold(quoted, {"create-machines": 1.0}, 1.0, [], WORDS) is None


def test_what_is_only_quoted_may_be_told_again() -> None:
    said = "his notes say 'web-1 has plenty of disk'. show me every disk on it with size and type"
    again = second.retold(said, {"disks-of-machines": 1.0}, 1.0, ["web-1"], WORDS)
    assert again is not None and again.words == 'Which disks do "web-1" have?'
