"""A short cut gives what moto's own way gives."""

from typing import Any

import pytest
from moto.core.responses import BaseResponse
from moto.ec2.models.amis import AmiBackend
from moto.ec2.models.tags import TagBackend

from skywright_gym.aws import lookups


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
