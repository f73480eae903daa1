"""Where a request of several parts is cut into the words of each, and when it is not."""

import pytest

from skywright.brains.builtin.cutting import cut


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (
            "Create a queue named q. Create a topic named t.",
            ("Create a queue named q", "Create a topic named t"),
        ),
        ("1. make a bucket b\n2. make a queue q", ("make a bucket b", "make a queue q")),
        ("- stop web-1\n- start web-2", ("stop web-1", "start web-2")),
        ("create topic a, then create topic b", ("create topic a", "create topic b")),
        ("make bucket a; make bucket b", ("make bucket a", "make bucket b")),
        ("make bucket a and make queue b", ("make bucket a", "make queue b")),
        ("make 10.0.0.0/16 a network", ("make 10.0.0.0/16 a network",)),
        ('tag a with "x; y and z" and stop b', ('tag a with "x; y and z"', "stop b")),
        ("add “a and stop b” to c and subscribe d", ("add “a and stop b” to c", "subscribe d")),
        ("create a queue for jobs and results", ("create a queue for jobs and results",)),
        ("start web-1 (and stop web-2) and tag it a=b", ("start web-1 (and stop web-2)", "tag it a=b")),
        ("build a host that boots from a disk and make b", ("build a host that boots from a disk", "make b")),
    ],
)
def test_a_part_begins_with_a_sentence_or_with_a_verb_after_a_joining_word(
    words: str, parts: tuple[str, ...]
) -> None:
    assert cut(words) == parts


@pytest.mark.parametrize(
    "words",
    [
        "Create a VM named a. If that fails, delete b.",
        "Delete web-1. Actually, leave it.",
        "Delete web-1. Don't touch web-2.",
        "Stop web-1 and start it once the disk is attached",
        "Delete all. But keep web-2.",
        "Delete web-1; never mind, cancel that",
        "Stop web-1. Wait for my word.",
        "Delete every machine except web-1 and stop web-2",
        "Delete all unattached volumes and keep vol-1",
        'Tag web-1 with note "done; stop db-1"',
        "Tag web-1 with 'this and that'",
        'Tag web-1 with note "done; stop db-1',
    ],
)
def test_what_takes_back_or_depends_is_never_cut(words: str) -> None:
    assert cut(words) == (words,)
