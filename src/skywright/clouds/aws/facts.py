"""What policies want to know of a call and should not have to work out.

Owns the facts' names and meanings (the list is in `facts`). Must not judge: whether a port may be
opened is the guard's business. A value that is not known yet (a reference of a program), or that
cannot be read, is `"unknown"`, never a comfortable false.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from skywright.clouds.aws import documents, effect_names, reach, sizes, tags
from skywright.clouds.aws.documents import UNKNOWN
from skywright.clouds.aws.rules import Rule, given_rules, rules_of_group
from skywright.clouds.aws.template import find, has_reference
from skywright.model.operation import Effect, Operation
from skywright.model.values import Arguments, Value, is_object, texts

Members = Sequence[tuple[str, Value]]
"""Every member of the arguments by its name, however deep."""

_Fact = Callable[[Operation, Arguments, Members], Value]

_PRIVILEGE_SERVICES = frozenset(
    {"iam", "organizations", "sso-admin", "sts", "identitystore", "rolesanywhere"}
)
_PASSES_ROLE = re.compile(
    r"(.*)Role(Arn|ARN|Name)?|(.*)roleArn|IamInstanceProfile|(.*)InstanceProfile(Name|Arn)?"
)
_GRANTS = re.compile(
    r"(Put|Set|Add|Attach|Create|Update|Modify)\w*(ResourcePolicy|BucketPolicy|KeyPolicy|Grant|Permission)"
)
_HOLDS_DATA = re.compile(
    r"\w*(Volume|Snapshot|Image|Instances?|Bucket|Objects?|Table|Database|DB\w*|Cluster|FileSystem|Backup|"
    r"RecoveryPoint|Vault|Archive|Item|Secret|KeyDeletion|KeyMaterial|Stream|Queue|LogGroup|LogStream|"
    r"Domain|Repository|Images|Volumes|Snapshots|Parameters?|Stack|Workspace|Account)"
)
_ALL_USERS = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
_PUBLIC_ACLS = frozenset({"public-read", "public-read-write", "authenticated-read"})
_LETTING_IN = frozenset({"AddPermission", "AddLayerVersionPermission"})
"""Operations that put a statement to a policy, which they say by its parts."""
_OF_DISKS = ("ec2:CreateVolume", "ec2:CopySnapshot")
_WITH_DISKS = ("ec2:RunInstances", "ec2:RequestSpotInstances", "ec2:CreateLaunchTemplate")
_UNBLOCKS = ("DisableSnapshotBlockPublicAccess", "DisableImageBlockPublicAccess")
_SHARES = re.compile(r"Modify\w*(Image|Snapshot)\w*Attribute")
_HIDES = ("LaunchTemplate", "LaunchConfiguration")
_HIDING = frozenset(
    {
        "LaunchTemplate",
        "LaunchTemplateSpecification",
        "LaunchTemplateConfigs",
        "MixedInstancesPolicy",
        "LaunchConfigurationName",
    }
)
_COUNTS = ("MaxCount", "InstanceCount", "TargetCapacitySpecification.TotalTargetCapacity", "DesiredCapacity")


def facts(operation: Operation, arguments: Arguments, before: Value = None) -> Mapping[str, Value]:
    """The facts of one call or step; a fact that does not concern it is absent.

    Args:
        before: how the cloud describes what is about to be changed; None: nobody has looked.

    before: as given; protected: true where something in it is tagged `protected=true`
    shrinks: whether a group or fleet of machines becomes smaller than it is; "unknown" if that cannot be told

    exposes: list of {protocol, from_port, to_port, cidr, public}, of every rule that lets somebody in
    public_address: true, false or "unknown": whether something gets an address of the public internet
    encrypted: whether every disk that the call makes is asked to be encrypted
    deletes_data: true where what may be lost is data
    yields_secret: true where the answer hands out a credential
    tags: the tags that are set, as an object; tagged: true where there are any
    residency: what the tag `data-residency` says, however that is spelt
    address_in_tags: true where a mail address stands in one
    secret_in_tags: true where a key of an account, or a private key, stands in one
    unprotects: true where one takes the place of what protects something
    privilege_change: true where who may do what changes, or a role is passed on
    public_snapshot_or_image, public_bucket: true or "unknown" where everybody may read it afterwards
    public_policy: true, "unknown" or "conditional" where a policy that is set lets everybody do something
    hidden_arguments: true where what is started stands in a launch template or configuration
    count: how many machines at most; instance_type: of which kind; dry_run: true where nothing is done
    """
    does = effect_names.effect(operation)
    known: dict[str, Value] = {}
    members = [*_members(arguments)] if does is not Effect.READ else []
    for name, fact in _facts_of(operation):
        value = fact(operation, arguments, members)
        if value is not None:
            known[name] = value
    known |= tags.said(known.get("tags"))
    if does is Effect.READ or before is None:
        return known
    return seen(known, operation, arguments, before)


def seen(
    known: Mapping[str, Value], operation: Operation, arguments: Arguments, before: Value
) -> Mapping[str, Value]:
    """The facts of a change of which nobody had looked what it is about to change, now that somebody has."""
    more: dict[str, Value] = {
        "before": before,
        "protected": any(map(tags.protects, _objects(before))),
    }
    if (smaller := sizes.shrinks(operation, arguments, before)) is not None:
        more["shrinks"] = smaller
    if "exposes" in known:
        more["exposes"] = _exposes(operation, arguments, (), before)
    return {**known, **more}


def _opens(operation: Operation) -> bool:
    name = operation.name
    closes = name.startswith(("Revoke", "Update", "Delete", "Describe")) or name.endswith("Egress")
    return operation.service == "ec2" and "SecurityGroup" in name and not closes


def _exposes(operation: Operation, arguments: Arguments, members: Members, before: Value = None) -> Value:
    given = given_rules(arguments)
    together = reach.Together([*given, *_rules_there(before)])
    return [_exposure(rule, together) for rule in given if rule.source != "group"] or None


def _rules_there(before: Value) -> Iterator[Rule]:
    for found in _objects(before):
        yield from rules_of_group(found, egress=False)
        if "SecurityGroupRuleId" in found and not found.get("IsEgress"):
            yield Rule.described(found)


def _exposure(rule: Rule, together: reach.Together) -> dict[str, Value]:
    return {
        "protocol": "all" if rule.protocol == "-1" else rule.protocol,
        "from_port": 0 if rule.protocol == "-1" else _port(rule.first),
        "to_port": 65535 if rule.protocol == "-1" else _port(rule.last),
        "cidr": rule.where,
        "public": together.public(rule) if rule.source in ("cidr", "cidr6") else UNKNOWN,
    }


def _port(value: Value) -> Value:
    if isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    return value


def _public_address(operation: Operation, arguments: Arguments, members: Members) -> Value:
    name = str(operation)
    if name in ("ec2:AllocateAddress", "ec2:AssociateAddress"):
        return True
    if name in ("ec2:RunInstances", "ec2:RequestSpotInstances"):
        asked = [*_values(members, "AssociatePublicIpAddress")]
        # What a subnet gives by itself is not in the call.
        return _any_true(asked) if asked else UNKNOWN
    if operation.name == "CreateLoadBalancer":
        scheme = arguments.get("Scheme", "internet-facing")
        return (
            UNKNOWN if has_reference(scheme) else scheme != "internal" and arguments.get("Type") != "gateway"
        )
    asked = [inner for name, inner in members if name in ("PubliclyAccessible", "MapPublicIpOnLaunch")]
    return _any_true(asked) if asked else None


def _encrypted(operation: Operation, arguments: Arguments, members: Members) -> Value:
    if str(operation) in _OF_DISKS:
        return arguments.get("Encrypted", False)
    disks = [*_values(members, "Ebs")]
    return bool(disks) and all(isinstance(disk, Mapping) and disk.get("Encrypted") is True for disk in disks)


def _yields_secret(operation: Operation, arguments: Arguments, members: Members) -> Value:
    if effect_names.yields_secret(operation):
        return True
    decrypts = arguments.get("WithDecryption")
    if operation.service == "ssm" and decrypts:
        names = [arguments.get("Name"), *_list(arguments.get("Names")), arguments.get("Path")]
        # What AWS itself publishes under this path is no secret; others under /aws/ lead to Secrets Manager.
        known = [name for name in names if name is not None]
        plain = all(isinstance(name, str) and name.startswith("/aws/service/") for name in known)
        return None if known and plain else True
    return None


def _privilege_change(operation: Operation, arguments: Arguments, members: Members) -> Value:
    if not effect_names.effect(operation).mutates:
        return None
    if operation.service in _PRIVILEGE_SERVICES or _GRANTS.fullmatch(operation.name):
        return True
    # What bounds an endpoint gives nobody anything.
    if "VpcEndpoint" not in operation.name and any(documents.is_policy(inner) for _, inner in members):
        return True
    # The expression is slow to say no, and hardly any name has one of these in it.
    likely = (name for name, _ in members if "ole" in name or "Profile" in name)
    return True if any(_PASSES_ROLE.fullmatch(name) for name in likely) else None


def _public_snapshot_or_image(operation: Operation, arguments: Arguments, members: Members) -> Value:
    name = operation.name
    if name in _UNBLOCKS:
        return True
    removes = arguments.get("OperationType") == "remove"
    added = [
        *(find("*.Add[].Group[]", arguments) or ()),
        *(find("*.Add[].Group", arguments) or ()),
        *_list(arguments.get("UserGroups")),
        *_list(arguments.get("GroupNames")),
        *_list(arguments.get("ValuesToAdd")),
    ]
    flat = [each for group in added for each in (group if isinstance(group, list) else [group])]
    if "all" in flat and not removes:
        return True
    return UNKNOWN if has_reference(flat) else None


def _public_bucket(operation: Operation, arguments: Arguments, members: Members) -> Value:
    name = operation.name
    if name == "DeletePublicAccessBlock":
        return True
    if name == "PutPublicAccessBlock":
        switches = find("PublicAccessBlockConfiguration", arguments) or {}
        names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        return None if all(switches.get(each) is True for each in names) else True
    acl = arguments.get("ACL")
    if isinstance(acl, str) and (acl in _PUBLIC_ACLS or has_reference(acl)):
        return True if acl in _PUBLIC_ACLS else UNKNOWN
    if any(uri in text for uri in _ALL_USERS for text in texts(arguments)):
        return True
    return documents.lets_anybody(arguments.get("Policy")) and True if name == "PutBucketPolicy" else None


def _public_policy(operation: Operation, arguments: Arguments, members: Members) -> Value:
    """What the policies among the arguments say of everybody; the worst of them."""
    if "VpcEndpoint" in operation.name:
        return None  # It bounds what passes through the endpoint and gives nobody anything.
    if operation.name in _LETTING_IN:
        named = [*texts([arguments.get(name) for name in ("Principal", "AWSAccountId", "AWSAccountIds")])]
        bounded = any(arguments.get(name) for name in ("SourceArn", "SourceAccount", "PrincipalOrgID"))
        return ("conditional" if bounded else True) if "*" in named else None
    said = {documents.lets_anybody(inner) for _, inner in members if documents.is_policy(inner)}
    return documents.worst(said)


def _count(operation: Operation, arguments: Arguments, members: Members) -> Value:
    found = next((value for path in _COUNTS if (value := _at(path, arguments)) is not None), None)
    if found is None:
        return 1 if str(operation) == "ec2:RequestSpotInstances" else None
    return UNKNOWN if has_reference(found) else found


def _at(path: str, arguments: Arguments) -> Value:
    first = path.partition(".")[0]
    value = arguments.get(first)
    return value if value is None or first == path else find(path, arguments)


def _instance_type(operation: Operation, arguments: Arguments, members: Members) -> Value:
    found = next(_values(members, "InstanceType"), None)
    return found.get("Value") if isinstance(found, Mapping) else found


def _hidden_arguments(operation: Operation, arguments: Arguments, members: Members) -> Value:
    hiding = (inner for name, inner in members if name in _HIDING)
    return True if any(inner not in ("", None) for inner in hiding) else None


def _dry_run(operation: Operation, arguments: Arguments, members: Members) -> Value:
    return True if arguments.get("DryRun") is True else None


_FACTS: Mapping[str, _Fact] = {
    "exposes": _exposes,
    "public_address": _public_address,
    "encrypted": _encrypted,
    "deletes_data": lambda _operation, _arguments, _members: True,
    "yields_secret": _yields_secret,
    "tags": lambda _operation, arguments, _members: tags.given(arguments),
    "privilege_change": _privilege_change,
    "public_snapshot_or_image": _public_snapshot_or_image,
    "public_bucket": _public_bucket,
    "public_policy": _public_policy,
    "count": _count,
    "instance_type": _instance_type,
    "hidden_arguments": _hidden_arguments,
    "dry_run": _dry_run,
}
_OF_READS = ("yields_secret", "dry_run")
_CONCERNED: Mapping[str, Callable[[Operation], bool]] = {
    "exposes": _opens,
    "encrypted": lambda operation: str(operation) in (*_OF_DISKS, *_WITH_DISKS),
    "deletes_data": lambda operation: (
        effect_names.effect(operation) is Effect.DESTROY and bool(_HOLDS_DATA.fullmatch(operation.name))
    ),
    "public_snapshot_or_image": lambda operation: (
        operation.name in _UNBLOCKS or bool(_SHARES.fullmatch(operation.name))
    ),
    "public_bucket": lambda operation: operation.service in ("s3", "s3control"),
    "hidden_arguments": lambda operation: not any(word in operation.name for word in _HIDES),
}
"""Facts that some operations alone have, whatever their arguments are."""


@cache
def _facts_of(operation: Operation) -> Sequence[tuple[str, _Fact]]:
    """The facts that a call of the operation may have."""
    names = _OF_READS if effect_names.effect(operation) is Effect.READ else _FACTS
    return [(name, _FACTS[name]) for name in names if name not in _CONCERNED or _CONCERNED[name](operation)]


def _any_true(asked: list[Value]) -> Value:
    plain = [value.get("Value") if isinstance(value, Mapping) else value for value in asked]
    if any(value is True for value in plain):
        return True
    return UNKNOWN if any(value is not False for value in plain) else False


def _objects(value: Value) -> Iterator[Mapping[str, Value]]:
    """Every object in a value, however deep."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            continue
        if isinstance(item, Mapping):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, (list, tuple)):
            waiting.extend(item)


def _members(value: Value) -> Iterator[tuple[str, Value]]:
    if isinstance(value, (list, tuple)):
        for inner in value:
            # Most of any value, and the test for a mapping is slow to say no.
            if not isinstance(inner, str):
                yield from _members(inner)
    elif is_object(value):
        for name, inner in value.items():
            yield name, inner
            if not isinstance(inner, str):
                yield from _members(inner)


def _values(members: Members, member: str) -> Iterator[Value]:
    return (inner for name, inner in members if name == member)


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []
