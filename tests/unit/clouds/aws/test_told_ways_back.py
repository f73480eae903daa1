"""Ways back that no row states and the models tell: opposites, what is set again, tags."""

from typing import Any

import pytest
from tests.unit.clouds.aws.conftest import called

from skywright.clouds.aws.effects import Effects
from skywright.model.operation import Operation, Undoability

_EFFECTS = Effects()
_TAGS = {"ResourceName": "arn:db", "Tags": [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "1"}]}
_CORS: dict[str, Any] = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
_TABLE = {"TableDescription": {"TableName": "t", "TableArn": "arn:t"}}


def _back(operation: str, arguments: Any, result: Any = None, before: Any = None) -> Any:
    """The class, and the operations with their arguments."""
    way = _EFFECTS.way_back(called(operation, arguments, result, before))
    return way.undoability.value, [(str(step.operation), dict(step.arguments)) for step in way.steps]


@pytest.mark.parametrize(
    ("operation", "arguments", "result", "back"),
    [
        ("dynamodb:CreateTable", {"TableName": "t"}, _TABLE, [("dynamodb:DeleteTable", {"TableName": "t"})]),
        (
            "ec2:CreateTransitGateway",
            {},
            {"TransitGateway": {"TransitGatewayId": "tgw-1"}},
            [("ec2:DeleteTransitGateway", {"TransitGatewayId": "tgw-1"})],
        ),
        (
            "rds:RestoreDBInstanceFromDBSnapshot",
            {"DBInstanceIdentifier": "d", "DBSnapshotIdentifier": "s"},
            {"DBInstance": {"DBInstanceIdentifier": "d"}},
            [("rds:DeleteDBInstance", {"DBInstanceIdentifier": "d", "SkipFinalSnapshot": True})],
        ),
        (
            "route53profiles:CreateProfile",
            {"Name": "n"},
            {"Profile": {"Id": "p-1"}},
            [("route53profiles:DeleteProfile", {"ProfileId": "p-1"})],
        ),
    ],
)
def test_what_is_made_is_taken_away(operation: str, arguments: Any, result: Any, back: Any) -> None:
    assert _back(operation, arguments, result) == ("exact", back)


@pytest.mark.parametrize(
    "operation",
    [
        *("sns:CreatePlatformApplication", "sns:CreatePlatformEndpoint", "ec2:AttachVpnGateway"),
        *("ec2:CreateVpnConnection", "stepfunctions:CreateStateMachine", "stepfunctions:CreateActivity"),
    ],
)
def test_what_may_have_been_there_is_left(operation: str) -> None:
    assert _EFFECTS.undoability(Operation.parse(operation)).undoability is Undoability.NONE


def test_a_setting_is_set_again() -> None:
    given = {"Bucket": "b", "CORSConfiguration": {"CORSRules": []}}
    again = {"Bucket": "b", "CORSConfiguration": _CORS}
    assert _back("s3:PutBucketCors", given, before=_CORS) == ("exact", [("s3:PutBucketCors", again)])
    assert _back("s3:DeleteBucketCors", {"Bucket": "b"}, before=_CORS) == (
        "exact",
        [("s3:PutBucketCors", again)],
    )


def test_a_setting_that_was_not_there_goes_again() -> None:
    given = {"Bucket": "b", "CORSConfiguration": _CORS}
    assert _back("s3:PutBucketCors", given, before={}) == (
        "exact",
        [("s3:DeleteBucketCors", {"Bucket": "b"})],
    )
    assert _back("s3:DeleteBucketCors", {"Bucket": "b"}, before={}) == ("exact", [])


def test_what_was_not_read_is_not_guessed() -> None:
    assert _back("s3:PutBucketCors", {"Bucket": "b", "CORSConfiguration": _CORS}) == ("none", [])
    two = {"DBInstances": [{"DBInstanceIdentifier": "a"}, {"DBInstanceIdentifier": "b"}]}
    given = {"DBInstanceIdentifier": "a", "AllocatedStorage": 9}
    assert _back("rds:ModifyDBInstance", given, before=two) == ("none", [])


def test_only_what_was_changed_is_set_again() -> None:
    before = {"DBInstances": [{"DBInstanceIdentifier": "d", "AllocatedStorage": 5, "MultiAZ": False}]}
    given = {"DBInstanceIdentifier": "d", "MultiAZ": True, "ApplyImmediately": True}
    again = {**given, "MultiAZ": False}
    assert _back("rds:ModifyDBInstance", given, before=before) == (
        "exact",
        [("rds:ModifyDBInstance", again)],
    )


def test_what_cannot_be_read_is_said() -> None:
    given = {"DBInstanceIdentifier": "d", "MasterUserPassword": "x"}
    told = _EFFECTS.undoability(Operation.parse("rds:ModifyDBInstance"), given)
    assert told.undoability is Undoability.LOSSY and "MasterUserPassword" not in given.values()
    told = _EFFECTS.undoability(
        Operation.parse("rds:ModifyDBInstance"), {**given, "MasterUserPassword": None}
    )
    assert told.undoability is Undoability.LOSSY
    fine = {"DBInstanceIdentifier": "d", "MultiAZ": True}
    assert (
        _EFFECTS.undoability(Operation.parse("rds:ModifyDBInstance"), fine).undoability is Undoability.EXACT
    )


def test_tags_are_as_they_were() -> None:
    before = {"TagList": [{"Key": "a", "Value": "1"}, {"Key": "c", "Value": "3"}]}
    image = _EFFECTS.before_image(Operation.parse("rds:AddTagsToResource"), _TAGS)
    assert image == (Operation.parse("rds:ListTagsForResource"), {"ResourceName": "arn:db"})
    again = [
        ("rds:AddTagsToResource", {"ResourceName": "arn:db", "Tags": [{"Key": "a", "Value": "1"}]}),
        ("rds:RemoveTagsFromResource", {"ResourceName": "arn:db", "TagKeys": ["b"]}),
    ]
    assert _back("rds:AddTagsToResource", _TAGS, before=before) == ("exact", again)
    queue = {"QueueUrl": "u", "TagKeys": ["a", "b"]}
    put = [("sqs:TagQueue", {"QueueUrl": "u", "Tags": {"a": "1"}})]
    assert _back("sqs:UntagQueue", queue, before={"Tags": {"a": "1", "c": "3"}}) == ("exact", put)


def test_tags_of_which_only_a_page_was_read_are_not_taken_for_new() -> None:
    thing = "arn:aws:dynamodb:r:1:table/t"
    given = {"ResourceArn": thing, "Tags": [{"Key": "owner", "Value": "me"}]}
    whole: dict[str, Any] = {"Tags": [{"Key": "a", "Value": "1"}]}
    taken = ("dynamodb:UntagResource", {"ResourceArn": thing, "TagKeys": ["owner"]})
    assert _back("dynamodb:TagResource", given, before=whole) == ("exact", [taken])
    assert _back("dynamodb:TagResource", given, before={**whole, "NextToken": "more"}) == ("none", [])
