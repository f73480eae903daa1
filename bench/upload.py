"""The gate's memory: at rest, after requests of many services, and while an object of 1 GB passes.

`python -m bench.upload`. The object goes to something that throws it away, so that only the gate is measured.
"""

import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.exceptions import ClientError

from bench.gate import Subject

_BYTES = 1024**3
_PIECE = 1024**2
_NOTHING = b"<ErrorResponse><Error><Code>Nothing</Code></Error></ErrorResponse>"


class _Sink(BaseHTTPRequestHandler):
    """Takes anything and keeps nothing."""

    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        left = int(self.headers.get("Content-Length") or 0)
        while left and (piece := self.rfile.read(min(left, _PIECE))):
            left -= len(piece)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(404)
        self.send_header("Content-Length", str(len(_NOTHING)))
        self.end_headers()
        self.wfile.write(_NOTHING)

    do_GET = do_POST

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that the other side resets when it ends is no error of anything here."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def main() -> None:
    """Print the figures."""
    with _Server(("127.0.0.1", 0), _Sink) as sink:
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        upstream = f"http://127.0.0.1:{sink.server_address[1]}"
        gate = subprocess.Popen(
            [sys.executable, "-m", "bench.gate", upstream],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            _measure(Subject(gate, upstream))
        finally:
            gate.communicate()
            sink.shutdown()


def _measure(there: Subject) -> None:
    client = there.gated("s3")
    print(f"{'at rest, one session':<42} {there.ask(what='usage')['rest_mb']:6.0f} MB   (aim: under 400)")
    with tempfile.TemporaryFile() as file:
        file.truncate(_BYTES)
        before = there.ask(what="usage")
        started = time.perf_counter()
        client.put_object(Bucket="bench", Key="object", Body=file)
        seconds = time.perf_counter() - started
    after = there.ask(what="usage")
    print(
        f"{'at most, while an object of 1 GB passed':<42} {after['peak_mb']:6.0f} MB"
        f"   ({after['peak_mb'] - before['rest_mb']:.0f} MB more; {seconds:.1f} s,"
        f" {after['cpu'] - before['cpu']:.1f} s of the gate's processor)"
    )
    for service in ("ec2", "iam", "rds", "lambda", "sagemaker", "cloudformation"):
        # Nothing is there; that the gate understood the question is enough.
        with suppress(ClientError):
            there.gated(service).get_paginator(_LISTS[service]).paginate().build_full_result()
    print(f"{'at rest, six services later':<42} {there.ask(what='usage')['rest_mb']:6.0f} MB")


_LISTS = {
    "ec2": "describe_instances",
    "iam": "list_users",
    "rds": "describe_db_instances",
    "lambda": "list_functions",
    "sagemaker": "list_models",
    "cloudformation": "list_stacks",
}


if __name__ == "__main__":
    main()
