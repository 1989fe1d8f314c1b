"""Arize's TypeScript client in a Node process that runs one module after another."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.clients.node import Node
from tests.clients.page import MISTAKES, UPPER_CASE, changed, printed_snippets

RUNNER = Path(__file__).parent / "typescript" / "runner.mjs"


@dataclass(frozen=True)
class Version:
    """One version of the client.

    Attributes:
        package: Its name in typescript/package.json; the modules import it under its own.
        upper_case: Whether it writes enum values in upper case, as the API does today.
    """

    number: str
    package: str
    stage: str
    upper_case: bool

    def word(self, value: str) -> str:
        """An enum value as this version spells it."""
        return value if self.upper_case else value.lower()


NOW = Version("1.28.0", "@arizeai/ax-client", "beta", upper_case=True)
ALPHA = Version("1.23.0", "ax-client-alpha", "alpha", upper_case=False)


@dataclass(frozen=True)
class Failure:
    """An error as JavaScript threw it; `status_code` is the client's own, if it has one."""

    name: str
    message: str
    status_code: int | None


@dataclass(frozen=True)
class Outcome:
    """What became of a module.

    Attributes:
        values: Its top-level constants, in the shape of their JSON.
        printed: The console's level and text.
        error: What it threw, if it did.
    """

    printed: list[tuple[str, str]]
    values: dict[str, Any] = field(default_factory=dict)
    error: Failure | None = None

    def lines(self, level: str = "log") -> list[str]:
        """What it printed at a level of the console."""
        return [text for printed_at, text in self.printed if printed_at == level]


class TypeScript:
    """A running Node with one version of the client; ended by `stop`."""

    def __init__(self, node: Node, packages: Path, version: Version, url: str, key: str) -> None:
        self.version = version
        self._folder = Path(tempfile.mkdtemp(prefix="arize-tasks-clients-"))
        modules = self._folder / "node_modules"
        (modules / "@arizeai").mkdir(parents=True)
        installed = packages / "node_modules"
        (modules / "@arizeai" / "ax-client").symlink_to(installed / version.package)
        (modules / "esbuild").symlink_to(installed / "esbuild")
        shutil.copy(RUNNER, self._folder)
        self._count = 0
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("ARIZE_") and name != "DISABLE_PRERELEASE_WARNING"
        }
        self._errors = tempfile.TemporaryFile(mode="w+")  # noqa: SIM115 - closed by stop
        self._process = subprocess.Popen(
            [node.program, RUNNER.name],
            cwd=self._folder,
            env={**kept, "ARIZE_API_KEY": key, "ARIZE_BASE_URL": url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def run(self, code: str) -> Outcome:
        """Run a module."""
        names = re.findall(r"^const (?:(\w+)|\{([^}]*)\}) =", code, re.MULTILINE)
        found = [
            part.split(":")[-1].strip() for one, many in names for part in (one or many).split(",")
        ]
        self._count += 1
        path = self._folder / f"snippet-{self._count}.ts"
        # The one line that is not the snippet's own: it lets the test see its constants.
        path.write_text(f"{code}\nexport {{ {', '.join(found)} }};\n")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._errors.seek(0)
            raise RuntimeError(f"Node ended: {self._errors.read()}")
        answer = json.loads(line)
        error = answer.get("error")
        return Outcome(
            printed=[(level, text) for level, text in answer["printed"]],
            values=answer.get("values", {}),
            error=None if error is None else Failure(**error),
        )

    def snippet(self, title: str, *, mended: bool = True, **placeholders: str) -> Outcome:
        """Run a snippet of the SDK page.

        Args:
            title: Its title.
            mended: False to leave a snippet that never worked as printed. What only the case of
                its literals keeps from working is spelt as this version does, either way.
            placeholders: your_task_id and the like -> what to put there.
        """
        code = printed_snippets()[title]
        if self.version.upper_case:
            code = changed(code, UPPER_CASE.get(title, {}))
        if mended and title in MISTAKES:
            code = changed(code, MISTAKES[title].changes)
        return self.run(changed(code, placeholders))

    def call(self, expression: str) -> Any:
        """What a call of one of the client's functions gives; its failure fails the test."""
        outcome = self.attempt(expression)
        assert outcome.error is None, outcome.error
        return outcome.values["result"]

    def refusal(self, expression: str) -> Failure:
        """How a call of one of the client's functions fails."""
        outcome = self.attempt(expression)
        assert outcome.error is not None, outcome.values
        return outcome.error

    def attempt(self, expression: str) -> Outcome:
        """Run a call of one of the client's functions, given as TypeScript: `getTask({…})`."""
        code = 'import * as ax from "@arizeai/ax-client";\n'
        return self.run(
            f"{code}const given = await ax.{expression};\nconst result = given ?? null;"
        )

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()
        self._errors.close()
        shutil.rmtree(self._folder)
