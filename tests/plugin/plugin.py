"""A `python -m pulumi.dynamic` process, as the engine starts it, and the calls it gets."""

from __future__ import annotations

import asyncio
import copy
import itertools
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2, struct_pb2  # type: ignore[import-untyped]
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from tests.lean.path import lean_path

# Runs the host as `python -m pulumi.dynamic` does, after what a test takes away from it.
LAUNCHER = """
import runpy, sys
{preparation}
sys.argv = ["pulumi.dynamic", {engine!r}]
runpy.run_module("pulumi.dynamic", run_name="__main__")
"""
# Nobody listens there: lines for the engine's rows go nowhere. Each command of Pulumi has an engine
# of its own, and so has each process here.
_ports = itertools.count(1)


class Failed(Exception):
    """What the engine would show, and what it would keep."""

    def __init__(self, error: Any) -> None:
        self.message = error.details()
        self.kept: dict[str, Any] | None = None
        self.id = ""
        for key, value in error.trailing_metadata() or ():
            if key != "grpc-status-details-bin":
                continue
            status = status_pb2.Status.FromString(value)
            self.message = status.message
            for detail in status.details:
                failed = provider_pb2.ErrorResourceInitFailed()
                detail.Unpack(failed)
                self.id = failed.id
                self.kept = rpc.deserialize_properties(failed.properties)
        super().__init__(self.message)


class Plugin:
    """A running host process.

    Args:
        provider: What is asked for.
        config: The stack's config, by whole key.
        preparation: Python that runs in the process before the host does.
        environment: What is added to the process's environment.
        engine: Where the process finds the engine.
    """

    def __init__(
        self,
        provider: ResourceProvider,
        config: Mapping[str, str],
        *,
        preparation: str = "",
        environment: Mapping[str, str],
        engine: str | None = None,
    ) -> None:
        engine = engine or f"127.0.0.1:{next(_ports)}"
        self._provider = serialize_provider(provider)
        self.process = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER.format(preparation=preparation, engine=engine)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": lean_path(), **environment},
        )
        assert self.process.stdout is not None
        port = int(self.process.stdout.readline())
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._stub.Configure(provider_pb2.ConfigureRequest(args=_struct(dict(config))))

    def also(self, provider: ResourceProvider) -> Plugin:
        """The same process, asked for another provider, as the engine asks it."""
        other = copy.copy(self)
        other._provider = serialize_provider(provider)
        return other

    def check(
        self, values: Mapping[str, Any], old: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], list[str]]:
        olds = None if old is None else self._own(old)
        answer = self._call("Check", provider_pb2.CheckRequest(olds=olds, news=self._own(values)))
        return plain(answer.inputs), [failure.reason for failure in answer.failures]

    def create(self, values: Mapping[str, Any], name: str = "thing") -> tuple[str, dict[str, Any]]:
        """Create it; an empty name leaves the URN out of the request."""
        urn = name and f"urn:pulumi:test::test::pulumi-python:dynamic/arize:Task::{name}"
        request = provider_pb2.CreateRequest(urn=urn, properties=self._own(values))
        answer = self._call("Create", request)
        return answer.id, plain(answer.properties)

    def diff(self, id_: str, state: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        request = provider_pb2.DiffRequest(id=id_, olds=self._own(state), news=self._own(values))
        return self._call("Diff", request)

    def read(self, id_: str, state: Mapping[str, Any]) -> Any:
        return self._call("Read", provider_pb2.ReadRequest(id=id_, properties=self._own(state)))

    def update(
        self, id_: str, state: Mapping[str, Any], values: Mapping[str, Any]
    ) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(id=id_, olds=self._own(state), news=self._own(values))
        return plain(self._call("Update", request).properties)

    def delete(self, id_: str, state: Mapping[str, Any]) -> None:
        request = provider_pb2.DeleteRequest(id=id_, properties=self._own(state))
        self._call("Delete", request)

    def cancel(self) -> None:
        self._call("Cancel", empty_pb2.Empty())

    def close_input(self) -> None:
        """Close our end of the process's standard input, as the CLI does by ending."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def stop(self) -> None:
        self._channel.close()
        self.process.kill()
        self.process.wait(timeout=10)
        self.close_input()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _own(self, values: Mapping[str, Any]) -> Any:
        return _struct({**values, "__provider": self._provider})

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self._stub, method)(request, timeout=60)
        except grpc.RpcError as error:
            raise Failed(error) from None


def _struct(values: dict[str, Any]) -> Any:
    struct: struct_pb2.Struct = asyncio.run(rpc.serialize_properties(values, {}))
    return struct


def plain(struct: Any) -> dict[str, Any]:
    values = rpc.deserialize_properties(struct)
    return {name: value for name, value in values.items() if name != "__provider"}
