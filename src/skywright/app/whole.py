"""Skywright whole: the stores, and everything that acts. Nothing is started before it is asked for."""

import math
import secrets
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from skywright.app.knowledge import Knowing
from skywright.app.webhook import webhook
from skywright.brains.base import Brain
from skywright.brains.builtin.brain import Builtin
from skywright.brains.model.brain import BuiltinFirst, Modelled
from skywright.brains.model.providers import wanted
from skywright.brains.model.settings import load
from skywright.clouds.aws.clients import Client, identity, upstream_from_profile
from skywright.clouds.aws.describe import Described, describe_account
from skywright.clouds.calling import Caller
from skywright.engine.life import Engine
from skywright.engine.parts import Parts, Progress
from skywright.errors import NotFound, Unavailable, Usage
from skywright.gate.replies import Replies
from skywright.gate.server import Configuration, Gate
from skywright.guard.base import Decider
from skywright.guard.budget import Writes
from skywright.guard.config import Config
from skywright.guard.policies import Policies
from skywright.guard.privileges import Privileges
from skywright.guard.sources import fingerprint
from skywright.journal.chain import Entry, entry
from skywright.memory.remembering import Circumstances, Lastly, Remembering
from skywright.modalities.base import Modality
from skywright.modalities.cli import Cli
from skywright.modalities.iac.iac import Iac
from skywright.modalities.sdk import Sdk
from skywright.modalities.web.modality import Web, portal_of
from skywright.model.run import Request
from skywright.model.target import Upstream
from skywright.model.verdict import Principal
from skywright.orchestrator.brains import AUTO, Panel
from skywright.state.accounts import Accounts, Identity
from skywright.state.holding import Holdings


@dataclass
class App(Knowing):
    """One command's worth of Skywright.

    Attributes:
        progress: who is shown how things go on.
    """

    progress: Progress

    @cached_property
    def builtin(self) -> Brain:
        return Builtin()

    def brain(self, name: str) -> Brain:
        """The brain of that name: `builtin`, or `PROVIDER:MODEL`.

        Raises:
            NotFound: There is none.
            Usage, Unavailable: It needs something that is not set, or not installed.
        """
        if name == self.builtin.name:
            return Lastly(self.builtin, self._memory_of_builtin)
        settings = load(self.home.path, self.environment)
        models = [wanted(one, settings, self.environment) for one in (name, *settings.fallback)]
        model = Modelled(models, settings, self.progress.say, docs=self.clouds["aws"].documentation)
        brain = self._remembering(model) if settings.memory else model
        return BuiltinFirst(self.builtin, brain) if settings.builtin_first else brain

    def _memory_of_builtin(self) -> Remembering | None:
        wanted = load(self.home.path, self.environment).memory
        return self._remembering(self.builtin) if wanted else None

    def _remembering(self, brain: Brain) -> Remembering:
        return Remembering(brain, self.memory, self.circumstances, self.progress.say)

    @cached_property
    def circumstances(self) -> Circumstances:
        return Circumstances(time.time, lambda: secrets.token_hex(4), fingerprint(self.home.policy))

    def panel(self) -> Panel:
        """The models of which one is picked where the brain is `auto`."""
        settings = load(self.home.path, self.environment)
        models = tuple((name, self._obstacle(name)) for name in settings.choose_from)
        return Panel(models, settings.side_by_side, settings.limits.usd, settings.builtin_first)

    def _obstacle(self, name: str) -> str:
        try:
            self.brain(name)
        except (Usage, Unavailable) as error:
            return str(error)
        return ""

    @cached_property
    def modalities(self) -> dict[str, Modality]:
        cloud = self.clouds["aws"]
        found: tuple[Modality, ...] = (
            Cli(cloud.catalogue),
            Sdk(cloud.catalogue),
            Iac(cloud.catalogue, Client, self.home.path / "providers"),
            Web(cloud.effects, self._portal, self.environment),
        )
        return {modality.name: modality for modality in found}

    def check(self, request: Request) -> Request:
        """The request, if everything that it names exists.

        Raises:
            NotFound: It does not; the sentence says what there is.
        """
        named = (
            ("cloud", request.cloud, tuple(self.clouds)),
            ("modality", request.modality, ("auto", *self.modalities)),
        )
        for what, name, known in named:
            if name not in known:
                raise NotFound(f"there is no {what} '{name}'; there is {', '.join(known)}")
        bounds = (("deadline", request.deadline_seconds), ("budget", request.budget_usd_month))
        for what, most in bounds:
            if most is not None and not (math.isfinite(most) and most >= 0):
                raise Usage(f"a {what} is a number from 0 on, not {most:g}")
        if request.brain != AUTO:
            self.brain(request.brain)
        self.targets.get(request.target)
        return request

    @cached_property
    def deciders(self) -> Sequence[Decider]:
        """Who decides at the gate and in a proof: the same, so that they cannot disagree."""
        folder = self.home.policy
        return (
            Privileges.load(folder),
            Policies.load(folder),
            Writes(Config.load(folder).writes_most),
        )

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(
            gym=self.gym,
            from_profile=upstream_from_profile,
            identify=_identify,
            describe=self._describe,
            say=self.progress.say,
            hand=_hand,
        )

    @cached_property
    def gate(self) -> Gate:
        cloud = self.clouds["aws"]
        gate = Gate.start(
            Configuration(
                catalogue=cloud.catalogue,
                effects=cloud.effects,
                deciders=self.deciders,
                journal=self.journal,
                replies=Replies(self.database, self.journal),
                clock=time.time,
                new_id=lambda: secrets.token_hex(8),
            )
        )
        self.opened.callback(gate.close)
        return gate

    @cached_property
    def holdings(self) -> Holdings:
        # Not forced on the disk: that is the next change's intent, and with it all that is written before.
        holdings = Holdings(self.leases, lambda kind, body, run: self._note(entry(kind, body, run)))
        self.opened.callback(holdings.close)
        return holdings

    def _note(self, new: Entry) -> None:
        self.journal.extend((new,), durable=False)

    @cached_property
    def parts(self) -> Parts:
        return Parts(
            clouds=self.clouds,
            find_brain=self.brain,
            panel=self.panel,
            modalities=self.modalities,
            deciders=self.deciders,
            gate=self.gate,
            journal=self.journal,
            runs=self.runs,
            find_target=self.targets.get,
            accounts=self.accounts,
            caller=Client,
            clock=time.time,
            pause=time.sleep,
            progress=self.progress,
            kept=self.home.kept,
            shelves=self.shelves,
            inventories=self.inventories,
            expectations=self.expectations,
            holdings=self.holdings,
            memory=self.memory,
            circumstances=self.circumstances,
            results=self.results,
            alarm=webhook(self.environment.get("SKYWRIGHT_ALARM_WEBHOOK", ""), self.progress.say),
            preferences=self.preferences,
            twins=self.twins,
            retries=int(self.environment.get("SKYWRIGHT_RETRIES", "2")),
        )

    @cached_property
    def engine(self) -> Engine:
        return Engine(self.parts, self.engine_url, lambda: f"r-{secrets.token_hex(4)}")

    def _portal(self) -> str:
        """Where the web portal is; the gym serves it, whatever the target is."""
        self.gym.up()
        return portal_of(self.gym.status())

    def _describe(self, upstream: Upstream, regions: Sequence[str], named: Collection[str]) -> Described:
        """What is in a real account, read through the gate like everything else."""
        who = Principal("twin", "reader", "builtin", "sdk", "")
        with self.gate.session(who, upstream, lifetime_seconds=600.0) as credential:
            return describe_account(Client(self.gate.endpoint, credential), regions, named)


def _identify(upstream: Upstream) -> Identity:
    return Identity(*identity(upstream))


def _hand(upstream: Upstream, headers: Mapping[str, str]) -> Caller:
    return Client(upstream.endpoint, upstream.credential, headers)
