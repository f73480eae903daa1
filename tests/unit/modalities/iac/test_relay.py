"""Between Terraform and its provider: the schema is cut and kept, all else goes through as it is."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from skywright.modalities.iac.relay import Relay, part
from skywright.program.emit.hcl.typenames import types


def field(number: int, value: bytes) -> bytes:
    length = len(value)
    size = bytes([length]) if length < 128 else bytes([length & 0x7F | 0x80, length >> 7])
    return bytes([number << 3 | 2]) + size + value


def entry(key: str, value: bytes = b"v") -> bytes:
    return field(1, key.encode()) + field(2, value)


OURS = field(2, entry("aws_vpc", b"v" * 300)) + field(3, entry("aws_lbs"))
SCHEMA = (
    field(1, b"the provider's own")
    + field(2, entry("aws_other"))
    + OURS
    + field(6, b"")
    + field(7, entry("f"))
)
PART = field(1, b"the provider's own") + OURS + field(6, b"")


def test_of_a_schema_only_what_concerns_a_type_is_left() -> None:
    assert part(SCHEMA, {"aws_vpc", "aws_lbs"}) == PART
    assert {"aws_vpc", "aws_lbs", "aws_route_table"} <= types()


@pytest.mark.parametrize("damaged", [SCHEMA[:-1], b"\x08\x01", b"\x0a", b"no protobuf"])
def test_what_is_no_schema_is_not_taken_for_one(damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"it ends|not a message"):
        part(damaged, {"aws_vpc"})


class Provider:
    """Answers with what it was asked, and counts how often it is asked for its schema."""

    def __init__(self, grpc: Any) -> None:
        self.grpc = grpc
        self.asked = 0

    def service(self, called: Any) -> Any:
        def handle(messages: Iterator[bytes], context: Any) -> Iterator[bytes]:
            if called.method.endswith("/GetSchema"):
                self.asked += 1
                yield SCHEMA
            elif called.method.endswith("/Fail"):
                context.abort(self.grpc.StatusCode.UNIMPLEMENTED, "no such thing")
            else:
                yield from (message.upper() for message in messages)

        return self.grpc.stream_stream_rpc_method_handler(handle)


def test_a_call_goes_through_and_the_schema_is_asked_for_once(tmp_path: Path) -> None:
    grpc = pytest.importorskip("grpc", reason="without it Terraform and its provider talk directly")
    provider = Provider(grpc)
    with TemporaryDirectory(dir="/tmp") as folder:
        server = grpc.server(ThreadPoolExecutor(4), handlers=[provider])
        server.add_insecure_port(f"unix:{folder}/p")
        server.start()
        kept = tmp_path / "schema"
        relay = Relay(grpc, f"{folder}/p", {"aws_vpc", "aws_lbs"}, kept)
        with grpc.insecure_channel(f"unix:{relay.listen()}") as channel:
            assert channel.unary_unary("/x.Provider/Configure")(b"abc") == b"ABC"
            assert list(channel.stream_stream("/x.Stdio/Stream")(iter([b"a", b"b"]))) == [b"A", b"B"]
            with pytest.raises(grpc.RpcError, match="no such thing"):
                channel.unary_unary("/x.Provider/Fail")(b"")
            schema = channel.unary_unary("/x.Provider/GetSchema")
            assert [schema(b""), schema(b"")] == [PART, PART]
            assert (provider.asked, kept.read_bytes()) == (1, PART)
            kept.write_bytes(PART[:-3])
            assert (schema(b""), provider.asked, kept.read_bytes()) == (PART, 2, PART)
        server.stop(None)
