"""The layout of the package: no file needs itself, whatever way its imports go.

Which folder may import which is in `.importlinter`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import arize_tasks

PACKAGE = Path(arize_tasks.__path__[0])
FILES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}


def imports(path: Path) -> Iterator[str]:
    """Yield what a file imports of the package, for type checkers and inside functions as well."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("arize_tasks"):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in FILES else str(node.module)


def test_no_import_leads_back_to_its_file() -> None:
    graph = {name: set(imports(path)) - {name, "arize_tasks"} for name, path in FILES.items()}
    assert set(TopologicalSorter(graph).static_order()) >= set(FILES)  # CycleError: by name
