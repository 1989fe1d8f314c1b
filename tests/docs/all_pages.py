"""The program that has all pages in it: each under a component of its own, so that names differ.

It stands beside pages.json, a list of pages with their blocks; it becomes a stack's `__main__.py`.
"""

import json
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime.settings import get_root_resource, set_root_resource
from pulumi.runtime.stack import Stack


class Page(Stack):
    """What is made and exported by one page: `pulumi.export` takes nothing but a stack."""

    def __init__(self, name: str) -> None:
        # A type of its own: what is below has it in its URN, and the page's name it has not.
        pulumi.ComponentResource.__init__(self, f"docs:{name}:Page", name)
        self.outputs = {}


stack = get_root_resource()
assert stack is not None
for page in json.loads(Path("pages.json").read_text(encoding="utf-8")):
    set_root_resource(Page(page["name"]))
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in page["blocks"]:
        exec(compile(block["text"], block["place"], "exec"), names)
    set_root_resource(stack)
