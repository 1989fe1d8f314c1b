"""Writes the tables of settings and functions into their pages: `python -m tests.docs.tables`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import arize_tasks
from arize_tasks.settings import SETTINGS
from tests.docs import docstrings
from tests.docs.reference import FOLDER, split_default, table

FUNCTIONS = [
    name
    for name in arize_tasks.__all__
    if name.startswith(("get_", "list_")) and not name.endswith("_output")
]


def settings() -> str:
    """Give the table of settings; what each is stands at the argument of `ArizeProvider`."""
    return table(["config", "environment", "`ArizeProvider`", "default", "what it is"], _settings())


def _settings() -> Iterator[list[str]]:
    described = docstrings.items(arize_tasks.ArizeProvider, "Args")
    for setting in SETTINGS:
        said, default = split_default(described[setting.name])
        variable = f"`{setting.variable}`" if setting.variable else ""
        yield [f"`{setting.config_key}`", variable, f"`{setting.name}`", default, said]


def functions() -> str:
    """Give the table of functions, from their signatures and docstrings."""
    return table(["function", "gives", "what it does"], _functions())


def _functions() -> Iterator[list[str]]:
    for name in FUNCTIONS:
        function = getattr(arize_tasks, name)
        of = inspect.signature(function)
        taken = ", ".join(_taken(one) for one in of.parameters.values())
        gives = re.sub(r"\[", " of ", str(of.return_annotation)).rstrip("]")
        first = inspect.getdoc(function) or ""
        yield [f"`{name}({taken})`", f"`{gives}`", docstrings.flat(first.split("\n\n")[0])]


def _taken(one: inspect.Parameter) -> str:
    return one.name if one.default is inspect.Parameter.empty else f"{one.name}={one.default!r}"


PAGES: dict[str, Callable[[], str]] = {"settings": settings, "functions": functions}


def page(name: str) -> tuple[Path, str]:
    """Give a page's file, and its text with the table as it is to be."""
    path = FOLDER / f"{name}.md"
    head, begin, rest = path.read_text(encoding="utf-8").partition("<!-- table -->\n")
    _, end, foot = rest.partition("<!-- end of table -->")
    assert begin, f"{path} has no place for its table"
    assert end, f"{path} has no end of its table"
    return path, f"{head}{begin}{PAGES[name]()}\n{end}{foot}"


if __name__ == "__main__":
    for path, text in map(page, PAGES):
        path.write_text(text, encoding="utf-8")
