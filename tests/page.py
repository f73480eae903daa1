"""A page of the web portal, as far as its server can tell: a cookie, headers, and paths sent as they are."""

import gzip
import http.client
import json
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """What the portal answered; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, str]:
        return self.json["error"]


class Page:
    """Speaks to one portal and keeps its cookie."""

    def __init__(self, address: str) -> None:
        self.place = urlsplit(address).netloc
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; `body` is JSON unless it is bytes, and `_` stands for `-` in a header's name."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection(self.place, timeout=60)
        try:
            connection.request(method, path, data, sent)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        told = {name.lower(): value for name, value in response.getheaders()}
        self._keep(told.get("set-cookie", ""))
        if told.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        return Answer(response.status, told, content)

    def sign_in(self, key: str, secret: str, **more: str) -> Answer:
        return self.ask("POST", "/api/session", {"access_key_id": key, "secret_access_key": secret, **more})

    def call(self, operation: str, region: str = "us-east-1", **arguments: Any) -> Answer:
        path = f"/api/call/{operation.replace(':', '/')}"
        return self.ask("POST", path, arguments, X_Region=region, X_Skywright_Portal="1")

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            self.cookies.pop(name, None)
            if morsel.value:
                self.cookies[name] = morsel.value
