"""One account's AWS endpoint. Owns the order in which a request is examined and who answers it;
knows nothing of sockets, and of the clouds' behaviour only who has it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from moto.utilities.utils import PARTITION_NAMES

from skywright_gym.account import Account, KeyPair
from skywright_gym.aws import disruption, moto_app, people, refusal
from skywright_gym.aws.imports.hand import HEX, dictating
from skywright_gym.aws.refusal import Refusal, Response
from skywright_gym.aws.services import own, trail
from skywright_gym.aws.signature import Claim, Request, Unsigned, claim, proves
from skywright_gym.physics import faults
from skywright_gym.world import World, inside

# Operations that carry no signature, since they are how one gets credentials.
_UNSIGNED_ACTIONS = re.compile(rb"(?:^|&)Action=AssumeRoleWith(?:SAML|WebIdentity)(?:&|$)")
WISHES = "x-skywright-gym-ids"
"""The header with the ids that new things are to have, in the order in which they are made."""

_READS = re.compile(r":(Describe|List|Get|Head|Lookup|Search|Filter|Batch(Get|Describe))")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, whether the world may have changed by it, and how long it is to be kept back.

    Without a response the connection is to be closed, as if it had got lost.
    """

    response: Response | None
    changed: bool
    delay_seconds: int = 0


def serve(account: Account, request: Request) -> Answer:
    """Carry out one request in the account's world, alone; never raises for anything a client can do."""
    with inside(account.world) as world:
        kind = refusal.protocol(_service(request), request.headers)
        # Faults count the calls that they meet, which is a change too, as is what other people did meanwhile.
        disturbed, changed = faults.are_set(world), people.catch_up(world)
        try:
            signed = _sender(world, account.keys, request, kind)
            name = moto_app.operation_name(request, signed.service)
            only_reads = _only_reads(request, name)
            work = partial(_carry_out, account, request, signed, name)
            if not disturbed:
                return Answer(work(), changed or not only_reads)
            called = faults.Called(name, signed.region, _key_id(request))
            call = disruption.Call(called, refusal.dialect(kind, signed.service), signed.service, only_reads)
            outcome = disruption.play(world, call, work)
        except Refusal as refused:
            return Answer(refusal.shape(refused, kind), changed=disturbed or changed)
    return Answer(outcome.response, disturbed, outcome.delay_seconds)


def _carry_out(account: Account, request: Request, signed: moto_app.Signed, name: str) -> Response:
    with dictating(_wishes(account.keys, request)):
        response = own.answer(request, signed, name) or moto_app.answer(request, signed)
    if response.status < 300 and not _only_reads(request, name):
        user = _user(signed.account_id, account.keys, _key_id(request))
        trail.note(account.world, request, name, signed.region, user, response)
    return response


def _user(account_id: str, root: KeyPair, key_id: str) -> str:
    """The name of who has that key, as CloudTrail tells it: `root`, a user's, or else the key itself."""
    if key_id == root.access_key_id:
        return "root"
    for partition in PARTITION_NAMES:
        if account_id in iam_backends and partition in iam_backends[account_id].keys():  # noqa: SIM118
            held = iam_backends[account_id][partition].access_keys.get(key_id)
            if held is not None:
                return str(held.user_name)
    return key_id


def _wishes(root: KeyPair, request: Request) -> Mapping[str, list[str]]:
    """The ids that the account's owner wishes for what the request makes, as in a twin of another account."""
    asked = request.headers.get(WISHES, "")
    if not asked or _key_id(request) != root.access_key_id:
        return {}
    wishes: dict[str, list[str]] = {}
    for id in asked.split():
        prefix, dash, _ = id.rpartition("-")
        of_balancing = id.startswith("arn:") and ":elasticloadbalancing:" in id
        key, value = (HEX, id.rpartition("/")[2]) if of_balancing else (prefix, id)
        if of_balancing or dash:
            wishes.setdefault(key, []).append(value)
    return wishes


def _key_id(request: Request) -> str:
    try:
        return claim(request).access_key_id
    except Unsigned:
        return ""


def _service(request: Request) -> str:
    try:
        return claim(request).service
    except Unsigned:
        return "s3" if "content-type" not in request.headers else ""


def _only_reads(request: Request, name: str) -> bool:
    return bool(_READS.search(name)) or (":" not in name and request.method in ("GET", "HEAD"))


def _sender(world: World, root: KeyPair, request: Request, kind: refusal.Protocol) -> moto_app.Signed:
    try:
        claimed = claim(request)
    except Unsigned as why:
        if _UNSIGNED_ACTIONS.search(request.body):
            return moto_app.Signed(world.account_id, "sts", "us-east-1")
        raise Refusal(
            "MissingAuthenticationToken", f"Missing Authentication Token: {why}", status=403
        ) from None
    account_id, secret = _key(world, root, claimed, kind)
    if not proves(request, claimed, secret):
        raise refusal.bad_signature(kind, claimed.service)
    return moto_app.Signed(account_id, claimed.service, claimed.region)


def _key(world: World, root: KeyPair, claimed: Claim, kind: refusal.Protocol) -> tuple[str, str]:
    """(account number, secret) of the key: the root's, or one that was made inside the world."""
    if claimed.access_key_id == root.access_key_id:
        return world.account_id, root.secret_access_key
    for account_id, of_account in list(iam_backends.items()):
        for partition in PARTITION_NAMES:
            if partition not in of_account.keys():  # noqa: SIM118 - `in` alone means "could be made"
                continue
            held = of_account[partition].access_keys.get(claimed.access_key_id)
            if held is not None and getattr(held, "status", "Active") == "Active":
                _check_token(account_id, partition, claimed, kind)
                return account_id, held.secret_access_key
    raise refusal.unknown_key(kind, claimed.service)


def _check_token(account_id: str, partition: str, claimed: Claim, kind: refusal.Protocol) -> None:
    role = sts_backends[account_id][partition].get_assumed_role_from_access_key(claimed.access_key_id)
    if role is not None and claimed.token != role.session_token:
        raise refusal.unknown_key(kind, claimed.service)
