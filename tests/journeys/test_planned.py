"""What nobody wrote a program for, from words to a changed cloud and back, judged with plain boto3."""

from typing import Any

import pytest
from tests.user import Cloud, User

pytestmark = pytest.mark.slow


def _topics(cloud: Cloud) -> list[str]:
    rows = cloud.client("sns").list_topics()["Topics"]
    return sorted(row["TopicArn"].split(":")[-1] for row in rows)


def _done(user: User, cloud: Cloud, words: str, modality: str) -> Any:
    said = user.do(words, cloud, "--yes", "--modality", modality)
    assert said.status == 0, f"{words!r}: {said.err}{said.out}"
    assert said.json["modality"] == modality
    return said.json


def _undo(user: User, done: Any) -> None:
    undone = user.run("undo", done["run"], "--json")
    assert undone.status == 0, undone.err + undone.out


@pytest.mark.parametrize("modality", ["cli", "sdk"])
def test_a_topic_with_a_subscription_and_back(user: User, modality: str) -> None:
    cloud = user.account()
    cloud.client("sns").create_topic(Name="older")
    done = _done(
        user, cloud, "create an SNS topic named alerts and subscribe ops@example.com to it", modality
    )
    (subscription,) = cloud.client("sns").list_subscriptions()["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "ops@example.com")
    assert subscription["TopicArn"].endswith(":alerts")
    assert any("confirmation" in advisory["text"] for advisory in done["advisories"])
    _undo(user, done)
    assert _topics(cloud) == ["older"]
    assert cloud.client("sns").list_subscriptions()["Subscriptions"] == []


def test_a_table_a_queue_and_a_log_group_and_back(user: User) -> None:
    cloud, modality = user.account(), "sdk"
    table = _done(user, cloud, "create a DynamoDB table orders with key id", modality)
    keys = cloud.client("dynamodb").describe_table(TableName="orders")["Table"]["KeySchema"]
    assert keys == [{"AttributeName": "id", "KeyType": "HASH"}]
    both = _done(user, cloud, "make an SQS queue called jobs, then create a log group /app/web", modality)
    assert cloud.client("sqs").get_queue_url(QueueName="jobs")["QueueUrl"]
    groups = cloud.client("logs").describe_log_groups()["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["/app/web"]
    _done(user, cloud, "set the retention of the log group /app/web to 14 days", modality)
    assert cloud.client("logs").describe_log_groups()["logGroups"][0]["retentionInDays"] == 14
    _undo(user, both)
    _undo(user, table)
    assert cloud.client("dynamodb").list_tables()["TableNames"] == []
    assert "QueueUrls" not in cloud.client("sqs").list_queues()
    assert cloud.client("logs").describe_log_groups()["logGroups"] == []


def test_the_policies_hold_for_what_is_planned(user: User) -> None:
    cloud = user.account()
    said = user.do("create an IAM user bob", cloud, "--yes")
    assert said.status == 4 and "never.identity" in said.json["error"]
    assert cloud.client("iam").list_users()["Users"] == []


def test_what_is_not_said_is_asked_and_what_is_no_order_is_left(user: User) -> None:
    cloud = user.account()
    asked = user.do("create an SNS topic", cloud, "--yes")
    assert asked.status == 3 and asked.json["questions"][0]["id"] == "Name"
    for words in ("how do I create an SNS topic named x?", "don't create an SNS topic named x"):
        assert user.do(words, cloud, "--yes").status == 1
    assert _topics(cloud) == []


def test_the_documentation_is_searched(user: User) -> None:
    found = user.run("docs", "search", "create a topic", "--service", "sns", "--json")
    assert found.status == 0 and found.json[0]["operation"] == "sns:CreateTopic"
    assert 0 < found.json[0]["score"] <= 1
    refused = user.run("docs", "search", "create a topic", "--service", "snss")
    assert refused.status != 0 and "sns" in refused.err and refused.in_one_sentence
