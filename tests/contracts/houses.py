"""Skywright in the process of a test, beside a server of models that remembers what it was sent."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from skywright.app.whole import App
from skywright.cli.progress import Silent
from skywright.model.run import Report, Request
from skywright.model.target import Target
from skywright.state.runs import Run
from skywright_bench.bare.scripted import Behaviour, Talk, served

NOTHING: Mapping[str, str] = {}


@dataclass
class House:
    """Skywright, what its models were sent, and an account of the gym."""

    app: App
    heard: list[str]
    account: str

    def begun(self, words: str, model: str, **settings: Any) -> Run:
        request = Request(
            words, self.account, **{"brain": f"openai-compatible:{model}", "approved": True, **settings}
        )
        return self.app.engine.begin(self.app.check(request))

    def driven(self, run: Run) -> Report:
        """A run to its end."""
        return self.app.engine.drive(run.id)

    def ec2(self) -> Any:
        account = self.app.gym.account(self.account)
        return boto3.client(
            "ec2",
            region_name="us-east-1",
            endpoint_url=account.endpoint,
            aws_access_key_id=account.credential.access_key_id,
            aws_secret_access_key=account.credential.secret_access_key,
        )

    def machines(self) -> list[dict[str, Any]]:
        """Those that have not been ended."""
        found = self.ec2().describe_instances()["Reservations"]
        return [one for row in found for one in row["Instances"] if one["State"]["Name"] != "terminated"]


@contextmanager
def opened(
    models: Mapping[str, Behaviour], home: Path, settings: Mapping[str, str] = NOTHING
) -> Iterator[tuple[App, list[str]]]:
    """Skywright in a new home with these models, and all that they will be sent."""
    heard: list[str] = []

    def overheard(behaviour: Behaviour) -> Behaviour:
        def reply(talk: Talk) -> Any:
            heard.append(json.dumps(list(talk)))
            return behaviour(talk)

        return reply

    with served({name: overheard(one) for name, one in models.items()}) as url:
        environment = {**os.environ, "SKYWRIGHT_HOME": str(home), **settings}
        environment |= {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "key-of-the-model"}
        app = App(Silent(), environment=environment)
        app.gym.up()
        try:
            yield app, heard
        finally:
            app.gym.down()
            app.close()


def furnished(app: App) -> str:
    """The name of a new, empty account of the gym, and of the target that leads there."""
    name = f"a{len(app.targets.all())}"
    account = app.gym.create(name)
    app.targets.add(Target(name, "gym", name, account.number, "us-east-1"))
    return name
