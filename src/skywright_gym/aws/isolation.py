"""Keeps worlds apart inside one moto. Owns where moto's state lives; knows nothing of HTTP.

moto keeps the state of a service in one `BackendDict` of the process. Here each of these becomes a
window on the current world: the same object shows another content to each world. What moto keeps
outside of those (weak references to all EC2 back ends, iterators of addresses in a process-wide cache,
lists of every object ever made) is led back into the world, or dropped.
"""

import copyreg
import importlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Self

from moto.core import common_models
from moto.core.base_backend import AccountSpecificBackend, BackendDict
from moto.ec2.models import ec2_backends
from moto.ec2.models.subnets import Subnet
from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachmentBackend
from moto.ec2.models.vpc_peering_connections import VPCPeeringConnectionBackend
from moto.ec2.models.vpcs import VPCBackend
from moto.organizations.models import OrganizationsBackendDict
from moto.s3.models import S3BackendDict
from moto.ssm.models import ParameterDict

from skywright_gym.world import World, current_world

_WINDOW = [
    "__setitem__",
    "__delitem__",
    "__contains__",
    "__iter__",
    "__len__",
    "keys",
    "values",
    "items",
    "get",
    "clear",
    "pop",
    "setdefault",
]


def install() -> None:
    """Make moto keep its state in `current_world()`. Once, before the first request."""
    for method in _WINDOW:
        setattr(BackendDict, method, _through_the_window(method))
    _replace(BackendDict, "__getitem__", _of_account)
    _replace(S3BackendDict, "bucket_accounts", _kept_in_world("bucket_accounts"))
    _replace(OrganizationsBackendDict, "master_accounts", _kept_in_world("master_accounts"))
    _replace(AccountSpecificBackend, "_generate_regions", _regions_of)
    _replace(common_models.BaseModel, "__new__", staticmethod(_new_untracked))
    _replace(Subnet, "_base_avail_ip_iterator", _hosts)
    _replace(VPCPeeringConnectionBackend, "get_vpc_pcx_refs", classmethod(_ec2_of_this_world))
    _replace(
        TransitGatewayAttachmentBackend,
        "_get_peering_attachment_backend_refs",
        classmethod(_ec2_of_this_world),
    )
    copyreg.pickle(ParameterDict, _reduce_parameters)
    # Only ever added to: each entry would be a dead reference of a world that is gone.
    _replace(VPCBackend, "vpc_refs", _Nowhere())
    _replace(VPCPeeringConnectionBackend, "vpc_pcx_refs", _Nowhere())
    _replace(TransitGatewayAttachmentBackend, "backend_refs", _Nowhere())


def register(world: World) -> None:
    """Let moto know the services that an unpickled world holds, as if it had made them itself."""
    for key in world.backends:
        module = importlib.import_module(key.partition("#")[0])
        for value in vars(module).values():
            if isinstance(value, BackendDict):
                _note(value)


def _replace(owner: type, name: str, value: Any) -> None:
    """Patch, but only what is there: a moto that was renamed inside must not be patched silently."""
    if not hasattr(owner, name) and name not in ("bucket_accounts", "master_accounts"):
        raise AttributeError(f"this moto has no {owner.__name__}.{name}")
    setattr(owner, name, value)


def _note(window: Any) -> None:
    known: list[Any] = vars(BackendDict)["_instances"]
    if all(window is not other for other in known):
        known.append(window)


def _content(window: Any) -> dict[str, Any]:
    """What this service holds in the current world. Modules are unique where service names are not."""
    return current_world().backends.setdefault(window.backend.__module__, {})


def _through_the_window(method: str) -> Callable[..., Any]:
    unbound = getattr(dict, method)

    def through(self: Any, *arguments: Any) -> Any:
        return unbound(_content(self), *arguments)

    through.__name__ = method
    return through


def _of_account(self: Any, account_id: str) -> Any:
    content = _content(self)
    held = content.get(account_id)
    if held is None:
        held = content[account_id] = AccountSpecificBackend(
            service_name=self.service_name,
            account_id=account_id,
            backend=self.backend,
            use_boto3_regions=self._use_boto3_regions,
            additional_regions=self._additional_regions,
        )
        _note(self)
    return held


def _kept_in_world(attribute: str) -> property:
    """An attribute that moto keeps on the process-wide dictionary itself, such as whose a bucket is."""

    def read(self: Any) -> dict[str, Any]:
        return current_world().backends.setdefault(f"{self.backend.__module__}#{attribute}", {})

    def initialise(self: Any, _value: Any) -> None:
        """moto's own empty start at import: every world starts with its own."""

    return property(read, initialise)


def _regions_of(_self: Any, service_name: str) -> list[str]:
    return list(_regions(service_name))


@cache
def _regions(service_name: str) -> tuple[str, ...]:
    """moto asks botocore for this again in each new account; the answer never changes."""
    session = AccountSpecificBackend.get_session()
    return tuple(
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions(service_name, partition_name=partition)
    )


def _new_untracked(cls: type, *_arguments: Any, **_named: Any) -> Any:
    """moto keeps every object it ever made in a list of its class, also those that were deleted."""
    return object.__new__(cls)


class _Hosts:
    """A subnet's addresses in order; unlike a generator it can be copied where it stands."""

    def __init__(self, cidr: Any) -> None:
        self._cidr = cidr
        self._position = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        self._position += 1
        address = self._cidr.network_address + self._position
        if address not in self._cidr or address == self._cidr.broadcast_address:
            raise StopIteration
        return address


def _hosts(self: Any) -> _Hosts:
    """In place of a process-wide cache of generators: a fork has none there, and it keeps dead subnets."""
    return vars(self).setdefault("_gym_hosts", _Hosts(self.cidr))


def _ec2_of_this_world(_cls: type) -> Iterator[Any]:
    for _account, _region, backend in ec2_backends.iter_backends():
        yield backend


def _reduce_parameters(parameters: Any) -> Any:
    """A defaultdict whose constructor wants other arguments than a defaultdict's own pickling gives."""
    made = (parameters.account_id, parameters.region_name)
    return ParameterDict, made, vars(parameters), None, iter(dict.items(parameters))


class _Nowhere(dict[Any, Any]):
    """Takes anything under any key, and keeps nothing."""

    def __missing__(self, _key: Any) -> "_Nowhere":
        return self

    def add(self, _value: Any) -> None:
        """Forget it."""
