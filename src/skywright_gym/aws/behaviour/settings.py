"""What is set for an account's region as a whole: sharing with the public, the serial console, credits of
burstable machines, and what notices of events say.

Owns the settings, their first values, and what may be set. Kept with the region's own things, so that a copy
of the account has them too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour.errors import invalid_value, not_permitted, refusal
from skywright_gym.aws.behaviour.keeping import Kept
from skywright_gym.aws.behaviour.rule import Rule, before, new

settings_of = Kept("account_settings", dict[str, Any])
"""What was set for a region, by setting."""
_IMAGES, _SNAPSHOTS = "image-sharing", "snapshot-sharing"


@dataclass(frozen=True)
class Setting:
    """A setting that is put by one operation, taken back by another, and read by a third.

    Args:
        name: Under which it is kept.
        member: That of the answers, and of the request that sets it if it allows several values.
        first: Its value in a new account.
        values: What can be asked for; none: setting it gives True.
        operations: What each operation of the API makes of it: the value that it is set to, `...` for that
            which is asked for, None where it only reads.
    """

    name: str
    member: str
    first: Any
    operations: Mapping[str, Any]
    values: tuple[str, ...] = field(default=())


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "serial-console",
        "SerialConsoleAccessEnabled",
        False,
        {
            "EnableSerialConsoleAccess": True,
            "DisableSerialConsoleAccess": False,
            "GetSerialConsoleAccessStatus": None,
        },
    ),
    Setting(
        _IMAGES,
        "ImageBlockPublicAccessState",
        "unblocked",
        {
            "EnableImageBlockPublicAccess": ...,
            "DisableImageBlockPublicAccess": "unblocked",
            "GetImageBlockPublicAccessState": None,
        },
        ("block-new-sharing",),
    ),
    Setting(
        _SNAPSHOTS,
        "State",
        "unblocked",
        {
            "EnableSnapshotBlockPublicAccess": ...,
            "DisableSnapshotBlockPublicAccess": "unblocked",
            "GetSnapshotBlockPublicAccessState": None,
        },
        ("block-all-sharing", "block-new-sharing"),
    ),
)


def _operation(setting: Setting, sets: Any) -> Callable[[Any], ActionResult]:
    def answer(self: Any) -> ActionResult:
        self.error_on_dryrun()
        kept = settings_of(self.ec2_backend)
        if sets is ...:
            asked = self._get_param(setting.member)
            if asked not in setting.values:
                raise invalid_value(f"Value ({asked}) for parameter {setting.member} is invalid.")
            kept[setting.name] = asked
        elif sets is not None:
            kept[setting.name] = sets
        return ActionResult({setting.member: kept.get(setting.name, setting.first)})

    return answer


# ---- sharing with the public


def _asks_everybody(response: Any, permission: str) -> bool:
    added = response._get_param(f"{permission}.Add", [])
    everybody = any(one.get("Group") == "all" for one in added)
    groups = response._get_param("UserGroups", []) or response._get_param("GroupNames", [])
    return everybody or (response._get_param("OperationType") == "add" and "all" in groups)


def _refuse_sharing(setting: str, permission: str, kind: str) -> Callable[[Any], None]:
    def check(self: Any) -> None:
        blocked = settings_of(self.ec2_backend).get(setting, "unblocked") != "unblocked"
        if blocked and _asks_everybody(self, permission):
            raise not_permitted(
                f"You can't publicly share this {kind}, because block public access for {kind}s is enabled."
            )

    return check


# ---- credits of burstable machines

_CREDITS: Mapping[str, str] = {"t2": "standard", "t3": "unlimited", "t3a": "unlimited", "t4g": "unlimited"}


def _credits(self: Any) -> ActionResult:
    """Read, and set where the request says how."""
    self.error_on_dryrun()
    family, asked = self._get_param("InstanceFamily"), self._get_param("CpuCredits")
    if family not in _CREDITS:
        raise refusal("InvalidParameterValue", f"{family} is not a burstable performance instance family")
    kept = settings_of(self.ec2_backend)
    if asked is not None:
        if asked not in ("standard", "unlimited"):
            raise invalid_value(f"Value ({asked}) for parameter cpuCredits is invalid.")
        kept[f"credits-{family}"] = asked
    value = kept.get(f"credits-{family}", _CREDITS[family])
    return ActionResult(
        {"InstanceFamilyCreditSpecification": {"InstanceFamily": family, "CpuCredits": value}}
    )


# ---- notices of events


# Whether all tags are shown, and the keys of those that are.
_Shown = tuple[bool, list[str]]


def _notices(makes: Callable[[_Shown, Any], _Shown]) -> Callable[[Any], ActionResult]:
    """An operation that makes of what is kept, and of what is asked for, what is kept from now on."""

    def answer(self: Any) -> ActionResult:
        self.error_on_dryrun()
        kept = settings_of(self.ec2_backend)
        everything, keys = kept["notices"] = makes(
            kept.get("notices", (False, [])), self._get_param("InstanceTagAttribute", {})
        )
        return ActionResult(
            {"InstanceTagAttribute": {"InstanceTagKeys": list(keys), "IncludeAllTagsOfInstance": everything}}
        )

    return answer


def _wants_all(asked: Any) -> bool:
    return str(asked.get("IncludeAllTagsOfInstance", "false")).lower() == "true"


def _register(held: _Shown, asked: Any) -> _Shown:
    wanted: list[str] = asked.get("InstanceTagKeys", [])
    if _wants_all(asked):
        if wanted:
            raise invalid_value("You cannot specify tag keys if IncludeAllTagsOfInstance is true")
        return True, []
    return False, [*held[1], *(key for key in wanted if key not in held[1])]


def _deregister(held: _Shown, asked: Any) -> _Shown:
    gone: list[str] = asked.get("InstanceTagKeys", [])
    return held[0] and not _wants_all(asked), [key for key in held[1] if key not in gone]


RULES = (
    Rule(
        "settings.kept",
        ("ec2",),
        "The serial console's access and blocks of sharing with the public are set for a region of an "
        "account, and read as they were set.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
        "API_GetSerialConsoleAccessStatus.html and of the like; assumption: that a new account has no blocks",
        tuple(
            new(EC2Response, xform_name(operation), _operation(setting, sets))
            for setting in SETTINGS
            for operation, sets in setting.operations.items()
        ),
    ),
    Rule(
        "settings.sharing",
        ("ec2",),
        "While it is blocked, no image and no snapshot is shared with the public (OperationNotPermitted).",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html "
        "and https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html; "
        "assumption: the wording",
        (
            before(
                EC2Response, "modify_image_attribute", _refuse_sharing(_IMAGES, "LaunchPermission", "image")
            ),
            before(
                EC2Response,
                "modify_snapshot_attribute",
                _refuse_sharing(_SNAPSHOTS, "CreateVolumePermission", "snapshot"),
            ),
        ),
    ),
    Rule(
        "settings.credits",
        ("ec2",),
        "The credit option of each burstable family is kept for a region: standard for t2 at first, "
        "unlimited for the others.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
        "API_GetDefaultCreditSpecification.html; assumption: that no machine's credits follow from it here",
        (
            new(EC2Response, "get_default_credit_specification", _credits),
            new(EC2Response, "modify_default_credit_specification", _credits),
        ),
    ),
    Rule(
        "settings.notices",
        ("ec2",),
        "Which tags notices of scheduled events show is kept for a region: some keys, or all.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
        "API_RegisterInstanceEventNotificationAttributes.html",
        (
            new(EC2Response, "register_instance_event_notification_attributes", _notices(_register)),
            new(EC2Response, "deregister_instance_event_notification_attributes", _notices(_deregister)),
            new(
                EC2Response,
                "describe_instance_event_notification_attributes",
                _notices(lambda held, _asked: held),
            ),
        ),
    ),
)
