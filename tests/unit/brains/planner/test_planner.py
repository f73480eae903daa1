"""What the planner makes of orders that nobody wrote a program for, and what it leaves alone."""

from typing import Any

import pytest

from skywright.clouds.base import Cloud
from skywright.model.advice import Beyond, Concern, Unclear

from .conftest import ARN, Account

NAMED_ONCE: list[tuple[str, str, dict[str, Any]]] = [
    ("create an SNS topic named alerts", "sns:CreateTopic", {"Name": "alerts"}),
    ("please make an SQS queue called jobs.", "sqs:CreateQueue", {"QueueName": "jobs"}),
    ("Could you create an IAM user alice?", "iam:CreateUser", {"UserName": "alice"}),
    ("create a log group /app/new", "logs:CreateLogGroup", {"logGroupName": "/app/new"}),
    (
        "create a kinesis stream clicks with 2 shards",
        "kinesis:CreateStream",
        {"ShardCount": 2, "StreamName": "clicks"},
    ),
    ("create an ECR repository named web", "ecr:CreateRepository", {"repositoryName": "web"}),
    ("create a VPC with 10.7.0.0/16", "ec2:CreateVpc", {"CidrBlock": "10.7.0.0/16"}),
    ('create an SNS topic named "tomorrow"', "sns:CreateTopic", {"Name": "tomorrow"}),
    (
        "delete the SQS queue legacy",
        "sqs:DeleteQueue",
        {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/legacy"},
    ),
    (
        "set the retention of the log group /app/web to 14 days",
        "logs:PutRetentionPolicy",
        {"logGroupName": "/app/web", "retentionInDays": 14},
    ),
    ("add user bob to the group admins", "iam:AddUserToGroup", {"UserName": "bob", "GroupName": "admins"}),
    (
        "attach the policy ReadOnlyAccess to user bob",
        "iam:AttachUserPolicy",
        {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "UserName": "bob"},
    ),
    (
        "create a secret named db-pass tagged team=x",
        "secretsmanager:CreateSecret",
        {"Name": "db-pass", "Tags": [{"Key": "team", "Value": "x"}]},
    ),
    ("list my SNS topics", "sns:ListTopics", {}),
]


@pytest.mark.parametrize(("words", "operation", "arguments"), NAMED_ONCE)
def test_an_order_is_one_operation(
    account: Account, words: str, operation: str, arguments: dict[str, Any]
) -> None:
    assert account.steps(words)[0] == (operation, arguments)


def test_what_is_made_is_used_by_what_follows(account: Account) -> None:
    steps = account.steps("create an SNS topic named alerts and subscribe ops@example.com to it")
    assert steps == [
        ("sns:CreateTopic", {"Name": "alerts"}),
        (
            "sns:Subscribe",
            {"Endpoint": "ops@example.com", "Protocol": "email", "TopicArn": "${create_topic.TopicArn}"},
        ),
    ]


def test_a_user_goes_into_the_group_that_is_made(account: Account) -> None:
    steps = account.steps("create an IAM group named ops and add user bob to it")
    assert [operation for operation, _ in steps] == ["iam:CreateGroup", "iam:AddUserToGroup"]
    assert steps[1][1] == {"UserName": "bob", "GroupName": "${create_group.Group.GroupName}"}


def test_what_stands_at_two_places_is_said_once(account: Account) -> None:
    plan = account.plan("create a DynamoDB table orders with key id")
    assert plan.program.steps[0].arguments == {
        "BillingMode": "PAY_PER_REQUEST",
        "TableName": "${table_name}",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    }
    assert str(plan.program.steps[1].waiter) == "dynamodb:table_exists"
    assert [advisory.concern for advisory in plan.advisories] == [Concern.ASSUMPTION]


def test_what_is_lacking_is_made_if_a_new_one_is_spoken_of(account: Account) -> None:
    plan = account.plan("subscribe ops@example.com to a topic called alerts")
    assert [str(step.operation) for step in plan.program.steps] == ["sns:CreateTopic", "sns:Subscribe"]
    assert "so it is made" in plan.advisories[0].text
    known = account.understand("subscribe ops@example.com to the topic alerts")
    assert isinstance(known, Beyond) and "no topic 'alerts'" in known.reason


def test_what_is_there_is_looked_up(account: Account) -> None:
    steps = account.steps("subscribe ops@example.com to the topic pages")
    assert steps[0][1]["TopicArn"] == f"{ARN}pages"


def test_what_was_not_said_is_asked_for_and_the_answer_is_taken(account: Account) -> None:
    words = "subscribe ops@example.com to an SNS topic"
    asked = account.understand(words)
    assert isinstance(asked, Unclear)
    assert (asked.questions[0].id, asked.questions[0].choices) == ("TopicArn", ("pages", "news"))
    assert account.steps(words, TopicArn="news")[0][1]["TopicArn"] == f"{ARN}news"
    named = account.understand("create a DynamoDB table")
    assert isinstance(named, Unclear) and {question.id for question in named.questions} == {
        "key",
        "TableName",
    }


def test_which_of_several_operations_is_asked(account: Account) -> None:
    words = "create a repository named web"
    asked = account.understand(words)
    assert isinstance(asked, Unclear)
    assert set(asked.questions[0].choices) == {"ecr:CreateRepository", "ecr-public:CreateRepository"}
    assert account.steps(words, operation="ecr:CreateRepository")[0][0] == "ecr:CreateRepository"


def test_what_lacks_more_than_can_be_asked_for_is_not_meant(account: Account) -> None:
    # A topic of Kafka has partitions, which were not said; that it is one of SNS was not said, either.
    asked = account.understand("create a topic named alerts")
    assert isinstance(asked, Unclear) and asked.questions[0].choices == ("sns:CreateTopic",)


def test_a_region_that_is_said_is_where_it_is_done(account: Account) -> None:
    assert account.plan("create an SQS queue called jobs in eu-west-1").program.region == "eu-west-1"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("create an SNS topic named pages", "already a topic 'pages'"),
        ("create an SQS queue named legacy", "already a queue 'legacy'"),
        ("delete the SNS topic nope", "no topic 'nope'"),
        ("add user carol to the group admins", "no user 'carol'"),
    ],
)
def test_what_cannot_be_done_is_said(account: Account, words: str, why: str) -> None:
    found = account.understand(words)
    assert isinstance(found, Beyond) and why in found.reason


@pytest.mark.parametrize(
    "words",
    [
        "how do I create an SQS queue?",
        "create an SQS queue?",
        "should I create an SQS queue called jobs",
        "don't create an SNS topic named alerts",
        "never create an SNS topic named alerts",
        "create an SQS queue called jobs tomorrow",
        "create an SQS queue called jobs if there is none",
        "create an SQS queue called jobs, but not yet",
        "once I say so, create an SQS queue called jobs",
        "create an SNS topic named alerts and maybe subscribe ops@example.com to it",
        "create an SNS topic named alerts or an SQS queue named jobs",
        "bob created an SQS queue called jobs",
        "the SQS queue called jobs",
        "delete every SQS queue",
        "delete all topics",
        "delete everything",
        "create two SQS queues",
        "create an SQS queue called jobs that nobody can read",
        "create an SQS queue called jobs with a very long retention",
        "create an encrypted SQS queue called jobs",
        "create an SQS queue called jobs like the legacy one",
        "create an SNS topic named alerts instead of an SQS queue",
        "set the password of user bob to hunter2",
        "create a flying carpet named alerts",
        "create an SNS topic named alerts and feed the cat",
        "",
        "create",
    ],
)
def test_what_is_no_clear_order_is_left_alone(account: Account, words: str) -> None:
    assert account.understand(words) is None


def test_without_documentation_there_is_no_plan(cloud: Cloud) -> None:
    account = Account(cloud, {})
    account.cloud = type(cloud)(**{**vars(cloud), "documentation": None})
    assert account.understand("create an SNS topic named alerts") is None


def test_a_name_is_never_a_reference(account: Account) -> None:
    plan = account.plan("create an SNS topic named '${create_topic.TopicArn}'")
    assert plan.program.values() == {"name": "${create_topic.TopicArn}"}
    plan = account.plan("subscribe ${x}@example.com to the topic pages")
    assert plan.program.steps[0].arguments["Endpoint"] == "$${x}@example.com"
