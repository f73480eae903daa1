"""A machine's attributes, its monitoring and its console.

Owns what can be read and changed of an instance, and in which states. Life and death are in `lifecycle`.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.core.types import Base64EncodedString
from moto.ec2.responses import EC2Response

from skywright_gym.aws.behaviour import timing
from skywright_gym.aws.behaviour.agenda import Effect, schedule
from skywright_gym.aws.behaviour.errors import incorrect_instance_state, invalid_value
from skywright_gym.aws.behaviour.launch_checks import check_architecture, check_groups, check_type
from skywright_gym.aws.behaviour.rule import Rule, around, before, new

ATTRIBUTE_PAGE = (
    "specification: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html"
)
ONLY_WHEN_STOPPED = ("InstanceType", "Kernel", "Ramdisk", "UserData", "EbsOptimized", "SriovNetSupport")
# The smallest picture that is one: what a console shows before anything is on it.
_BLACK_PIXEL = base64.b64encode(
    bytes.fromhex(
        "ffd8ffe000104a46494600010101004800480000ffdb004300" + "03" * 64 + "ffc0000b080001000101011100"
        "ffc40014000100000000000000000000000000000009ffc40014100100000000000000000000000000000000ffda0008"
        "010100003f0054dfffd9"
    )
).decode()


def _asked_to_change(response: Any, name: str) -> Any:
    value = response._get_param(f"{name}.Value")
    if value is None and (response._get_param("Attribute") or "").lower() == name.lower():
        return response._get_param("Value")
    return value


def _check_modify(self: Any) -> None:
    backend = self.ec2_backend
    instance = backend.get_instance(self._get_param("InstanceId"))
    for name in ONLY_WHEN_STOPPED:
        if _asked_to_change(self, name) is not None and instance.state != "stopped":
            raise incorrect_instance_state(f"The instance '{instance.id}' is not in the 'stopped' state.")
    wanted = _asked_to_change(self, "InstanceType")
    if wanted is not None:
        check_type(backend, wanted, instance.placement.zone)
        image = backend.amis.get(instance.image_id)
        if image is not None:
            check_architecture(image, wanted)
    groups = self._get_param("Groups", [])
    if groups:
        check_groups(backend, groups, backend.get_subnet(instance.subnet_id))
    for mapping in self._get_param("BlockDeviceMappings", []):
        if mapping["DeviceName"] not in instance.block_device_mapping:
            raise invalid_value(f"No device is currently mapped at {mapping['DeviceName']}")


def _modify(original: Callable[..., Any], self: Any) -> Any:
    # moto takes a request of which it knows nothing for one that empties the groups.
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    behaviour = _asked_to_change(self, "InstanceInitiatedShutdownBehavior")
    if behaviour is not None:
        self.error_on_dryrun()
        if behaviour not in ("stop", "terminate"):
            raise invalid_value(f"Value ({behaviour}) for parameter shutdownBehavior is invalid.")
        instance.instance_initiated_shutdown_behavior = behaviour
        return ActionResult(None)
    for name in ("EnaSupport", "SriovNetSupport", "Ramdisk"):
        value = self._get_param(f"{name}.Value")
        if value is not None:
            self.error_on_dryrun()
            setattr(
                instance,
                {"EnaSupport": "ena_support", "Ramdisk": "ramdisk"}.get(name, "sriov_net_support"),
                value,
            )
            return ActionResult(None)
    return original(self)


def _read_attribute(original: Callable[..., Any], self: Any) -> Any:
    attribute, instance_id = self._get_param("Attribute"), self._get_param("InstanceId")
    instance = self.ec2_backend.get_instance(instance_id)
    answer: dict[str, Any] = {"InstanceId": instance_id}
    if attribute == "blockDeviceMapping":
        answer["BlockDeviceMappings"] = instance.block_device_mappings
    elif attribute == "productCodes":
        answer["ProductCodes"] = []
    elif attribute == "groupSet":
        answer["Groups"] = [{"GroupId": g.id, "GroupName": g.name} for g in instance.security_groups]
    elif attribute == "enaSupport":
        answer["EnaSupport"] = {"Value": vars(instance).get("ena_support", True)}
    elif attribute == "enclaveOptions":
        answer["EnclaveOptions"] = {"Enabled": False}
    elif attribute in ("kernel", "ramdisk"):
        value = getattr(instance, attribute)
        answer[attribute.capitalize()] = {"Value": value} if value else {}
    elif attribute == "userData":
        answer["UserData"] = {"Value": instance.user_data} if instance.user_data else {}
    else:
        return original(self)
    return ActionResult(answer)


def _keep_options(original: Callable[..., Any], self: Any) -> Any:
    result = original(self)
    for instance in result.result.instances:
        if self._get_param("DisableApiTermination"):
            instance.disable_api_termination = True
        if instance.monitoring_state == "enabled":
            watch_closely(self.ec2_backend, instance)
    return result


# ---- monitoring


def _watched(backend: Any, instance_id: str, due: float) -> None:
    instance = backend.get_instance_by_id(instance_id)
    if instance is not None:
        _note_watching(vars(instance).setdefault("watched", []), instance.monitoring_state, due)
        settled = {"pending": "enabled", "disabling": "disabled"}
        instance.monitoring_state = settled.get(instance.monitoring_state, instance.monitoring_state)


def _note_watching(stretches: list[list[Any]], was: str, due: float) -> None:
    # Since when it is monitored in detail, for the bill.
    if was == "pending":
        stretches.append([due, None])
    elif was == "disabling" and stretches:
        stretches[-1][1] = due


EFFECTS: Mapping[str, Effect] = {"instance.watched": _watched}


def watch_closely(backend: Any, instance: Any) -> None:
    """Have a new machine monitored in detail."""
    _watch(backend, instance, "pending")


def _watch(backend: Any, instance: Any, state: str) -> None:
    instance.monitoring_state = state
    schedule(backend, "instance.watched", instance.id, timing.due("instance.monitoring"))


def _answer_watch(settled: str, passing: str) -> Callable[[Any], ActionResult]:
    def answer(self: Any) -> ActionResult:
        self.error_on_dryrun()
        backend = self.ec2_backend
        instances = backend.get_multi_instances_by_id(self._get_param("InstanceIds", []))
        for instance in instances:
            if instance.state == "terminated":
                raise incorrect_instance_state(f"The instance '{instance.id}' is terminated.")
        for instance in instances:
            if instance.monitoring_state != settled:
                _watch(backend, instance, passing)
        shown = [{"InstanceId": i.id, "Monitoring": {"State": i.monitoring_state}} for i in instances]
        return ActionResult({"InstanceMonitorings": shown})

    return answer


# ---- console


def _console(_original: Callable[..., Any], self: Any) -> ActionResult:
    self.error_on_dryrun()
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    answer: dict[str, Any] = {"InstanceId": instance.id, "Timestamp": timing.naive_moment()}
    if vars(instance).get("running_since") is not None:
        host = f"ip-{(instance.private_ip or '0.0.0.0').replace('.', '-')}"
        text = (
            f"[    0.000000] Linux version 6.1.0 ({instance.architecture})\n"
            f"[    0.000000] Command line: root={instance.root_device_name} console=ttyS0\n"
            f"[    4.271000] cloud-init: modules:final for {instance.id} ({instance.instance_type})\n"
            f"{host} login: "
        )
        answer["Output"] = Base64EncodedString.from_raw_string(text)
    return ActionResult(answer)


def _screenshot(self: Any) -> ActionResult:
    self.error_on_dryrun()
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    if instance.state != "running":
        raise incorrect_instance_state(f"The instance '{instance.id}' is not in the 'running' state.")
    return ActionResult({"InstanceId": instance.id, "ImageData": _BLACK_PIXEL})


RULES = (
    Rule(
        "instances.attributes",
        ("ec2",),
        "Type, user data and the like change only while the instance is stopped, and only to a type that "
        "exists, is offered in the zone and fits the image; options of the launch are kept.",
        ATTRIBUTE_PAGE,
        (
            around(EC2Response, "modify_instance_attribute", _modify),
            before(EC2Response, "modify_instance_attribute", _check_modify),
            around(EC2Response, "describe_instance_attribute", _read_attribute),
            around(EC2Response, "run_instances", _keep_options),
        ),
    ),
    Rule(
        "instances.monitoring",
        ("ec2",),
        "Detailed monitoring is pending before it is enabled, and disabling before it is disabled.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html",
        (
            new(EC2Response, "monitor_instances", _answer_watch("enabled", "pending")),
            new(EC2Response, "unmonitor_instances", _answer_watch("disabled", "disabling")),
        ),
    ),
    Rule(
        "instances.console",
        ("ec2",),
        "An instance that has run has console output, and one that runs a console screenshot.",
        "specification: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-console.html",
        (
            around(EC2Response, "get_console_output", _console),
            new(EC2Response, "get_console_screenshot", _screenshot),
        ),
    ),
)
