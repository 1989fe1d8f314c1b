"""Whatever walks over kinds meets a new one: comment, report, import, policies, docs."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyResourceOptions,
    ResourceValidationArgs,
)

import arize_tasks
from arize_tasks.cli.__main__ import main
from arize_tasks.policy.resources import seen_resource
from arize_tasks.schema.kind import TOKENS, load
from arize_tasks.schema.kinds import HOMES, kinds
from tests.docs.reference import page
from tests.emulator.process import Emulator
from tests.kinds.toy import TOY, ToySpec

HOME = "tests.kinds.toy:TOY"

URN = f"urn:pulumi:dev::app::{TOKENS}Toy::ball"


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    """The one line of registration, for as long as a test runs."""
    HOMES["toy"] = HOME
    yield
    del HOMES["toy"]


def summary(is_preview: bool) -> str:
    """The event at the end of a log: without it the command was interrupted."""
    return json.dumps({"sequence": 9, "summaryEvent": {"isPreview": is_preview}}) + "\n"


def step(op: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> str:
    metadata: dict[str, Any] = {"op": op, "urn": URN}
    for name, inputs in (("old", old), ("new", new)):
        if inputs is not None:
            metadata[name] = {"type": f"{TOKENS}Toy", "inputs": inputs}
    begun = {"planning": True, "metadata": metadata}
    return json.dumps({"sequence": 1, "resourcePreEvent": begun}) + "\n"


def test_comment_tells_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "preview.jsonl"
    log.write_text(step("update", {"size": 3}, {"size": 4}) + summary(is_preview=True))
    assert main(["preview-comment", str(log)]) == 0
    printed = capsys.readouterr().out
    assert "**No run will fire, 1 toy changes.**" in printed
    assert "**Toys (1)**" in printed
    assert "| `ball` | changes | `size`: `3` → `4` |" in printed
    log.write_text(step("create", None, {"size": 3, "adopting": "Ball (changes: none)"}))
    assert main(["preview-comment", str(log)]) == 0
    assert "1 toy is adopted" in capsys.readouterr().out
    planned = step("update", {"size": 3}, {"size": 4})
    done = planned.replace('"planning": true, ', "").replace("resourcePreEvent", "resOutputsEvent")
    begun = planned.replace('"planning": true, ', "")
    log.write_text(begun + done + summary(is_preview=False))
    assert main(["comment", str(log)]) == 0
    assert "**1 toy was changed.**" in capsys.readouterr().out


def test_report_shows_it(tmp_path: Path) -> None:
    outputs, page = tmp_path / "outputs.json", tmp_path / "report.html"
    ball = {"urn": URN, "id": "VG95OjE6YQ", "name": "Ball", "size": 3, "version_id": "v2"}
    outputs.write_text(json.dumps({"ball": ball}))
    assert main(["report", "--stack-outputs", str(outputs), "--output", str(page)]) == 0
    text = page.read_text()
    assert all(shown in text for shown in ("Other resources", "Ball", "toy", "VG95OjE6YQ", "v2"))


def test_import_writes_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    toys = Emulator(module="tests.kinds.emulator")
    try:
        space = toys.fixtures["space_id"]
        ball = {"name": "Ball", "space_id": space, "colour": "red", "version": {"size": 3}}
        id_ = toys.call("POST", "/v2/toys", ball).json()["id"]
        monkeypatch.setenv("ARIZE_API_KEY", toys.api_key)
        monkeypatch.setenv("ARIZE_BASE_URL", toys.url)
        assert main(["import", "--space", "my-space", "--kind", "toy"]) == 0
    finally:
        toys.stop()
    assert capsys.readouterr().out.endswith(f'''
ball = arize_tasks.Toy(
    "ball",
    name="Ball",
    space=SPACE,
    colour="red",
    size=3,
    adopt="{id_}",
)
''')


def test_policies_see_it() -> None:
    options = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])
    args = ResourceValidationArgs(f"{TOKENS}Toy", {"size": 3}, URN, "ball", options, None)
    seen = seen_resource(args)
    assert seen is not None
    assert seen.spec == ToySpec(size=3)
    assert seen.name == "ball"


def test_each_kind_is_listed_by_its_key() -> None:
    assert {key: load(home).key for key, home in HOMES.items()} == {key: key for key in HOMES}


class Toy:
    """A toy, to play with.

    Args:
        resource_name: Pulumi's name for the resource.
        size: Its size, cm. Default: 7.
        colour: Its look. Removed, it is cleared.

    Example:
        arize_tasks.Toy("ball", size=3)

    Attributes:
        version_id: Its latest version.

    Destroyed:
        It is thrown away.
    """

    def __init__(self, resource_name: str, *, size: int = 7, colour: str | None = None) -> None:
        """As a class of a program takes them."""


def test_docs_page_has_all_that_is_said_of_it() -> None:
    found = page(TOY, "Toy", Toy)
    assert "| `size` | Its size, cm. | an integer | 7 | appends a new version |" in found
    assert (
        "| `colour` | Its look. | a non-empty string |  | is patched; removed, it is cleared |"
        in found
    )
    assert "| `version_id` | Its latest version. |" in found
    assert '```python\narize_tasks.Toy("ball", size=3)\n```' in found
    assert "## Destroyed\n\nIt is thrown away." in found


# Where a kind is at home, and where its classes are public.
AT_HOME = (
    *(f"{home.split('.')[1]}/" for home in HOMES.values()),
    *("provider/tasks", "provider/runs", "provider/gates"),
    *("__init__", "emulator/"),
)


def test_no_file_names_a_kind_outside_its_home() -> None:
    del HOMES["toy"]
    names = {name for kind in kinds() for name in kind.classes}
    HOMES["toy"] = HOME
    package = Path(arize_tasks.__path__[0])
    found = [
        f"{path.relative_to(package)}:{node.lineno}"
        for path in package.rglob("*.py")
        if not str(path.relative_to(package)).startswith(AT_HOME)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in names
    ]
    assert found == []
