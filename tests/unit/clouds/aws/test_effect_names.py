"""Over every operation that botocore knows: nothing that acts or gives a key passes as a look."""

import re
from collections import Counter

import pytest

from skywright.clouds.aws import models
from skywright.clouds.aws.effect_names import effect, yields_secret
from skywright.clouds.aws.tables import exceptions
from skywright.model.operation import Effect, Operation


def _of(text: str) -> Effect:
    return effect(Operation.parse(text))


@pytest.fixture(scope="module")
def everything() -> dict[Operation, Effect]:
    return {
        Operation(service, name): effect(Operation(service, name))
        for service in models.service_names()
        for name in models.operation_names(service)
    }


@pytest.mark.slow
def test_reading_names_and_methods_only(everything: dict[Operation, Effect]) -> None:
    """Of 19,796 operations (botocore 1.44.5): 42 % read, 23 % change, 14 % destroy, 13 % create, 5 % unknown,
    2 % attach, 2 % detach."""
    reads = [operation for operation, does in everything.items() if does is Effect.READ]
    excused = exceptions()
    names = re.compile(
        r"(Batch|Admin)?(Get|List|Describe|Head|Search|Lookup|Is|Count|Preview|Estimate|Calculate|Compare|Contains|View)[A-Z]?\w*"
    )
    assert [str(each) for each in reads if not names.fullmatch(each.name) and str(each) not in excused] == []
    for each in reads:
        model = models.operation_model(each)
        assert model is not None
        if str(model.metadata.get("protocol", "")).startswith("rest") and str(each) not in excused:
            assert model.http["method"] in ("GET", "HEAD", "POST"), each
    share = Counter(everything.values())
    assert len(everything) > 18_000
    assert share[Effect.UNKNOWN] / len(everything) < 0.07


@pytest.mark.slow
def test_no_credential_by_reading(everything: dict[Operation, Effect]) -> None:
    assert not [each for each, does in everything.items() if does is Effect.READ and yields_secret(each)]


def test_every_exception_is_an_operation_with_a_reason() -> None:
    for text, row in exceptions().items():
        assert models.operation_model(Operation.parse(text)) is not None, text
        assert row.because


@pytest.mark.parametrize(
    "operation",
    [
        "secretsmanager:GetSecretValue",
        "sts:GetSessionToken",
        "sts:AssumeRole",
        "sts:GetFederationToken",
        "ec2:GetPasswordData",
        "ecr:GetAuthorizationToken",
        "kms:Decrypt",
        "lambda:Invoke",
        "ssm:SendCommand",
        "logs:TestMetricFilter",
        "sso:GetRoleCredentials",
        "codeartifact:GetAuthorizationToken",
        "redshift:GetClusterCredentials",
        "cognito-identity:GetCredentialsForIdentity",
        "stepfunctions:GetActivityTask",
        "ec2:NoSuchThing",
        "nothing:AtAll",
    ],
)
def test_never_a_harmless_look(operation: str) -> None:
    assert _of(operation) is Effect.UNKNOWN


@pytest.mark.parametrize(
    ("operation", "does"),
    [
        ("ec2:DescribeInstances", Effect.READ),
        ("ec2:GetConsoleOutput", Effect.READ),
        ("elbv2:DescribeListeners", Effect.READ),
        ("ssm:GetParameter", Effect.READ),
        ("sts:GetCallerIdentity", Effect.READ),
        ("cognito-idp:GetDerivedToken", Effect.UNKNOWN),
        ("support:GetAttachmentUploadLinks", Effect.UNKNOWN),
        ("ec2:RunInstances", Effect.CREATE),
        ("ec2:RequestSpotInstances", Effect.CREATE),
        ("ec2:AttachVolume", Effect.ATTACH),
        ("elbv2:RegisterTargets", Effect.ATTACH),
        ("elbv2:DeregisterTargets", Effect.DETACH),
        ("ec2:DetachVolume", Effect.DETACH),
        ("ec2:CreateTags", Effect.CHANGE),
        ("ec2:DeleteTags", Effect.CHANGE),
        ("cloudwatch:PutMetricAlarm", Effect.CHANGE),
        ("ec2:TerminateInstances", Effect.DESTROY),
        ("ec2:ReleaseAddress", Effect.DESTROY),
        ("ec2:DeregisterImage", Effect.DESTROY),
        ("s3:GetObject", Effect.READ),
        ("iam:CreateAccessKey", Effect.CREATE),
    ],
)
def test_effects(operation: str, does: Effect) -> None:
    assert _of(operation) is does


def test_making_a_key_gives_a_secret() -> None:
    assert yields_secret(Operation("iam", "CreateAccessKey"))
    assert yields_secret(Operation("ec2", "CreateKeyPair"))
    assert not yields_secret(Operation("ec2", "DescribeInstances"))


@pytest.mark.parametrize(
    ("operation", "says", "does"),
    [
        ("apigatewayv2:PreviewPortal", "Creates a portal preview", Effect.CREATE),
        ("cognito-identity:GetId", "Generates (or retrieves)", Effect.CREATE),
        ("iot:GetRegistrationCode", "will create a registration code", Effect.CREATE),
        ("iot:DescribeEndpoint", "Returns or creates a unique endpoint", Effect.CREATE),
        ("importexport:GetShippingLabel", "generates a pre-paid UPS shipping label", Effect.CREATE),
        ("controltower:ListLandingZones", "also creates an ARN", Effect.CREATE),
        ("sagemaker:GetScalingConfigurationRecommendation", "Starts an Amazon SageMaker", Effect.CREATE),
        ("taxsettings:GetTaxRegistrationDocument", "to the Amazon S3 bucket that you specify", Effect.CREATE),
        ("continuum:GetCollectorDataAccessAuthorization", "Authorizes", Effect.UNKNOWN),
    ],
)
def test_who_reads_by_name_and_acts_by_its_own_documentation(operation: str, says: str, does: Effect) -> None:
    model = models.operation_model(Operation.parse(operation))
    assert model is not None
    assert says in re.sub(r"<[^>]+>|\s+", " ", model.documentation).replace("  ", " ")
    assert _of(operation) is does
