"""Long bodies pass without being held, and only if they are what was signed; the real `aws` too."""

import hashlib
import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

AWS = Path(sys.executable).with_name("aws")


def aws(world: Any, credential: Any, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(world.folder),
        "AWS_ENDPOINT_URL": world.gate.endpoint,
        "AWS_ACCESS_KEY_ID": credential.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credential.secret_access_key,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return subprocess.run([AWS, *words], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_aws_copies_a_file_there_and_back(world: Any, tmp_path: Path) -> None:
    credential, bucket = world.mint(), f"b-{uuid4().hex}"
    there, back = tmp_path / "there", tmp_path / "back"
    there.write_bytes(os.urandom(20 * 1024 * 1024))
    assert aws(world, credential, "s3", "mb", f"s3://{bucket}").returncode == 0
    for source, goal in ((there, f"s3://{bucket}/k"), (f"s3://{bucket}/k", back)):
        done = aws(world, credential, "s3", "cp", str(source), str(goal))
        assert done.returncode == 0, done.stderr
    assert back.read_bytes() == there.read_bytes()


@pytest.mark.slow
def test_aws_prints_a_refusal(world: Any) -> None:
    done = aws(world, world.mint("reader"), "ec2", "create-vpc", "--cidr-block", "10.0.0.0/16")
    assert done.returncode != 0
    assert "reader-may-only-read" in done.stderr


def signed(world: Any, credential: Any, method: str, path: str, digest: str, length: int) -> dict[str, str]:
    request = AWSRequest(method, f"{world.gate.endpoint}{path}", headers={"X-Amz-Content-SHA256": digest})
    request.headers["Host"] = world.gate.endpoint.removeprefix("http://")
    keys = Credentials(credential.access_key_id, credential.secret_access_key)

    class Auth(S3SigV4Auth):
        def payload(self, request: Any) -> str:
            return digest

    Auth(keys, "s3", "us-east-1").add_auth(request)
    return {**dict(request.headers.items()), "Content-Length": str(length)}


def put(world: Any, headers: dict[str, str], path: str, body: bytes | Iterator[bytes]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(world.gate.endpoint.removeprefix("http://"), timeout=60)
    connection.request("PUT", path, body=body, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_a_body_that_is_not_the_signed_one_never_becomes_an_object(world: Any) -> None:
    credential, bucket = world.mint(), f"b-{uuid4().hex}"
    world.behind("s3", "us-east-1").create_bucket(Bucket=bucket)
    digest = hashlib.sha256(b"a" * 1_000_000).hexdigest()
    headers = signed(world, credential, "PUT", f"/{bucket}/k", digest, 1_000_000)
    status, text = put(world, headers, f"/{bucket}/k", b"b" * 1_000_000)
    assert status == 403
    assert b"payload-wrong" in text
    assert world.behind("s3", "us-east-1").list_objects_v2(Bucket=bucket)["KeyCount"] == 0
