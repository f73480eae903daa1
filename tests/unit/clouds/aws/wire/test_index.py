"""Which services sign under which name: as botocore says it, whichever botocore is there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.loaders import Loader

from skywright.clouds.aws import models
from skywright.clouds.aws.wire.index import services_by_signing_name


@pytest.fixture
def models_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A place for models of one's own, beside those that ship."""
    loader = Loader(extra_search_paths=[str(tmp_path)])
    monkeypatch.setattr(models, "loader", lambda: loader)
    services_by_signing_name.cache_clear()
    yield tmp_path
    services_by_signing_name.cache_clear()


def write(folder: Path, service: str, version: str, signing_name: str) -> None:
    place = folder / service / version
    place.mkdir(parents=True)
    text = json.dumps({"version": "2.0", "metadata": {"endpointPrefix": "x", "signingName": signing_name}})
    (place / "service-2.json").write_text(text)


@pytest.mark.parametrize("service", ["ec2", "s3", "sts", "elbv2", "rds", "dynamodb", "iam", "cloudwatch"])
def test_what_botocore_signs_as(service: str) -> None:
    model = models.service_model(service)
    assert model is not None
    assert service in services_by_signing_name()[str(model.signing_name)]


def test_every_service_has_a_name() -> None:
    found = [service for services in services_by_signing_name().values() for service in services]
    assert sorted(found) == sorted(models.service_names())


def test_a_model_of_ones_own_and_a_newer_one_count(models_in: Path) -> None:
    write(models_in, "brand-new", "2030-01-01", "novel")
    write(models_in, "sqs", "2999-01-01", "queues")
    write(models_in, "sns", "1999-01-01", "notes")
    found = services_by_signing_name()
    assert found["novel"] == ("brand-new",)
    assert found["queues"] == ("sqs",)
    assert "sqs" not in found.get("sqs", ())
    assert "sns" in found["sns"]
    assert "notes" not in found
