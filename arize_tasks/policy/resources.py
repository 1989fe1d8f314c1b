"""What Pulumi shows to a policy, as specs: what is not known yet is `UNKNOWN`.

The only place that knows in which form a policy gets resources: inputs in a rule for one resource,
outputs in a rule for the stack. Secrets come in plaintext there, so no rule may quote a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pulumi_policy import PolicyResource, ResourceValidationArgs, StackValidationArgs
from pulumi_policy.proxy import UnknownValueError

from arize_tasks.schema.kind import ONLY_READ, Kind
from arize_tasks.schema.kinds import kind_of
from arize_tasks.schema.state import MANAGED
from arize_tasks.schema.unknown import UNKNOWN


@dataclass(frozen=True)
class Seen:
    """One of our resources, as a rule judges it.

    Attributes:
        name: Its Pulumi name.
        stack: The stack's name.
        urn: Where a violation is reported.
        spec: What is declared; UNKNOWN wherever that is not known yet.
        tasks: In a rule for the stack, the resources that its `task` comes from.
        judges: In a rule for the stack, the URNs of those that its `criteria` come from.
        protected: Whether its options protect it from being deleted.
    """

    name: str
    stack: str
    urn: str
    spec: Any
    tasks: tuple[Seen, ...] = field(default=())
    judges: tuple[str, ...] = field(default=())
    protected: bool = False

    @property
    def task_name(self) -> Any:
        """A task's name; its Pulumi name, of which its name is made, where none is declared."""
        declared = getattr(self.spec, "name", None)
        return self.name if declared is None else declared


def seen_resource(args: ResourceValidationArgs) -> Seen | None:
    """Return the resource that a rule is asked about; None where it is none of ours."""
    found = _seen(args.resource_type, args.urn, args.props)
    return found and replace(found, protected=args.opts.protect)


def seen_stack(args: StackValidationArgs) -> Iterator[Seen]:
    """Yield all of our resources in a stack."""
    for resource in args.resources:
        found = _seen(resource.resource_type, resource.urn, resource.props, _tasks_of(resource))
        if found is not None:
            criteria = resource.property_dependencies.get("criteria", ())
            judges = tuple(source.urn for source in criteria)
            yield replace(found, judges=judges, protected=resource.opts.protect)


def _tasks_of(resource: PolicyResource) -> tuple[Seen, ...]:
    sources = resource.property_dependencies.get("task", ())
    tasks = (_seen(source.resource_type, source.urn, source.props) for source in sources)
    return tuple(task for task in tasks if task is not None)


def _seen(
    type_: str, urn: str, props: Mapping[str, Any], tasks: tuple[Seen, ...] = ()
) -> Seen | None:
    kind = kind_of(type_)
    # What a program only reads (`Task.get`) is not judged: it declares nothing.
    spec = None if kind is None or ONLY_READ in props else _spec(kind, _known(props))
    if spec is None:
        return None
    # urn:pulumi:<stack>::<project>::<types>::<name>; a name may hold anything, even `::`.
    stack, _, _, name = urn.removeprefix("urn:pulumi:").split("::", 3)
    return Seen(name=name, stack=stack, urn=urn, spec=spec, tasks=tasks)


def _spec(kind: Kind, values: dict[str, Any]) -> Any:
    # Outputs hold what the service filled in as well; what the program gave stands in `managed`.
    managed = values.get(MANAGED)
    chosen = kind.spec_class(values.get("type"))
    spec = None if chosen is None else chosen.read(values)
    if spec is None or not isinstance(managed, list):
        return spec
    return spec.model_copy(update={n: None for n in spec.OPTIONAL if n not in managed})


def _known(value: Any) -> Any:
    """Copy what a policy gets into plain data.

    Reading an unknown value raises. A remediation gets the engine's mark for it instead, which is
    a text: where a spec expects something else, that is unreadable, and so becomes UNKNOWN too.
    """
    if isinstance(value, Mapping):
        return {key: _item(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_item(value, position) for position in range(len(value))]
    return value


def _item(values: Any, key: Any) -> Any:
    try:
        return _known(values[key])
    except UnknownValueError:
        return UNKNOWN
