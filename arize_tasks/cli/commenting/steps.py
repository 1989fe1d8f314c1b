"""What the engine's log says of one command, as plain values: what it does to each resource."""

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

# The commands whose logs are read; `up` and `destroy` are both updates.
PREVIEW, UPDATING, REFRESH = "preview", "update", "refresh"

# How a step ended. A preview plans only.
PLANNED, DONE, FAILED, UNFINISHED = "planned", "done", "failed", "unfinished"

MANDATORY = "mandatory"
"""The level of a policy that stops the update."""


@dataclass(frozen=True)
class Step:
    """What is done to one resource.

    Attributes:
        urn: Pulumi's name for it, unique in the stack.
        type: Its type token.
        action: One of `ACTIONS`.
        id: Its ID before; none for a new one.
        old: Its inputs before.
        new: Its inputs afterwards.
        outputs: Its outputs before.
        reasons: Of a replacement: the inputs or outputs for which it happens.
        retained: Whether the service keeps it when the stack lets it go (`retain_on_delete`).
        depends_on: By input, the URNs of the resources that its value comes from; empty where the
            engine does not say.
        ended: How it ended: `PLANNED` in a preview, `DONE`, `FAILED`, or `UNFINISHED` where the
            log ends before it does.
        new_id: Its ID afterwards; none where it is not known.
        result: Its outputs afterwards; of a failed step what the engine keeps, empty if nothing.
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
    ended: str = PLANNED
    new_id: str | None = None
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether it is more than a look."""
        return self.action not in (SAME, READ)

    @property
    def is_of_the_engine(self) -> bool:
        """Whether it is the stack itself or a provider, which no program counts as resources."""
        return self.type.startswith(("pulumi:pulumi:", "pulumi:providers:"))

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
    """What was said during the command.

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
    """What is known of one command.

    Attributes:
        steps: One for each resource.
        messages: In their order, each once.
        found: What the provider has found out, as facts, with the URN of the resource.
        findings: Of policies.
        failed: Whether it ended with an error, so that steps may be missing.
        tells_all: Whether what it was read from says all: `pulumi preview --json` leaves out
            policies and resources that stay as they are.
        command: `PREVIEW`, `UPDATING` or `REFRESH`.
        ends: Whether the log has the command's end, which a killed one does not write, and a cut
            one has lost.
        not_done: What the preview before an update has planned, and the update did not do.
        started: Whether the update has begun; False where its own preview failed.
        missing: How the log of the update would be called, where there is none.
    """

    steps: tuple[Step, ...] = ()
    messages: tuple[Message, ...] = ()
    found: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    findings: tuple[Finding, ...] = ()
    failed: bool = False
    tells_all: bool = True
    command: str = PREVIEW
    ends: bool = True
    not_done: tuple[Step, ...] = ()
    started: bool = True
    missing: str = ""

    def facts(self, urn: str) -> list[Mapping[str, Any]]:
        """Return what the provider has found out about a resource."""
        return [facts for own, facts in self.found if own == urn]

    def said(self, urn: str) -> list[str]:
        """Return what the provider said of a resource, beside warnings and errors."""
        return [one.text for one in self.messages if one.urn == urn and one.severity == "info"]

    def error_of(self, urn: str) -> str:
        """Return why the step of a resource failed; empty where nothing says it."""
        errors = (one.text for one in self.messages if one.urn == urn and one.severity == "error")
        return next(errors, "")

    @property
    def stack(self) -> str:
        """Project and stack, such as `shop/prod`; empty when nothing says them."""
        for urn in (step.urn for step in (*self.steps, *self.not_done)):
            parts = urn.split(":", 3)
            if len(parts) == 4 and parts[:2] == ["urn", "pulumi"]:
                name, _, rest = (parts[2] + ":" + parts[3]).partition("::")
                return f"{rest.partition('::')[0]}/{name}"
        return ""


def name_in(urn: str) -> str:
    """Return the name that the program gives to the resource of a URN."""
    return urn.rpartition("::")[2]
