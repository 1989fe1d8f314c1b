"""What `arize-tasks verify` has found, and what it has left."""

from __future__ import annotations

from typing import Any

from tests.cli.conftest import Command, Done
from tests.emulator.process import Emulator

WRITE = ("verify", "--write", "--space", "my-space", "--yes")
LLM = (*WRITE, "--llm", "my-openai-integration", "--llm-limit", "3")
COLLECTIONS = ("projects", "datasets", "evaluators", "experiments", "tasks")


def table_of(done: Done) -> dict[str, tuple[str, str]]:
    """The table that was printed: behaviour -> reading, and what is said of it."""
    assert done.code == 0, done.errors
    head, *lines = done.out.splitlines()
    place = head.index("reading")
    told = [(line[:place].strip(), line[place:].partition("  ")) for line in lines]
    return {id_: (reading.strip(), said.strip()) for id_, (reading, _, said) in told}


def others_in(done: Done) -> dict[str, str]:
    """The readings that are other than assumed."""
    return {id_: reading for id_, (reading, said) in table_of(done).items() if "OTHER" in said}


def untold_in(done: Done) -> set[str]:
    """The behaviours of which nothing was found out."""
    return {id_ for id_, (_, said) in table_of(done).items() if said.startswith("cannot tell")}


def left_in(emulator: Emulator) -> list[str]:
    """The names of what is still there of what the command has made."""
    emulator.readings(list_lag=0)  # lists that are behind show what is gone
    query = {"limit": "100"}
    found = [
        item["name"]
        for path in COLLECTIONS
        for item in emulator.call("GET", f"/v2/{path}", params=query).json()[path]
    ]
    state: dict[str, Any] = emulator.admin("GET", "state")
    found += [one["name"] for part in ("tasks", "experiments") for one in state[part]]
    return [name for name in found if name.startswith("arize-tasks-verify-")]


def verify(command: Command, emulator: Emulator, *arguments: str) -> Done:
    """Run it as far as it goes, a model included."""
    return command(*LLM, *arguments, emulator=emulator)
