"""Words from users and clouds are values, never code, whatever they look like: in every modality."""

import base64
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from skywright.clouds.aws.catalogue import Catalogue
from skywright.modalities.base import Modality, Workplace
from skywright.modalities.cli import Cli
from skywright.modalities.sdk import Sdk
from skywright.model.operation import Operation
from skywright.model.program import Parameter, Program, Step
from skywright.model.target import Credential
from skywright.model.values import Value
from skywright.program.emit import EMITTERS
from skywright.program.emit.hcl.text import Block, Body, document

REGION = "eu-west-1"
CATALOGUE = Catalogue()
MODALITIES: dict[str, Modality] = {"cli": Cli(CATALOGUE), "sdk": Sdk(CATALOGUE)}

TERRAFORM = shutil.which("tofu") or shutil.which("terraform")

HOSTILE = (
    '"; touch PWNED #',
    "'; touch PWNED #",
    "$(touch PWNED)",
    "`touch PWNED`",
    "${HOME} $HOME ~ *",
    "a\nb\n\ntouch PWNED",
    "\\\\' \\\" \\n \\",
    '"""\nimport os; os.system("touch PWNED")\n"""',
    "{__import__('os').system('touch PWNED')}",
    "ünïcödé 雲 🚀 \u202e \u200d",
    "-x",
    "--endpoint-url=http://127.0.0.1:9",
    "file:///etc/passwd",
    "fileb:///etc/passwd",
    "https://127.0.0.1:9/x",
    '["a", {"b": 1}]',
    '{"Value": "x"}',
    "&& touch PWNED || true; exit 3",
    "%s %n %b \\033[0m",
    "\x1b]0;pwned\x07\x7f\t.",
    "$'\\x41' !! !$ ^a^b",
    "None",
    "true",
    "007",
    "@/etc/passwd",
    "JSON\nEOF\nJSON",
)


def op(text: str) -> Operation:
    return Operation.parse(text)


def literal(text: str) -> str:
    """A text as a template that stands for it."""
    return text.replace("${", "$${")


@pytest.fixture(params=sorted(MODALITIES))
def modality(request: pytest.FixtureRequest) -> Modality:
    return MODALITIES[request.param]


@pytest.fixture
def account(gym: Any) -> Any:
    fresh = gym.fresh_account()
    yield fresh
    gym.delete(fresh)


@pytest.fixture
def workplace(account: Any, tmp_path: Path) -> Workplace:
    credential = Credential(account.access_key_id, account.secret_access_key)
    return Workplace(account.endpoint, credential, REGION, tmp_path / "work", lambda line: None, 300)


def left_in(workplace: Workplace) -> list[str]:
    return sorted(path.name for path in workplace.folder.rglob("*") if path.is_file())


def parameters(account: Any) -> dict[str, str]:
    ssm = account.client("ssm", REGION)
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path="/", Recursive=True)
    return {item["Name"]: item["Value"] for page in pages for item in page["Parameters"]}


@pytest.mark.slow
def test_parameters_as_options(modality: Modality, workplace: Workplace, account: Any) -> None:
    program = Program(
        name='x"; touch PWNED\ntouch PWNED',
        request='"; rm -rf ~ #\ntouch PWNED\n"""\r\x1b[2J $(touch PWNED)\n\'\'\'',
        region=REGION,
        parameters=(
            Parameter("value", "list", list(HOSTILE), description='x\ntouch PWNED\n"""'),
            Parameter("one", "string", HOSTILE[0]),
        ),
        steps=(
            Step(
                "put",
                op("ssm:PutParameter"),
                repeat=len(HOSTILE),
                note="n\ntouch PWNED\n$(touch PWNED)",
                arguments={"Name": "/t/${index}", "Type": "String", "Value": "${value[index]}"},
            ),
            Step(
                "single",
                op("ssm:PutParameter"),
                arguments={"Name": "/t/one", "Type": "String", "Value": "${one}", "Description": "x${one}"},
            ),
        ),
        answer={"said": "${one}", "x": literal("$(touch PWNED) '\"")},
    )
    attempt = modality.perform(program, workplace)
    assert attempt.ok, attempt.output
    wanted = {f"/t/{number}": text for number, text in enumerate(HOSTILE)}
    assert parameters(account) == wanted | {"/t/one": HOSTILE[0]}
    assert len(left_in(workplace)) == 1


@pytest.mark.slow
def test_literals_inside_structures(modality: Modality, workplace: Workplace, account: Any) -> None:
    # EC2 answers in XML, which has no place for control characters.
    fit = [text for text in HOSTILE if "\x1b" not in text]
    tags: Value = [{"Key": f"k{number}", "Value": literal(text)} for number, text in enumerate(fit)]
    program = Program(
        name="p",
        region=REGION,
        parameters=(Parameter("tag", "string", fit[0]),),
        steps=(
            Step("gateway", op("ec2:CreateInternetGateway")),
            Step(
                "tags",
                op("ec2:CreateTags"),
                arguments={
                    "Resources": ["${gateway.InternetGateway.InternetGatewayId}"],
                    "Tags": [*tags, {"Key": "p", "Value": "<${tag}>"}],  # type: ignore[misc]
                },
            ),
        ),
    )
    attempt = modality.perform(program, workplace)
    assert attempt.ok, attempt.output
    (gateway,) = account.client("ec2", REGION).describe_internet_gateways(
        Filters=[{"Name": "tag-key", "Values": ["p"]}]
    )["InternetGateways"]
    found = {tag["Key"]: tag["Value"] for tag in gateway["Tags"]}
    wanted = {f"k{number}": text for number, text in enumerate(fit)} | {"p": f"<{fit[0]}>"}
    # XML folds line ends and spaces of its own accord on the way back.
    assert {key: " ".join(value.split()) for key, value in found.items()} == {
        key: " ".join(value.split()) for key, value in wanted.items()
    }
    assert len(left_in(workplace)) == 1


@pytest.mark.slow
def test_answers_of_the_cloud(modality: Modality, workplace: Workplace, account: Any) -> None:
    """A value that somebody planted in the cloud is passed on as it is."""
    ssm = account.client("ssm", REGION)
    for number, text in enumerate(HOSTILE):
        ssm.put_parameter(Name=f"/planted/{number}", Type="String", Value=text)
    program = Program(
        name="p",
        region=REGION,
        steps=(
            Step("got", op("ssm:GetParametersByPath"), arguments={"Path": "/planted"}),
            Step(
                "put",
                op("ssm:PutParameter"),
                repeat=len(HOSTILE),
                arguments={
                    "Name": "/copied${got.Parameters[index].Name}",
                    "Type": "String",
                    "Value": "${got.Parameters[index].Value}",
                },
            ),
        ),
        answer={"values": "${got.Parameters[].Value}"},
    )
    attempt = modality.perform(program, workplace)
    assert attempt.ok, attempt.output
    found = parameters(account)
    copied = {number: found[f"/copied/planted/{number}"] for number in range(len(HOSTILE))}
    assert copied == dict(enumerate(HOSTILE))
    assert len(left_in(workplace)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("text", ["file:///etc/passwd", "http://127.0.0.1:9/", "--dry-run", "None"])
def test_planted_names(modality: Modality, workplace: Workplace, account: Any, text: str) -> None:
    """A name that a person would write as a plain option is passed on as it is, or the step fails."""
    ec2 = account.client("ec2", REGION)
    ec2.create_key_pair(KeyName=text)
    program = Program(
        name="p",
        region=REGION,
        steps=(
            Step("pairs", op("ec2:DescribeKeyPairs")),
            Step(
                "group",
                op("ec2:CreateKeyPair"),
                arguments={"KeyName": "copy of ${pairs.KeyPairs[0].KeyName}"},
            ),
            Step("gone", op("ec2:DeleteKeyPair"), arguments={"KeyName": "${pairs.KeyPairs[0].KeyName}"}),
        ),
    )
    attempt = modality.perform(program, workplace)
    names = {pair["KeyName"] for pair in ec2.describe_key_pairs()["KeyPairs"]}
    if attempt.ok:
        assert names == {f"copy of {text}"}
    else:
        assert modality.name == "cli" and attempt.error.startswith("step pairs: ")
        assert names == {text}


@pytest.mark.slow
def test_user_data_and_long_values(modality: Modality, workplace: Workplace, account: Any) -> None:
    script = "#!/bin/sh\n" + "\n".join(HOSTILE[:9]) + "\n" + "x" * 8000
    program = Program(
        name="p",
        region=REGION,
        steps=(
            Step("images", op("ec2:DescribeImages"), arguments={"Owners": ["amazon"]}),
            Step(
                "vm",
                op("ec2:RunInstances"),
                arguments={
                    "ImageId": "${images.Images[0].ImageId}",
                    "InstanceType": "t3.micro",
                    "MinCount": 1,
                    "MaxCount": 1,
                    "UserData": base64.b64encode(script.encode()).decode(),
                },
            ),
        ),
    )
    attempt = modality.perform(program, workplace)
    assert attempt.ok, attempt.output
    ec2 = account.client("ec2", REGION)
    (vm,) = ec2.describe_instances()["Reservations"][0]["Instances"]
    told = ec2.describe_instance_attribute(InstanceId=vm["InstanceId"], Attribute="userData")
    assert base64.b64decode(told["UserData"]["Value"]).decode() == script


@pytest.mark.parametrize("form", sorted(EMITTERS.keys() - {"iac"}))
@pytest.mark.parametrize(
    "text", ["$(touch PWNED)", "a`touch PWNED`b", 'x"] touch PWNED', "a\ntouch PWNED", "class"]
)
def test_names_are_not_code_either(form: str, text: str, tmp_path: Path) -> None:
    """Ids, names of parameters and of arguments come from files that anybody may have written."""
    program = Program(
        name="# -*- coding: utf-7 -*-",
        request="# -*- coding: utf-7 -*-",
        region=text,
        parameters=(Parameter("p", "string", text),),
        steps=(
            Step(text, op("ec2:DescribeVpcs"), repeat=2, arguments={"VpcIds": ["${p}"]}, tolerate=(text,)),
            Step(text + "2", op("ec2:DescribeVpcs"), arguments={text: text, "x y": 1}, region=text),
        ),
        answer={text: text},
    )
    source = EMITTERS[form](program, CATALOGUE)
    path = tmp_path / "artefact"
    path.write_text(source)
    if form == "sdk":
        compile(source, "artefact", "exec")
        command = [sys.executable, "-I", str(path)]
    else:
        command = [shutil.which("bash") or "bash", str(path)]
        # Not the real aws: what the script runs, if it runs anything, is to be seen.
        fake = tmp_path / "bin" / "aws"
        fake.parent.mkdir()
        fake.write_text("#!/bin/sh\necho null\n")
        fake.chmod(0o700)
    environment = {
        "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_MAX_ATTEMPTS": "1",
    }
    subprocess.run(command, cwd=tmp_path, env=environment, timeout=60, check=False, capture_output=True)
    assert not list(tmp_path.rglob("PWNED*"))


@pytest.mark.skipif(TERRAFORM is None, reason="neither tofu nor terraform is on the path")
def test_texts_are_what_they_are_in_hcl(tmp_path: Path) -> None:
    texts = [
        *HOSTILE,
        '${file("/etc/passwd")}',
        "%{ for x in [1] }${x}%{ endfor }",
        "$${x} %%{y}",
        "<<EOF\nx\nEOF",
    ]
    declared = Block("variable", ("texts",), Body({"default": texts}))
    (tmp_path / "main.tf").write_text(document([declared]), encoding="utf-8")
    done = subprocess.run(
        [str(TERRAFORM), f"-chdir={tmp_path}", "console"],
        input="base64encode(jsonencode(var.texts))\n",
        env={"HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(base64.b64decode(json.loads(done.stdout))) == texts


@pytest.mark.parametrize("text", ['x" {}\nprovider "evil" {', "a b", "${x}", "7", "für", "a\n}"])
def test_names_are_plain_words_in_hcl(text: str) -> None:
    tags: Value = [{"ResourceType": "vpc", "Tags": [{"Key": literal(text), "Value": "${p}"}]}]
    program = Program(
        name="p",
        region=literal(text),
        parameters=(Parameter("p", "string", text),),
        steps=(
            Step(
                text,
                op("ec2:CreateVpc"),
                arguments={"CidrBlock": "${p}", "TagSpecifications": tags},
                note=text,
            ),
            Step("part", op("ec2:CreateSubnet"), arguments={"VpcId": "vpc-1", "CidrBlock": literal(text)}),
        ),
        answer={text: "${part.Subnet.SubnetId}"},
    )
    source = EMITTERS["iac"](program, CATALOGUE)
    heads = [line for line in source.splitlines() if line.endswith("{") and not line.startswith((" ", "#"))]
    assert all(re.fullmatch(r'\w+( "\w+"){0,2} \{', line, re.ASCII) for line in heads), heads
    assert [line.split()[0] for line in heads] == [
        "terraform", "provider", "resource", "resource", "variable", "variable", "output",
    ]  # fmt: skip
