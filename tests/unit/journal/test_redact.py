"""What counts as a secret, and what only sounds like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywright.journal.redact import _SECRET_VALUE, STRUCK, looks_secret, redact, redact_text


def _words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize(
    "name",
    _words(
        "Password MasterUserPassword db_password DB_PASSWORD password SecretAccessKey SessionToken "
        "secretString KeyMaterial PrivateKey AuthToken apiKey API_KEY Authorization PasswordData "
        "ClientSecret accessToken X-Amz-Security-Token passphrase AWS_SECRET_ACCESS_KEY Token"
    ),
)
def test_secret(name: str) -> None:
    assert looks_secret(name)
    assert redact({name: "s3cr3t"}) == {name: STRUCK}


@pytest.mark.parametrize(
    "name",
    _words(
        "NextToken ClientToken HttpTokens PasswordLastUsed PasswordPolicy KeyName AccessKeyId SecretId "
        "TokenType ContinuationToken ClientRequestToken PublicKey SecretArn Key KeyPairId PartitionKey "
        "IdempotencyToken KmsKeyId SSEKMSKeyId"
    ),
)
def test_harmless(name: str) -> None:
    assert redact({name: "value"}) == {name: "value"}


def test_named_by_the_model() -> None:
    assert redact({"UserData": "x", "Other": "y"}, {"UserData"}) == {"UserData": STRUCK, "Other": "y"}


def test_name_beside_value() -> None:
    assert redact([{"Key": "db_password", "Value": "x"}, {"Key": "team", "Value": "y"}]) == [
        {"Key": "db_password", "Value": STRUCK},
        {"Key": "team", "Value": "y"},
    ]
    assert redact({"Name": "/prod/db/password", "Value": "x"}) == {
        "Name": "/prod/db/password",
        "Value": STRUCK,
    }
    assert redact({"Type": "SecureString", "Value": "x"})["Value"] == STRUCK  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    "value",
    [
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
        "postgres://user:hunter2@host/db",
        "ghp_" + "a" * 36,
        "https://b.s3.amazonaws.com/k?X-Amz-Signature=abc123",
        "Authorization: Bearer abcdefghijklmnopqrstuv",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3.SflKxwRJSMeKKF2QT4",
    ],
)
def test_values_that_are_secrets_under_any_name(value: str) -> None:
    assert redact({"note": value}) == {"note": STRUCK}


@given(st.from_regex(_SECRET_VALUE))
def test_every_value_of_a_secrets_form(value: str) -> None:
    assert redact({"note": [value]}) == {"note": [STRUCK]}


def test_shape_is_kept_and_nothing_else_touched() -> None:
    assert redact({"Password": {"a": ["x", ""], "b": None}}) == {"Password": {"a": [STRUCK, ""], "b": None}}
    value = {"a": [1, 2.5, True, None, "text"], "b": {"c": {}}}
    assert redact(value) == value


@pytest.mark.parametrize(
    "text",
    [
        "export AWS_SECRET_ACCESS_KEY=s3cr3t-and-more",
        '{"Key": "db_password", "Value": "s3cr3t-and-more"}',
        '{"Name": "/app/db_password", "Type": "String", "Password": "s3cr3t-and-more"}',
        "TAGS\tdb_password\ts3cr3t-and-more",
        "aws rds create-db-instance --master-user-password s3cr3t-and-more --x y",
        "Tags=[{Key=api_key,Value=s3cr3t-and-more}]",
        "password: 's3cr3t-and-more and more'",
        "-----BEGIN RSA PRIVATE KEY-----\ns3cr3t-and-more\n-----END RSA PRIVATE KEY-----",
        "postgres://user:s3cr3t-and-more@host/db",
        "Authorization: Bearer s3cr3t-and-more-and-more",
        "key s3cr3t-and-more/K7MDENGbPxRfiCYEXAMPLEKE beside",
    ],
)
def test_a_secret_in_a_text_is_struck_out(text: str) -> None:
    struck = redact_text(text)
    assert "s3cr3t-and-more" not in struck and STRUCK in struck
    assert redact_text(struck) == struck


@pytest.mark.parametrize(
    "text",
    [
        "NextToken: abc",
        '"HttpTokens": "required"',
        "PASSWORD=$(aws ssm get-parameter --name x)",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/x/0123456789abcdef",
        "Key=Name,Value=web-1",
        "--client-token 1234",
    ],
)
def test_what_is_none_stays_in_a_text(text: str) -> None:
    assert redact_text(text) == text
