"""Reads that lag behind: they are answered by the account as it was some seconds ago. Owns what is remembered
of an account for that, and its being asked; knows no operation and no protocol.

Before each change the whole account is remembered as bytes, since what a service shows may follow from any of
it. That takes milliseconds, and is done only while such a fault is at work.
"""

import re
from typing import Any

from moto.ec2.models import ec2_backends

from skywright_gym import copying
from skywright_gym.aws import isolation
from skywright_gym.aws.behaviour.agenda import agenda_of
from skywright_gym.aws.refusal import Response
from skywright_gym.physics import faults
from skywright_gym.physics.clock import Clock
from skywright_gym.physics.faults import MEMORY, Called
from skywright_gym.world import World, inside

_KIND = "stale-reads"
_UNKNOWN = re.compile(rb"NotFound|NoSuch|does not exist")
# What an account makes by itself draws new ids: in its past others than for the same things in the present.
_MAKING = frozenset({"spot.fulfilled", "spot.resumed"})

_Work = Any


def read(world: World, called: Called, work: _Work) -> Response:
    """Answer a read, from the past if a fault says so."""
    past = _past(world, called)
    if past is None:
        return work()
    with inside(past):
        return work()


def change(world: World, called: Called, work: _Work) -> Response:
    """Carry out a change, and remember what was before it."""
    changes_too = any(fault["changes_too"] for fault in faults.current(world, _KIND))
    past = _past(world, called) if changes_too else None
    if past is not None:
        with inside(past):
            tried = work()
        if 400 <= tried.status < 500 and _UNKNOWN.search(tried.body):
            return tried
    _remember(world)
    return work()


def _remember(world: World) -> None:
    lagging = faults.current(world, _KIND)
    if not lagging:
        return
    now = world.clock.now()
    # Without what is remembered, which would double with each change.
    extras = {name: value for name, value in world.extras.items() if name != MEMORY}
    before = copying.dumps(World(world.account_id, world.clock, extras, world.backends))
    for fault in lagging:
        remembered = faults.memory(world, fault)
        remembered[:] = [each for each in remembered if each[0] > now - fault["seconds"]]
        remembered.append((now, before))


def _past(world: World, called: Called) -> World | None:
    """The account as this call is to see it; None: as it is."""
    remembered = dict(world.extras.get(MEMORY, {}))
    fault = faults.met(world, _KIND, called)
    if fault is None:
        return None
    moment = world.clock.now() - fault["seconds"]
    # What was before the first change since then is what was then.
    before = next((data for at, data in remembered.get(fault["id"], ()) if at > moment), None)
    return None if before is None else _awake(before, moment)


def _awake(data: bytes, moment: float) -> World:
    past = copying.loads(data)
    past.clock = Clock(scale=0, epoch_seconds=moment)
    with inside(past):
        isolation.register(past)
        for _account, _region, backend in ec2_backends.iter_backends():
            agenda = agenda_of(backend)
            agenda.transitions = [each for each in agenda.transitions if each.kind not in _MAKING]
    return past
