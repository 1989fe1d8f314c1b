"""How enum values are spelt: in upper case, and for clients of the alpha era in lower case.

That a server would still serve old clients in their spelling is our choice, not known of Arize's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

# sdk-package-name -> the first version that speaks upper case.
FIRST_UPPER_CASE = {"@arizeai/ax-client": (1, 24), "arize": (8, 40)}

ENUM_FIELDS = frozenset(
    {
        "auth_type",
        "data_granularity",
        "experiment_type",
        "input_variable_format",
        "project_type",
        "provider",
        "role",
        "status",
        "type",
    }
)
# Below these stands the user's own text, which is nobody's to respell.
FREE_FORM = frozenset(
    {
        "classification_choices",
        "attributes",
        "column_mapping",
        "column_mappings",
        "examples",
        "experiment_runs",
        "headers",
        "input_schema",
        "input_template",
        "json_schema",
        "provider_metadata",
        "provider_parameters",
        "tools",
        "tracing_metadata",
    }
)


@dataclass(frozen=True)
class Dialect:
    """The spelling of one client."""

    lower_case: bool = False

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Dialect:
        """The spelling of the client that sent these headers."""
        first = FIRST_UPPER_CASE.get(headers.get("sdk-package-name", ""))
        version = re.match(r"(\d+)\.(\d+)", headers.get("sdk-version", ""))
        if first is None or version is None:
            return cls()
        return cls(lower_case=(int(version[1]), int(version[2])) < first)

    def hear(self, body: Any) -> Any:
        """A request's body or query with its enum values in upper case."""
        return _respelt(body, str.upper) if self.lower_case else body

    def say(self, body: Any) -> Any:
        """An answer's body with its enum values as the client spells them."""
        return _respelt(body, str.lower) if self.lower_case else body

    def word(self, value: str) -> str:
        """One enum value as the client spells it."""
        return value.lower() if self.lower_case else value


def _respelt(value: Any, spell: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_respelt(item, spell) for item in value]
    if not isinstance(value, dict):
        return value
    respelt = {}
    for key, item in value.items():
        if key in ENUM_FIELDS and isinstance(item, str):
            respelt[key] = spell(item)
        elif key in FREE_FORM:
            respelt[key] = item
        else:
            respelt[key] = _respelt(item, spell)
    return respelt
