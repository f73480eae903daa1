"""Encryption of new disks by default, and the key of it, which are set for an account's region.

Owns what follows from them for a disk. The key is kept with the region's other settings.
"""

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.responses import EC2Response
from moto.kms.models import kms_backends

from skywright_gym.aws.behaviour.rule import Rule, around, new
from skywright_gym.aws.behaviour.settings import settings_of

_KEY, _AWS_KEY = "encryption-key", "alias/aws/ebs"


def _key(self: Any) -> ActionResult:
    self.error_on_dryrun()
    return ActionResult({"KmsKeyId": settings_of(self.ec2_backend).get(_KEY, _AWS_KEY)})


def _choose_key(original: Callable[..., Any], self: Any) -> ActionResult:
    asked = self._get_param("KmsKeyId")
    if asked and not _is_key(self.ec2_backend, asked):
        # Keys are looked at later: the answer is as if there were one, and nothing comes of it.
        self.error_on_dryrun()
        return ActionResult({"KmsKeyId": _key_arn(self.ec2_backend, asked)})
    chosen = original(self)
    settings_of(self.ec2_backend)[_KEY] = chosen.result["KmsKeyId"]
    return chosen


def _is_key(backend: Any, asked: str) -> bool:
    keys: Any = kms_backends[backend.account_id][backend.region_name]
    name = keys.get_key_id(keys.get_alias_name(asked))
    return (keys.get_key_id_from_alias(name) if name.startswith("alias/") else name) in keys.keys


def _key_arn(backend: Any, asked: str) -> str:
    if asked.startswith("arn:"):
        return asked
    resource = asked if asked.startswith("alias/") else f"key/{asked}"
    return f"arn:aws:kms:{backend.region_name}:{backend.account_id}:{resource}"


def _reset_key(self: Any) -> ActionResult:
    self.error_on_dryrun()
    settings_of(self.ec2_backend).pop(_KEY, None)
    # moto finds Amazon's own again when it needs one.
    self.ec2_backend.default_kms_key_id = ""
    return _key(self)


def _encrypt(
    original: Callable[..., Any], self: Any, size: Any, zone_name: str, *rest: Any, **named: Any
) -> Any:
    """`rest` begins with the snapshot and whether to encrypt."""
    # A back end that is being made has not got it yet.
    if vars(self).get("ebs_encryption_by_default"):
        if len(rest) > 1:
            rest = (rest[0], True, *rest[2:])
        else:
            named["encrypted"] = True
    return original(self, size, zone_name, *rest, **named)


RULES = (
    Rule(
        "settings.encryption",
        ("ec2",),
        "While encryption by default is enabled for a region, every new disk is encrypted; the key is the "
        "one that was chosen, Amazon's own at first; to choose one that does not exist seems to succeed.",
        "specification: https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html and "
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyEbsDefaultKmsKeyId.html; "
        "assumption: that the key then stays the one that it was",
        (
            around(EBSBackend, "create_volume", _encrypt),
            around(EC2Response, "modify_ebs_default_kms_key_id", _choose_key),
            new(EC2Response, "get_ebs_default_kms_key_id", _key),
            new(EC2Response, "reset_ebs_default_kms_key_id", _reset_key),
        ),
    ),
)
