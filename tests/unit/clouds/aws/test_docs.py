"""The documentation, searched: an index of a few services is made in a moment."""

from pathlib import Path

import pytest

from skywright.clouds.aws import models
from skywright.clouds.aws.docs import examples, words
from skywright.clouds.aws.docs.search import Documentation
from skywright.errors import Unavailable
from skywright.model.operation import Operation

SERVICES = ("sqs", "sns", "logs", "kinesis", "elb")


@pytest.fixture(scope="module")
def documentation(tmp_path_factory: pytest.TempPathFactory) -> Documentation:
    return Documentation(tmp_path_factory.mktemp("docs"), SERVICES)


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("make a queue", "sqs:CreateQueue"),
        ("set for how many days the events of a log group are retained", "logs:PutRetentionPolicy"),
        ("remove a topic", "sns:DeleteTopic"),
        ("which load balancers are there", "elb:DescribeLoadBalancers"),
        ("SplitShard", "kinesis:SplitShard"),
    ],
)
def test_finds_what_is_described_and_not_named(
    documentation: Documentation, text: str, operation: str
) -> None:
    found = documentation.search(text, 3)
    assert operation in [str(one.operation) for one in found]


def test_scores_are_shares_and_fall(documentation: Documentation) -> None:
    scores = [one.score for one in documentation.search("delete a stream", 200)]
    assert scores == sorted(scores, reverse=True)
    assert 0.99 < sum(scores) <= 1.01


def test_keeps_to_the_services_that_are_asked_for(documentation: Documentation) -> None:
    found = documentation.search("create", services=("sqs",))
    assert found and {one.operation.service for one in found} == {"sqs"}


@pytest.mark.parametrize("text", ["", "of the a", '" OR name : *', "NEAR(a b)", "\0", "🙂"])
def test_any_text_is_only_a_text(documentation: Documentation, text: str) -> None:
    assert len(documentation.search(text, 5)) <= 5


def test_knows_what_services_are_called(documentation: Documentation) -> None:
    assert documentation.named("a CloudWatch Logs group") == {"logs"}
    assert documentation.named("an SQS queue and an sns topic") == {"sqs", "sns"}
    assert documentation.named("a simple thing") == frozenset()
    assert "queue" in documentation.called()["sqs"]


def test_a_damaged_index_is_made_again(tmp_path: Path) -> None:
    documentation = Documentation(tmp_path, ("sqs",))
    first = documentation.search("create a queue")
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"no database" * 1000)
    assert documentation.search("create a queue") == first


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be written"):
        Documentation(tmp_path / "file" / "docs", ("sqs",)).search("a queue")


def test_examples_do_not_name_their_command() -> None:
    found = list(examples.of_cli("iam", models.operation_names("iam")))
    adding = next(one for one in found if one.operation == Operation("iam", "AddUserToGroup"))
    assert adding.title == "To add a user to an IAM group"
    assert adding.command.startswith("aws iam add-user-to-group")
    assert not any(
        one.command.split()[2] in one.description.split() for one in found if "-" in one.command.split()[2]
    )


def test_words_that_mean_the_same_have_one_stem() -> None:
    assert len({words.stem(word) for word in ("creates", "creating", "created", "creation", "create")}) == 1
    assert words.terms("DescribeDBInstances of the IPv6CidrBlock") == words.terms(
        "describe db instances ipv6 cidr blocks"
    )
