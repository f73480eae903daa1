"""Calls over HTTP against moto: pages, values, errors, and the user's own account by profile."""

from pathlib import Path

import pytest
from botocore.utils import parse_timestamp
from tests.unit.clouds.aws.conftest import Account

from skywright.clouds.aws.clients import Client, identity, upstream_from_profile
from skywright.clouds.aws.convert import moment
from skywright.errors import CloudFailed, NotFound, Unavailable
from skywright.model.operation import Operation
from skywright.model.target import Credential

_REGIONS = Operation("ec2", "DescribeRegions")


@pytest.fixture
def profiles(moto: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = tmp_path / "config"
    configuration.write_text(
        f"[profile real]\nregion=eu-west-3\nendpoint_url={moto}\n"
        "aws_access_key_id=AK\naws_secret_access_key=SK\n"
        "[profile empty]\nregion=eu-west-3\n"
    )
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(configuration))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def test_values_are_json(account: Account) -> None:
    volume = account.read("ec2:CreateVolume", AvailabilityZone=f"{account.region}a", Size=1)
    assert volume["CreateTime"].endswith("Z")
    assert "ResponseMetadata" not in volume


@pytest.mark.parametrize(
    "told",
    [
        *(
            "2026-11-28T03:00:00Z",
            "2026-11-28T03:00:00.123Z",
            "2026-11-28T03:00:00+02:00",
            "20261128T030000Z",
        ),
        *("2026-11-28T03:00:00.123456789Z", "2026-11-28", "1795834800", "1795834800.5", 1795834800.5),
        "Sat, 28 Nov 2026 03:00:00 GMT",
    ],
)
def test_a_moment_is_what_botocore_takes_it_for(told: str | float) -> None:
    assert moment(told) == parse_timestamp(told)


@pytest.mark.parametrize("told", ["2026-11-28Tea", "", "T"])
def test_what_is_no_moment_is_none(told: str) -> None:
    with pytest.raises(ValueError):
        moment(told)


def test_user_data_stays_as_the_api_has_it(account: Account) -> None:
    instance = account.instance(UserData="aGVsbG8=")
    told = account.read("ec2:DescribeInstanceAttribute", InstanceId=instance, Attribute="userData")
    assert told["UserData"]["Value"] == "aGVsbG8="


def test_all_pages_are_merged(account: Account) -> None:
    for number in range(3):
        account.read("cloudwatch:PutDashboard", DashboardName=f"d{number}", DashboardBody="{}")
    names = account.read("cloudwatch:ListDashboards")
    assert len(names["DashboardEntries"]) == 3


def test_errors_have_the_clouds_own_code(account: Account) -> None:
    with pytest.raises(CloudFailed) as failed:
        account.read("ec2:DescribeInstances", InstanceIds=["i-1234567890abcdef0"])
    assert failed.value.code == "InvalidInstanceID.NotFound"
    with pytest.raises(CloudFailed) as failed:
        account.read("ec2:DescribeInstances", InstanceIds=3)
    assert failed.value.code == "ParamValidation"
    with pytest.raises(NotFound):
        account.read("ec2:Nope")


def test_the_users_own_configuration_is_not_read(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "there-is-none-such")
    assert "Functions" in account.read("lambda:ListFunctions")


def test_nobody_there() -> None:
    with pytest.raises(Unavailable):
        Client("http://127.0.0.1:9", Credential("a", "b")).call(_REGIONS, {}, "eu-west-1")


@pytest.mark.usefixtures("profiles")
def test_the_users_own_account(moto: str) -> None:
    upstream = upstream_from_profile("real")
    assert (upstream.endpoint, upstream.region) == (moto, "eu-west-3")
    account, arn = identity(upstream)
    assert account.isdecimal()
    assert arn.startswith("arn:aws:")
    assert "SK" not in repr(upstream)


@pytest.mark.usefixtures("profiles")
def test_a_profile_that_is_of_no_use() -> None:
    with pytest.raises(NotFound, match=r"no AWS profile 'nope'; there are: .*real"):
        upstream_from_profile("nope")
    with pytest.raises(Unavailable, match="empty"):
        upstream_from_profile("empty")
