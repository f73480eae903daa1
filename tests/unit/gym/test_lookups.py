"""A short cut gives what moto's own way gives."""

import gc
import weakref
from types import SimpleNamespace
from typing import Any

import pytest
from moto.core import responses
from moto.core.responses import BaseResponse
from moto.ec2.exceptions import InvalidInstanceIdError
from moto.ec2.models.amis import AmiBackend
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models.tags import TagBackend

from skywright_gym.aws import lookups, whereabouts


@pytest.fixture(scope="module", autouse=True)
def short_cuts() -> None:
    lookups.install()
    lookups.install()


def _tagged() -> TagBackend:
    backend = TagBackend()
    backend.create_tags(["i-1", "vol-1"], {"Name": "a", "b*": ""})
    backend.create_tags(["i-12"], {"Name": "c"})
    backend.create_tags(["i-empty"], {})
    backend.create_tags(["odd_id"], {"k": "v"})
    return backend


@pytest.mark.parametrize(
    "filters",
    [
        None,
        {},
        {"resource-id": ["i-1"]},
        {"resource-id": ["i-12"]},
        {"resource-id": ["i-none"]},
        {"resource-id": ["i-empty"]},
        {"resource-id": ["odd_id"]},
        {"resource-id": ["i-*"]},
        {"resource-id": ["i-1?"]},
        {"resource-id": ["i-1", "vol-1"]},
        {"resource-id": []},
        {"resource-id": ["i-1"], "key": ["Name"]},
        {"key": ["Name"]},
    ],
)
def test_tags(filters: Any) -> None:
    backend = _tagged()
    original: Any = vars(TagBackend)["describe_tags"].__wrapped__
    assert backend.describe_tags(filters) == original(backend, filters)
    assert backend.describe_tags(filters=filters) == original(backend, filters=filters)
    assert set(backend.tags) == set(_tagged().tags)


class _Images(AmiBackend):
    """As many as are looked for."""

    account_id = "123456789012"

    def __init__(self) -> None:
        self.amis: Any = {key: _Image(key) for key in ("ami-1", "ami-12", "ami-2")}
        self.deleted_amis = []


class _Image:
    owner_alias = owner_id = "amazon"

    def __init__(self, key: str) -> None:
        self.id = key

    def get_filter_value(self, _name: str) -> str:
        return self.id


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"filters": {"image-id": "ami-1"}},
        {"filters": {"image-id": ["ami-12"]}},
        {"filters": {"image-id": ["ami-3"]}},
        {"filters": {"image-id": ["ami-1*"]}},
        {"filters": {"image-id": ["ami-1", "ami-2"]}},
        {"filters": {"image-id": None}},
        {"filters": {"image-id": "ami-1"}, "owners": ["self"]},
        {"ami_ids": ["ami-1"], "filters": {"image-id": "ami-2"}},
        {"ami_ids": ["ami-2"]},
    ],
)
def test_images(arguments: Any) -> None:
    backend = _Images()
    original: Any = vars(AmiBackend)["describe_images"].__wrapped__
    assert backend.describe_images(**arguments) == original(backend, **arguments)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<a/>",
        "<a><RequestId>old</RequestId></a>",
        "<a>\n<RequestId>old</RequestId>\n<b/><RequestId>x</RequestId></a>",
        "<RequestId>not closed",
        "</RequestId><RequestId></RequestId>",
        "\U0001f600<RequestId>old</RequestId>",
        b"<RequestId>old</RequestId>",
        None,
        7,
    ],
)
def test_the_number_of_a_request(body: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto.core.responses.gen_amzn_requestid_long", _number)
    original: Any = BaseResponse._enrich_response.__wrapped__
    ours, moto = ({"status": 200}, body), ({"status": 200}, body)
    assert BaseResponse._enrich_response(*ours) == original(*moto)
    assert ours[0] == moto[0]


def _number(headers: Any) -> str:
    headers["x-amzn-requestid"] = "new"
    return "new"


def test_the_operations_of_a_service() -> None:
    class Response:
        def describe_vpcs(self) -> None: ...

        region = "eu-west-1"

    names: Any = responses.method_names_from_class
    for _ in range(2):
        assert sorted(names(Response)) == sorted(names.__wrapped__(Response)) == ["describe_vpcs"]
    setattr(Response, "monitor_instances", lambda _self: None)  # noqa: B010
    assert sorted(names(Response)) == sorted(names.__wrapped__(Response))
    assert "monitor_instances" in names(Response)


def _machines(*reservations: tuple[str, ...]) -> InstanceBackend:
    backend = InstanceBackend()
    for number, ids in enumerate(reservations):
        held: Any = SimpleNamespace(id=f"r-{number}", instances=[_Machine(each) for each in ids])
        backend.reservations[held.id] = held
    return backend


class _Machine:
    def __init__(self, key: str) -> None:
        self.id = key

    def applies(self, _filters: Any) -> bool:
        return True


def test_one_machine_of_many() -> None:
    backend = _machines(("i-1", "i-2"), ("i-3",))
    assert [backend.get_instance(key).id for key in ("i-1", "i-2", "i-3")] == ["i-1", "i-2", "i-3"]
    assert backend.get_instance_by_id("i-4") is None
    with pytest.raises(InvalidInstanceIdError):
        backend.get_instance("i-4")


def test_a_machine_that_went_or_moved_is_not_found_where_it_was() -> None:
    backend = _machines(("i-1", "i-2"), ("i-3",))
    second = backend.get_instance("i-2")
    del backend.reservations["r-0"].instances[0]
    assert backend.get_instance("i-2") is second
    assert backend.get_instance_by_id("i-1") is None
    moved: Any = backend.reservations.pop("r-0")
    assert backend.get_instance_by_id("i-2") is None
    backend.reservations["r-9"] = moved
    assert whereabouts.reservation_of(backend, "i-2") is moved
    backend.reservations["r-1"].instances.append(_Machine("i-5"))  # type: ignore[arg-type]
    assert backend.get_instance("i-5").id == "i-5"


def test_what_is_noted_of_machines_keeps_no_account() -> None:
    backend = _machines(("i-1",))
    backend.get_instance("i-1")
    gone = weakref.ref(backend)
    del backend
    gc.collect()
    assert gone() is None
