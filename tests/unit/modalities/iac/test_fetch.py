"""The provider from the user's own mirrors, by real Terraform and over real HTTPS; and from nowhere.

What is fetched is a file with a provider's name: what is in it is nobody's business before it is started.
"""

import datetime
import hashlib
import json
import shutil
import ssl
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.terraform import target

from skywright.errors import Unavailable
from skywright.modalities.base import Workplace
from skywright.modalities.iac import tool
from skywright.model.target import Credential

pytestmark = pytest.mark.skipif(
    not (shutil.which("tofu") or shutil.which("terraform")),
    reason="neither tofu nor terraform is on the path",
)
VERSION = "5.100.0"
REGISTRIES = ("registry.terraform.io", "registry.opentofu.org")


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    said: list[str] = []
    return Workplace("", Credential("key", "secret"), "us-east-1", tmp_path / "work", said.append, 20)


@pytest.fixture(autouse=True)
def nothing_else_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "_IMPLIED", ())
    monkeypatch.setattr(tool, "_ELSEWHERE", "/nonexistent")


def packed(folder: Path) -> str:
    """A mirror's archive of a provider; its name."""
    name = f"terraform-provider-aws_{VERSION}_{target()}.zip"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / name, "w") as archive:
        program = zipfile.ZipInfo(f"terraform-provider-aws_v{VERSION}_x5")
        program.external_attr = 0o100755 << 16
        archive.writestr(program, "#!/bin/sh\n")
    return name


def served(folder: Path) -> None:
    """What the protocol of network mirrors says that there is.

    Source: "Provider Network Mirror Protocol", developer.hashicorp.com/terraform/internals.
    """
    for registry in REGISTRIES:
        place = folder / "mirror" / registry / tool.SOURCE
        name = packed(place)
        digest = hashlib.sha256((place / name).read_bytes()).hexdigest()
        archive = {"url": name, "hashes": [f"zh:{digest}"]}
        (place / "index.json").write_text(json.dumps({"versions": {VERSION: {}}}))
        (place / f"{VERSION}.json").write_text(json.dumps({"archives": {target(): archive}}))


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate for the loopback address that is its own authority, and it with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a mirror")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "ca.pem").write_bytes(public)
    (folder / "both.pem").write_bytes(public + private)
    return folder / "ca.pem", folder / "both.pem"


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A user's variables, with which a mirror on this machine is known and trusted."""
    served(tmp_path)
    authority, both = certified(tmp_path)

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(tmp_path))  # pyright: ignore[reportArgumentType]

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    configuration = tmp_path / "user.tfrc"
    configuration.write_text(
        "provider_installation {\n  network_mirror {\n"
        f'    url = "https://127.0.0.1:{server.server_port}/mirror/"\n  }}\n}}\n'
    )
    yield {"TF_CLI_CONFIG_FILE": str(configuration), "SSL_CERT_FILE": str(authority), "HOME": str(tmp_path)}
    server.shutdown()
    server.server_close()


def test_a_network_mirror_of_the_users_is_asked_once(
    workplace: Workplace, tmp_path: Path, mirror: dict[str, str]
) -> None:
    found = tool.find(workplace, tmp_path / "cache", mirror)
    assert found.provider.is_relative_to(tmp_path / "cache")
    assert found.provider.parts[-4:-1] == ("aws", VERSION, target())
    assert not (workplace.folder / "fetch").exists()
    Path(mirror["TF_CLI_CONFIG_FILE"]).write_text("provider_installation {}\n")
    assert tool.find(workplace, tmp_path / "cache", mirror) == found


def test_a_mirror_that_cannot_be_trusted_is_said_in_a_sentence_and_nothing_is_kept(
    workplace: Workplace, tmp_path: Path, mirror: dict[str, str]
) -> None:
    del mirror["SSL_CERT_FILE"]
    with pytest.raises(Unavailable, match=r"cannot be fetched \(.*unknown authority\); name a") as told:
        tool.find(workplace, tmp_path / "cache", mirror)
    assert "\n" not in str(told.value)
    assert list((tmp_path / "cache").iterdir()) == []
    assert not (workplace.folder / "fetch").exists()


def test_archives_in_a_folder_that_the_user_names_will_do(workplace: Workplace, tmp_path: Path) -> None:
    for registry in REGISTRIES:
        packed(tmp_path / "mirror" / registry / tool.SOURCE)
    configuration = tmp_path / "user.tfrc"
    configuration.write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{tmp_path / "mirror"}"\n  }}\n}}\n'
    )
    ways = ({"TF_CLI_CONFIG_FILE": str(configuration)}, {tool.MIRROR: str(tmp_path / "mirror")})
    for number, variables in enumerate(ways):
        cache = tmp_path / f"cache{number}"
        assert tool.find(workplace, cache, variables).provider.is_relative_to(cache)


def test_a_mirror_that_cannot_be_reached_gives_way_to_what_is_here(
    workplace: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = tmp_path / "user.tfrc"
    configuration.write_text(
        'provider_installation {\n  network_mirror {\n    url = "https://127.0.0.1:9/"\n  }\n}\n'
    )
    variables = {"TF_CLI_CONFIG_FILE": str(configuration)}
    began = time.monotonic()
    with pytest.raises(Unavailable, match=r"cannot be fetched \(.*127\.0\.0\.1:9: .*refused\)"):
        tool.find(workplace, tmp_path / "cache", variables)
    assert time.monotonic() - began < 15
    here = (
        tmp_path / "here" / "some.registry" / tool.SOURCE / VERSION / target() / "terraform-provider-aws_v5"
    )
    here.parent.mkdir(parents=True)
    here.write_text("")
    here.chmod(0o700)
    monkeypatch.setattr(tool, "_IMPLIED", (str(tmp_path / "here"),))
    said: list[str] = []
    found = tool.find(replace(workplace, say=said.append), tmp_path / "cache", variables)
    assert found.provider == here
    assert said[-1].endswith(f"; {here} is used")
