"""A preview as plain values: what the engine will do to each resource, and what was said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arize_tasks.schema.kind import Kind
from arize_tasks.schema.kinds import kind_of


@dataclass(frozen=True)
class Veil:
    """Stands where a value can't be shown.

    Attributes:
        shown: What is shown instead.
    """

    shown: str


SECRET = Veil("[secret]")
UNKNOWN = Veil("[known after the update]")

# The actions, the weightiest first: the engine tells a replacement in several steps, and after
# `--refresh` each resource twice.
REPLACE, DELETE, CREATE, UPDATE, READ, SAME = (
    "replace",
    "delete",
    "create",
    "update",
    "read",
    "same",
)
ACTIONS = (REPLACE, DELETE, CREATE, UPDATE, READ, SAME)

MANDATORY = "mandatory"
"""The level of a policy that stops the update."""


@dataclass(frozen=True)
class Step:
    """What will be done to one resource.

    Attributes:
        urn: Pulumi's name for it, unique in the stack.
        type: Its type token.
        action: One of `ACTIONS`.
        id: Its ID now; none for a new one.
        old: Its inputs now.
        new: Its inputs afterwards.
        outputs: Its outputs now.
        reasons: Of a replacement: the inputs or outputs for which it happens.
        retained: Whether the service keeps it when the stack lets it go (`retain_on_delete`).
        depends_on: By input, the URNs of the resources that its value comes from; empty where the
            engine does not say.
    """

    urn: str
    type: str
    action: str
    id: str | None = None
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    retained: bool = False
    depends_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name that the program gives."""
        return name_in(self.urn)

    @property
    def kind(self) -> Kind | None:
        """Its kind; None where it is none of ours."""
        return kind_of(self.type)


@dataclass(frozen=True)
class Message:
    """What was said during the preview.

    Attributes:
        text: The words.
        severity: info, warning or error.
        urn: The resource of which; none for the whole.
    """

    text: str
    severity: str
    urn: str | None = None


@dataclass(frozen=True)
class Finding:
    """What a policy found.

    Attributes:
        policy: Its name.
        pack: The name of its pack.
        level: `MANDATORY`, advisory or remediate.
        text: Its words; a remediation has none.
        urn: The resource; none for the stack as a whole.
    """

    policy: str
    pack: str
    level: str
    text: str = ""
    urn: str | None = None


@dataclass(frozen=True)
class Log:
    """One preview.

    Attributes:
        steps: One for each resource.
        messages: In their order, each once.
        found: What the provider has found out, as facts, with the URN of the resource.
        findings: Of policies.
        failed: Whether the preview ended with an error, so that steps may be missing.
        tells_all: Whether what it was read from says all: `pulumi preview --json` leaves out
            policies and resources that stay as they are.
    """

    steps: tuple[Step, ...] = ()
    messages: tuple[Message, ...] = ()
    found: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    findings: tuple[Finding, ...] = ()
    failed: bool = False
    tells_all: bool = True

    def facts(self, urn: str) -> list[Mapping[str, Any]]:
        """Return what the provider has found out about a resource."""
        return [facts for own, facts in self.found if own == urn]

    def said(self, urn: str) -> list[str]:
        """Return what the provider said of a resource, beside warnings and errors."""
        return [one.text for one in self.messages if one.urn == urn and one.severity == "info"]

    @property
    def stack(self) -> str:
        """Project and stack, such as `shop/prod`; empty when nothing says them."""
        for urn in (step.urn for step in self.steps):
            parts = urn.split(":", 3)
            if len(parts) == 4 and parts[:2] == ["urn", "pulumi"]:
                name, _, rest = (parts[2] + ":" + parts[3]).partition("::")
                return f"{rest.partition('::')[0]}/{name}"
        return ""


def name_in(urn: str) -> str:
    """Return the name that the program gives to the resource of a URN."""
    return urn.rpartition("::")[2]
