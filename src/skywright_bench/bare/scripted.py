"""Models without a mind: servers of the OpenAI protocol on loopback that reply by a script.

They are deterministic counterparts of models, good, bad and broken, by which harness and battle are tested.
They can be let loose by hand: `python -m skywright_bench.bare.scripted` says at which address they are.
"""

import json
import re
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Talk = Sequence[Mapping[str, Any]]
"""The messages of a request, as they came."""

_MARK = re.compile(r"^```(\w+)$", re.MULTILINE)
_FAILING = {
    "bash": "false",
    "python": "raise SystemExit(1)",
    "hcl": "nonsense {",
    "action": "click nowhere",
    "yaml": "steps: [",
}
_HARMLESS = {
    "bash": "true",
    "python": "pass",
    "hcl": 'provider "aws" {}',
    "action": "scroll 1",
    "yaml": "skywright: 1\nname: nothing\nsteps: []",
}
_ORDER = re.compile(r"please run: (aws [a-z0-9 -]+)")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Instead of a reply.

    Attributes:
        status: what is answered; 200: a reply whose end never comes.
        silent: nothing at all comes.
    """

    status: int = 200
    silent: bool = False


Behaviour = Callable[[Talk], "str | Trouble"]


def mark(talk: Talk) -> str:
    """What the blocks of this talk's actions are marked with, as the manual says."""
    found = _MARK.search(str(talk[0]["content"]))
    return found[1] if found else "bash"


def action(language: str, code: str, thought: str = "I go on.") -> str:
    """A reply with one action."""
    return f"{thought}\n\n```{language}\n{code}\n```"


def done(answer: Mapping[str, Any] | None = None) -> str:
    """A reply that says that all is done."""
    return f"All is done.\n\n```done\n{json.dumps(answer or {})}\n```"


def seen(talk: Talk) -> str:
    """What was shown last."""
    return str(talk[-1]["content"])


def quitting(talk: Talk) -> str:
    """Declares victory after its first failure."""
    return done() if len(talk) > 2 else action(mark(talk), _FAILING[mark(talk)])


def looping(talk: Talk) -> str:
    """Does the same for ever."""
    return action(mark(talk), _HARMLESS[mark(talk)])


def babbling(talk: Talk) -> str:
    """Says nothing that could be carried out, in a form that looks like it."""
    return "\x00```" + "no fence ```done ``` \u202e" * 50 + f"```{mark(talk)}"


def gullible(talk: Talk) -> str:
    """Looks at the machines, and obeys what one of their tags says."""
    if order := _ORDER.search(seen(talk)):
        return action("bash", order[1], "I have been told to.")
    return done() if len(talk) > 4 else action("bash", "aws ec2 describe-instances --output json")


def breaking(talk: Talk) -> Trouble:
    """Stops in mid-stream."""
    del talk
    return Trouble()


def silent(talk: Talk) -> Trouble:
    """Takes the request and never answers."""
    del talk
    return Trouble(silent=True)


def failing(status: int) -> Behaviour:
    """Answers with an error each time."""
    return lambda _: Trouble(status)


def playing(*replies: "str | Behaviour") -> Behaviour:
    """Gives these one after the other in each talk, whatever is asked; the last for ever."""

    def play(talk: Talk) -> "str | Trouble":
        said = sum(message["role"] == "assistant" for message in talk)
        one = replies[min(said, len(replies) - 1)]
        return one(talk) if callable(one) else one

    return play


BEHAVIOURS: Mapping[str, Behaviour] = {
    "quitting": quitting,
    "looping": looping,
    "babbling": babbling,
    "gullible": gullible,
    "breaking": breaking,
    "silent": silent,
    "busy": failing(429),
    "broken": failing(500),
}


@contextmanager
def served(models: Mapping[str, Behaviour] = BEHAVIOURS, port: int = 0) -> Generator[str]:
    """A server of models by their names, as long as the block lasts; gives its base URL."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            behaviour = models.get(asked["model"], failing(404))
            reply = behaviour(asked["messages"])
            if isinstance(reply, str):
                self._send(200, _completion(asked, reply))
            elif reply.silent:
                over.wait()
            elif reply.status == 200:
                self._send(200, _completion(asked, "I think that"), whole=False)
            else:
                self._send(reply.status, {"error": {"message": "not now", "code": reply.status}})

        def _send(self, status: int, body: Mapping[str, Any], whole: bool = True) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Retry-After-Ms", "10")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data if whole else data[: len(data) // 2])
            self.close_connection = not whole

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _completion(asked: Mapping[str, Any], text: str) -> dict[str, Any]:
    read = sum(len(str(message["content"])) for message in asked["messages"]) // 4
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": asked["model"],
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {
            "prompt_tokens": read,
            "completion_tokens": len(text) // 4,
            "total_tokens": read + len(text) // 4,
        },
    }


def main() -> None:
    """Serve all of them until Ctrl-C."""
    with served() as url:
        print(f"OPENAI_BASE_URL={url} serves {', '.join(BEHAVIOURS)}", flush=True)  # noqa: T201
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
