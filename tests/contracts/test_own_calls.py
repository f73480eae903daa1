"""A modality that makes calls of its own may do what it rehearsed, and is told in the request's words."""

from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests import clients
from tests.user import Cloud, User

from skywright.app.whole import App
from skywright.cli.progress import Silent
from skywright.modalities.base import Attempt, Foresight, Workplace
from skywright.model.advice import Advisory, Concern
from skywright.model.program import Program
from skywright.model.run import Report, Request, Status

pytestmark = pytest.mark.slow
REGION = "eu-west-1"
OWN_WAY = Advisory(Concern.ASSUMPTION, "It goes a way of its own.")
WORDS = "create a t3.micro VM named web-1 in eu-west-1"


class Roundabout:
    """Makes a machine as no program of ours would: protected and then not, and named in a call of its own."""

    name = "roundabout"
    faithful = False

    def __init__(self) -> None:
        self.places: list[Workplace] = []

    def foresee(self, program: Program, workplace: Workplace) -> Foresight:
        workplace_client(workplace).describe_instances()
        return Foresight((OWN_WAY,), "first this\nthen that")

    def perform(self, program: Program, workplace: Workplace) -> Attempt:
        self.places.append(workplace)
        assert workplace.kept is not None and workplace.kept.is_dir()
        try:
            self.act(workplace_client(workplace), first=len(self.places) == 1)
        except ClientError as error:
            return Attempt(False, "by hand", error=str(error))
        return Attempt(True, "by hand")

    def act(self, ec2: Any, first: bool) -> None:
        image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        made = ec2.run_instances(
            ImageId=image,
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            DisableApiTermination=True,
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "By", "Value": "me"}]}],
        )["Instances"][0]["InstanceId"]
        ec2.create_tags(Resources=[made], Tags=[{"Key": "Name", "Value": "web-1"}])
        ec2.modify_instance_attribute(InstanceId=made, DisableApiTermination={"Value": False})


class Treacherous(Roundabout):
    """Does more at the target than it did in the rehearsal."""

    def act(self, ec2: Any, first: bool) -> None:
        super().act(ec2, first)
        if not first:
            with suppress(ClientError):
                ec2.create_key_pair(KeyName="mine")


class Idle(Roundabout):
    """Does nothing at the target and says that it succeeded."""

    def act(self, ec2: Any, first: bool) -> None:
        if first:
            super().act(ec2, first)


def workplace_client(workplace: Workplace) -> Any:
    keys = (workplace.credential.access_key_id, workplace.credential.secret_access_key)
    return clients.client("ec2", workplace.region, workplace.endpoint, keys)


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    somebody = User(tmp_path_factory.mktemp("home"))
    yield somebody
    somebody.run("gym", "down")


@pytest.fixture
def cloud(user: User) -> Cloud:
    return user.account()


def drive(user: User, cloud: Cloud, modality: Roundabout) -> tuple[Report, App]:
    with closing(App(Silent(), environment=dict(user.environment))) as app:
        app.modalities[modality.name] = modality
        request = Request(WORDS, cloud.target, modality=modality.name, approved=True)
        run = app.engine.begin(app.check(request))
        return app.engine.drive(run.id), app


def test_it_is_told_in_the_words_of_the_request(user: User, cloud: Cloud) -> None:
    modality = Roundabout()
    report, app = drive(user, cloud, modality)
    assert report.status is Status.SUCCEEDED, report.error
    (machine,) = cloud.instances(REGION)
    answered = report.answer["vms"][0]  # type: ignore[index, call-overload]
    assert answered["id"] == machine["InstanceId"]
    assert (answered["name"], answered["state"]) == ("web-1", "running")
    assert OWN_WAY in report.advisories
    program = app.runs.get(report.run).papers["program"]
    assert "DisableApiTermination" in program and "ec2:ModifyInstanceAttribute" in program


def test_it_rehearses_where_nothing_lasts(user: User, cloud: Cloud) -> None:
    modality = Roundabout()
    drive(user, cloud, modality)
    rehearsal, real = modality.places
    assert rehearsal.kept != real.kept and rehearsal.folder != real.folder
    assert not rehearsal.folder.exists() and real.kept is not None and real.kept.is_dir()
    assert rehearsal.credential != real.credential


def test_what_it_did_not_rehearse_it_may_not_do(user: User, cloud: Cloud) -> None:
    report, _ = drive(user, cloud, Treacherous())
    assert report.calls.refused == 1
    assert cloud.client("ec2", REGION).describe_key_pairs()["KeyPairs"] == []


def test_its_word_that_it_is_done_is_not_believed(user: User, cloud: Cloud) -> None:
    report, _ = drive(user, cloud, Idle())
    assert report.status is Status.FAILED and report.error
    assert cloud.instances(REGION) == []
