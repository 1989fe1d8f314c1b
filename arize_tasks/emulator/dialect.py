"""How enum values are spelt: in upper case, and for clients of the alpha era in lower case.

One field of a judge has a new name as well, by which not all clients know it. That a server would
still serve old clients in their spelling is our choice, not known of Arize's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

# sdk-package-name -> the first version that speaks upper case.
FIRST_UPPER_CASE = {"@arizeai/ax-client": (1, 24), "arize": (8, 40)}
# sdk-package-name -> the first version that knows the new names. No TypeScript client up to 1.28,
# the newest there is, knows them; that the next one does is assumed.
FIRST_RENAMED = {"@arizeai/ax-client": (1, 29), "arize": (8, 49)}
NEW_NAMES = {"use_function_calling_if_available": "use_function_calling"}
OLD_NAMES = {new: old for old, new in NEW_NAMES.items()}

ENUM_FIELDS = frozenset(
    {
        "auth_type",
        "data_granularity",
        "direction",
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
        "static_params",
        "tools",
        "tracing_metadata",
    }
)


@dataclass(frozen=True)
class Dialect:
    """The spelling of one client.

    Attributes:
        lower_case: Whether it writes enum values in lower case.
        old_names: Whether it calls fields by their old names.
    """

    lower_case: bool = False
    old_names: bool = False

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Dialect:
        """The spelling of the client that sent these headers."""
        package = headers.get("sdk-package-name", "")
        found = re.match(r"(\d+)\.(\d+)", headers.get("sdk-version", ""))
        if package not in FIRST_UPPER_CASE or found is None:
            return cls()
        version = (int(found[1]), int(found[2]))
        return cls(
            lower_case=version < FIRST_UPPER_CASE[package],
            old_names=version < FIRST_RENAMED[package],
        )

    def hear(self, body: Any) -> Any:
        """A request's body or query in upper case and with the new names."""
        return self._respelt(body, str.upper, NEW_NAMES)

    def say(self, body: Any) -> Any:
        """An answer's body as the client spells it."""
        return self._respelt(body, str.lower, OLD_NAMES)

    def word(self, value: str) -> str:
        """One enum value as the client spells it."""
        return value.lower() if self.lower_case else value

    def _respelt(self, body: Any, spell: Callable[[str], str], names: Mapping[str, str]) -> Any:
        if not (self.lower_case or self.old_names):
            return body
        return _respelt(body, spell if self.lower_case else str, names if self.old_names else {})


def _respelt(value: Any, spell: Callable[[str], str], names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_respelt(item, spell, names) for item in value]
    if not isinstance(value, dict):
        return value
    respelt = {}
    for key, item in value.items():
        if key in ENUM_FIELDS and isinstance(item, str):
            respelt[key] = spell(item)
        elif key in FREE_FORM:
            respelt[key] = item
        else:
            respelt[names.get(key, key)] = _respelt(item, spell, names)
    return respelt
