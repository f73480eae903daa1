"""Load balancers made again, with target groups, listeners, rules, registered targets; and alarms."""

from typing import Any

from moto.elbv2.models import elbv2_backends

from skywright_gym.aws.imports.hand import HEX, Hand, Row, taken

_FORWARDED = ("Type", "TargetGroupArn", "ForwardConfig", "RedirectConfig", "FixedResponseConfig", "Order")


def _elbv2(hand: Hand) -> Any:
    return elbv2_backends[hand.world.account_id][hand.region]


def load_balancer(hand: Hand, row: Row) -> None:
    arn, kind = row["LoadBalancerArn"], row.get("Type", "application")
    parameters: dict[str, Any] = {
        "Name": row["LoadBalancerName"],
        "Type": kind,
        "Scheme": row.get("Scheme", "internet-facing"),
        "IpAddressType": row.get("IpAddressType") or "ipv4",
        "Subnets": [zone["SubnetId"] for zone in row["AvailabilityZones"]],
    }
    if row.get("SecurityGroups"):
        parameters["SecurityGroups"] = row["SecurityGroups"]
    before = set(_elbv2(hand).load_balancers)
    hand.ask("elbv2:CreateLoadBalancer", parameters, **{HEX: [arn.rpartition("/")[2]]})
    balancers = _elbv2(hand).load_balancers
    given = next(key for key in balancers if key not in before)
    made = balancers[arn] = balancers.pop(given)
    made.arn, made.dns_name = arn, row.get("DNSName") or made.dns_name
    made.state = "active"
    _tag(hand, arn)


def target_group(hand: Hand, row: Row) -> None:
    arn = row["TargetGroupArn"]
    parameters = {**taken("elbv2:CreateTargetGroup", row), "Name": row["TargetGroupName"]}
    hand.ask("elbv2:CreateTargetGroup", parameters, **{HEX: [arn.rpartition("/")[2]]})
    _tag(hand, arn)


def listener(hand: Hand, row: Row) -> None:
    parameters = {
        **taken("elbv2:CreateListener", row),
        "DefaultActions": [_action(action) for action in row["DefaultActions"]],
    }
    hand.ask("elbv2:CreateListener", parameters, **{HEX: [row["ListenerArn"].rpartition("/")[2]]})
    _tag(hand, row["ListenerArn"])


def listener_rule(hand: Hand, row: Row) -> None:
    """A rule; its row bears the `ListenerArn` by which it was asked for."""
    if row.get("IsDefault"):
        balancers = _elbv2(hand).load_balancers.values()
        for each in (held for balancer in balancers for held in balancer.listeners.values()):
            if each.arn == row["ListenerArn"]:
                each._default_rule[0].arn = row["RuleArn"]
        return
    conditions = [taken_condition(condition) for condition in row.get("Conditions", [])]
    parameters = {
        "ListenerArn": row["ListenerArn"],
        "Priority": int(row["Priority"]),
        "Conditions": conditions,
        "Actions": [_action(action) for action in row["Actions"]],
    }
    hand.ask("elbv2:CreateRule", parameters, **{HEX: [row["RuleArn"].rpartition("/")[2]]})
    _tag(hand, row["RuleArn"])


def taken_condition(condition: Row) -> dict[str, Any]:
    """A condition without the old form of its values, which descriptions repeat."""
    has_config = any(key.endswith("Config") and condition[key] for key in condition)
    return {key: value for key, value in condition.items() if value and not (has_config and key == "Values")}


def target(hand: Hand, row: Row) -> None:
    """A registered target; its row bears the `TargetGroupArn` by which it was asked for."""
    if row.get("TargetHealth", {}).get("State") == "draining":
        return
    group = _elbv2(hand).target_groups[row["TargetGroupArn"]]
    wanted = {key: row["Target"][key] for key in ("Id", "Port") if row["Target"].get(key) is not None}
    machine = hand.ec2.get_instance_by_id(wanted["Id"]) if group.target_type == "instance" else None
    if machine is not None and machine.state == "stopped":
        # One that was stopped after it was registered stays registered.
        group.targets[wanted["Id"]] = {"id": wanted["Id"], "port": wanted.get("Port", group.port)}
    else:
        parameters = {"TargetGroupArn": row["TargetGroupArn"], "Targets": [wanted]}
        hand.ask("elbv2:RegisterTargets", parameters)
    group.targets[wanted["Id"]]["since"] = 0.0


def alarm(hand: Hand, row: Row) -> None:
    hand.ask("cloudwatch:PutMetricAlarm", taken("cloudwatch:PutMetricAlarm", row))


def _action(action: Row) -> dict[str, Any]:
    return {key: action[key] for key in _FORWARDED if action.get(key) not in (None, [])}


def _tag(hand: Hand, arn: str) -> None:
    for described in hand.rows("elbv2:DescribeTags", "TagDescriptions"):
        if described.get("ResourceArn") == arn and described.get("Tags"):
            hand.ask("elbv2:AddTags", {"ResourceArns": [arn], "Tags": described["Tags"]})
