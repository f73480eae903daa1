"""A gym's control interface, asked as `skywright` asks it."""

import http.client
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Control:
    """Where the control interface is, the token that it wants, and the gym's process."""

    control: str
    token: str
    pid: int

    @staticmethod
    def of(home: Path) -> "Control":
        """That of the gym which runs in this folder."""
        told = json.loads((home / "gym.json").read_text())
        return Control(told["control"], told["token"], told["pid"])

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request and its answer. Raises RuntimeError with what the gym says if it refuses."""
        connection = http.client.HTTPConnection(urlsplit(self.control).netloc, timeout=120)
        headers = {"Authorization": f"Bearer {self.token}"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        connection.close()
        if answer.status != 200:
            raise RuntimeError(told)
        return told
