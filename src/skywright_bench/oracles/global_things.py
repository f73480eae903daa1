"""What of an account belongs to no region, or is found without naming one: buckets, users, keys and roles."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from botocore.exceptions import ClientError

from skywright_bench.oracles.reader import Reader
from skywright_bench.oracles.state import Row, State, named

_HOME = "us-east-1"
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_EVERYTHING = frozenset({"*", "0.0.0.0/0", "::/0"})
_ANYBODY = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)


def look(account: Reader) -> State:
    """All of them."""
    found: State = {}
    s3, iam = account.client("s3", _HOME), account.client("iam", _HOME)
    for row in s3.list_buckets()["Buckets"]:
        found["bucket", row["Name"]] = {"name": row["Name"], **_bucket(s3, row["Name"])}
    for row in iam.list_users()["Users"]:
        name, keys = row["UserName"], iam.list_access_keys(UserName=row["UserName"])["AccessKeyMetadata"]
        found["user", name] = {
            "name": name,
            **_user(iam, name),
            "keys": sorted(k["AccessKeyId"] for k in keys),
        }
        for key in keys:
            found["key", key["AccessKeyId"]] = {"user": name, "active": key["Status"] == "Active"}
    for row in iam.list_roles()["Roles"]:
        if not row["Path"].startswith("/aws-service-role/"):
            documents = _documents(iam, "role", row["RoleName"])
            found["role", row["RoleName"]] = {
                "name": row["RoleName"],
                "allows": _allowed(documents),
                "trust": json.dumps(row["AssumeRolePolicyDocument"], sort_keys=True),
            }
    return found


def _bucket(s3: Any, name: str) -> dict[str, Any]:
    block = _asked(lambda: s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"])
    policy = json.loads(_asked(lambda: s3.get_bucket_policy(Bucket=name)["Policy"]) or "{}")
    grants = s3.get_bucket_acl(Bucket=name)["Grants"]
    given = sorted(f"{one['Permission']} to {_grantee(one['Grantee'])}" for one in grants)
    by_acl = any(one["Grantee"].get("URI") in _ANYBODY for one in grants)
    blocked = block or {}
    public = (by_acl and not blocked.get("IgnorePublicAcls")) or (
        _for_anybody(policy) and not blocked.get("RestrictPublicBuckets")
    )
    rules = _asked(
        lambda: s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    )
    ends = _asked(lambda: s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]) or []
    tags = _asked(lambda: s3.get_bucket_tagging(Bucket=name)["TagSet"]) or []
    held = s3.list_objects_v2(Bucket=name)
    return {
        "tags": named({"Tags": tags})["tags"],
        "region": s3.get_bucket_location(Bucket=name).get("LocationConstraint") or _HOME,
        "public": public,
        "blocked": all(blocked.get(part) for part in _BLOCKS),
        "policy": json.dumps(policy, sort_keys=True) if policy else "",
        "grants": given,
        "versioned": s3.get_bucket_versioning(Bucket=name).get("Status") == "Enabled",
        "encryption": rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] if rules else "",
        "days": next(
            (r["Expiration"].get("Days") for r in ends if r["Status"] == "Enabled" and "Expiration" in r),
            None,
        ),
        "objects": held["KeyCount"],
        "content": [f"{row['Key']} {row['ETag']}" for row in held.get("Contents") or []],
    }


def _asked(question: Callable[[], Any]) -> Any:
    """The answer, or None if nothing of the kind was ever set."""
    try:
        return question()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code"))
        if code.startswith("NoSuch") or code.endswith("NotFoundError"):
            return None
        raise


def _grantee(row: Row) -> str:
    return "anybody" if row.get("URI") in _ANYBODY else str(row.get("URI") or row.get("ID"))


def _for_anybody(policy: Mapping[str, Any]) -> bool:
    return any(
        one["Effect"] == "Allow" and _is_anybody(one) and not _restricts(one.get("Condition") or {})
        for one in _statements(policy)
    )


def _is_anybody(statement: Mapping[str, Any]) -> bool:
    said = statement.get("Principal")
    named = cast("Mapping[str, Any]", said).get("AWS") if isinstance(said, dict) else said
    return "NotPrincipal" in statement or "*" in _listed(named)


def _restricts(condition: Mapping[str, Any]) -> bool:
    """Whether a policy's condition keeps anybody out: it does not if everything fits it."""
    values = [_listed(value) for test in condition.values() for value in test.values()]
    return any(not _EVERYTHING & set(map(str, some)) for some in values)


def _user(iam: Any, name: str) -> dict[str, Any]:
    documents = _documents(iam, "user", name)
    allows = _allowed(documents)
    return {
        "tags": named(iam.list_user_tags(UserName=name))["tags"],
        "groups": sorted(row["GroupName"] for row in iam.list_groups_for_user(UserName=name)["Groups"]),
        "policies": sorted(documents),
        "allows": allows,
        "admin": "* on *" in allows,
        "console": _asked(lambda: iam.get_login_profile(UserName=name)) is not None,
        "mfa": bool(iam.list_mfa_devices(UserName=name)["MFADevices"]),
    }


def _documents(iam: Any, kind: str, name: str) -> dict[str, Any]:
    """The policies of a user or role, by name: its own and those that are attached."""
    of = {f"{kind.capitalize()}Name": name}
    found: dict[str, Any] = {}
    for policy in getattr(iam, f"list_{kind}_policies")(**of)["PolicyNames"]:
        found[policy] = getattr(iam, f"get_{kind}_policy")(**of, PolicyName=policy)["PolicyDocument"]
    for row in getattr(iam, f"list_attached_{kind}_policies")(**of)["AttachedPolicies"]:
        version = iam.get_policy(PolicyArn=row["PolicyArn"])["Policy"]["DefaultVersionId"]
        said = iam.get_policy_version(PolicyArn=row["PolicyArn"], VersionId=version)
        found[row["PolicyName"]] = said["PolicyVersion"]["Document"]
    return found


def _allowed(documents: Mapping[str, Any]) -> list[str]:
    """What policies allow, in words: `s3:GetObject on arn:aws:s3:::shop-assets/*`."""
    return sorted(
        {
            f"{action} on {thing}"
            for document in documents.values()
            for one in _statements(document)
            if one["Effect"] == "Allow"
            for action in _listed(one.get("Action"))
            for thing in _listed(one.get("Resource"))
        }
    )


def _statements(document: Mapping[str, Any]) -> Sequence[Any]:
    return cast("Sequence[Any]", _listed(document.get("Statement")))


def _listed(value: Any) -> list[Any]:
    return [] if value is None else cast("list[Any]", value) if isinstance(value, list) else [value]
