"""What was learnt of values and orders, and when its plain words may stand for a request."""

import pytest

from skywright.brains.builtin import library
from skywright.brains.builtin.intents.marked import parse, prompts
from skywright.brains.builtin.intents.taught import source
from skywright.brains.builtin.refusals import LeavesOut, Unable, Unasked
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
        ("create-machines", {"tag_key": ["k"], "tag_value": ["v"]}, 'Create 1 new machine, tagged k="v".'),
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
        ("stop-machines", {"vm": ["a"]}, ""),
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


def test_what_takes_away_is_not_told_again_and_a_restart_only_where_it_is_asked_which() -> None:
    taking = [recipe.intent for recipe in library.load() if recipe.takes]
    told = [one for one in taking if retell(one, Values({"vm": ["a"], "gb": ["5 GB"]}))]
    assert len(taking) > 5 and told == ["restart-machines"]
    restart = Retold('Restart "a".', "restart-machines", 0.9, {})
    assert not may_count(restart, Beyond("no program"), 1.0)
    assert may_count(restart, Unclear((Question("vm", "which?"),)), 1.0)


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
