"""What every account sees and none may change: Amazon's images and their snapshots. Owns these, once a
region for the whole process; knows nothing of accounts.

moto makes some 1,300 images and as many snapshots for every account and region, which takes a third of
a second and megabytes, and multiplies what a fork has to copy. Here each region's are made once, and
every world refers to the same objects. They are frozen: an attempt to change one is refused, as the
cloud refuses it for an image of somebody else. A world's pickle holds only what it has of its own.
"""

import hashlib
from collections.abc import Callable, ItemsView, Iterator, Mapping, MutableMapping, ValuesView
from contextvars import ContextVar
from dataclasses import dataclass
from threading import RLock
from typing import Any, Literal, NoReturn

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ec2.models.elastic_block_store import Snapshot, Volume
from moto.moto_api._internal import mock_random

from skywright_gym.physics.clock import Clock
from skywright_gym.world import World, current_world, inside

# A number that no account of the gym has, so that nothing here passes for somebody's own.
_SCRATCH_ACCOUNT = "000000000000"
_EPOCH_SECONDS = 1_750_000_000
"""A moment of 2025: when all of them were made, where moto asks the world for the time."""
_Part = Literal["images", "snapshots"]


@dataclass(frozen=True, slots=True)
class Stock:
    """One region's images and snapshots by id. None of them bears a tag."""

    images: Mapping[str, Any]
    snapshots: Mapping[str, Any]


class Shelf(MutableMapping[str, Any]):
    """A back end's images or snapshots: the region's stock, and the world's own beside it.

    The stock is made when somebody asks for what is not the world's own: who only looks for
    machines in twenty regions waits for none. Pickles as the world's own only; what is in
    stock cannot be removed.
    """

    def __init__(self, region: str, part: _Part) -> None:
        self._region = region
        self._part: _Part = part
        self._own: dict[str, Any] = {}

    @property
    def own(self) -> Mapping[str, Any]:
        """What the world has of its own here."""
        return self._own

    def __getitem__(self, key: str) -> Any:
        return self._own[key] if key in self._own else self._stocked[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._own[key] = value

    def __delitem__(self, key: str) -> None:
        if key not in self._own and key in self._stocked:
            _refuse(key)
        del self._own[key]

    def __contains__(self, key: object) -> bool:
        return key in self._own or key in self._stocked

    def __iter__(self) -> Iterator[str]:
        return iter(self.copy())

    def __len__(self) -> int:
        return len(self.copy())

    def values(self) -> ValuesView[Any]:
        return self.copy().values()

    def items(self) -> ItemsView[str, Any]:
        return self.copy().items()

    def copy(self) -> dict[str, Any]:
        """All of it, as a plain dictionary."""
        return {**self._stocked, **self._own}

    @property
    def _stocked(self) -> Mapping[str, Any]:
        return getattr(of_region(self._region), self._part)


def install() -> None:
    """Make moto take its default images from the stock. Once, before the first request."""
    name = "_load_amis"
    setattr(AmiBackend, name, _loader(getattr(AmiBackend, name)))


def of_region(region: str) -> Stock:
    """The region's stock; made at the first call, which takes some tenths of a second."""
    stock = _made.get(region)
    if stock is None:
        with _lock:
            stock = _made.get(region) or _make(region)
            _made[region] = stock
    return stock


_made: dict[str, Stock] = {}
_lock = RLock()
_making: ContextVar[bool] = ContextVar("skywright_gym_making_stock", default=False)


def _loader(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def load(self: Any) -> None:
        if _making.get():
            original(self)
            return
        self.amis = Shelf(self.region_name, "images")
        self.snapshots = Shelf(self.region_name, "snapshots")

    return load


def _make(region: str) -> Stock:
    with inside(World(_SCRATCH_ACCOUNT, Clock(scale=0, epoch_seconds=_EPOCH_SECONDS))):
        token = _making.set(True)
        # Who asks first gets the same ids afterwards as who asks second.
        drawn = mock_random.getstate()
        try:
            backend: Any = EC2Backend(region, _SCRATCH_ACCOUNT)
        finally:
            mock_random.setstate(drawn)
            _making.reset(token)
    images: dict[str, Any] = {}
    snapshots: dict[str, Any] = {}
    for key, image in backend.amis.items():
        snapshot: Any = image.ebs_snapshot
        # moto draws these ids anew in each process; what a user wrote down should stay true.
        snapshot.id = f"snap-{_digest(key)}"
        snapshot.volume.id = f"vol-{_digest(snapshot.id)}"
        _freeze(image, _StockImage, region)
        _freeze(snapshot, _StockSnapshot, region)
        _freeze(snapshot.volume, _StockVolume, region)
        images[key], snapshots[snapshot.id] = image, snapshot
    return Stock(images, snapshots)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:17]


def _freeze(thing: Any, frozen: type, region: str) -> None:
    attributes = vars(thing)
    for name, value in attributes.items():
        if type(value) is list:
            attributes[name] = _FrozenList(value, thing.id)
        elif type(value) is set:
            attributes[name] = _FrozenSet(value, thing.id)
    attributes["_gym_region"] = region
    attributes.pop("ec2_backend")
    thing.__class__ = frozen


def _refuse(thing: str) -> NoReturn:
    kind = {"ami": "image", "snap": "snapshot", "vol": "volume"}.get(thing.partition("-")[0], "resource")
    raise EC2ClientError("AuthFailure", f"Not authorized for {kind}:{thing}")


class _Stocked:
    """Part of the stock: shared by all worlds, so nothing of it may be set."""

    @property
    def ec2_backend(self) -> Any:
        """The back end of whoever asks: only tags are looked up there."""
        return ec2_backends[current_world().account_id][vars(self)["_gym_region"]]

    def __setattr__(self, name: str, value: Any) -> None:
        _refuse(vars(self)["id"])

    def __reduce__(self) -> Any:
        return _from_stock, (vars(self)["_gym_region"], vars(self)["id"])


class _StockImage(_Stocked, Ami):
    pass


class _StockSnapshot(_Stocked, Snapshot):
    pass


class _StockVolume(_Stocked, Volume):
    pass


def _from_stock(region: str, key: str) -> Any:
    stock = of_region(region)
    if key.startswith("vol-"):
        return next(s.volume for s in stock.snapshots.values() if s.volume.id == key)
    return (stock.images if key.startswith("ami-") else stock.snapshots)[key]


class _FrozenList(list[Any]):
    def __init__(self, values: list[Any], owner: str) -> None:
        super().__init__(values)
        self._owner = owner

    def _no(self, *_arguments: Any) -> NoReturn:
        _refuse(self._owner)

    append = remove = extend = insert = pop = clear = __setitem__ = __delitem__ = __iadd__ = _no


class _FrozenSet(set[Any]):
    def __init__(self, values: set[Any], owner: str) -> None:
        super().__init__(values)
        self._owner = owner

    def _no(self, *_arguments: Any) -> NoReturn:
        _refuse(self._owner)

    add = remove = discard = update = pop = clear = difference_update = _no
