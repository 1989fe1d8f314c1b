"""What our resource classes have in common: their type tokens, and reading what exists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pulumi
from pulumi import Input, ResourceOptions
from pulumi.dynamic import Resource, ResourceProvider
from typing_extensions import Self

from arize_tasks.resources.private import wait_for_the_resource_alone
from arize_tasks.resources.program import refuse_key_in_clear

NO_ORGANIZATION = "organization"
"""What Pulumi says where the backend knows no organizations."""


class ArizeResource(Resource):
    """A dynamic resource whose subclasses in users' programs keep its type token.

    Pulumi gives a subclass without the keywords the token of a nameless dynamic resource; the
    engine would then delete what is there and make another.
    """

    def __init_subclass__(cls, module: str = "", name: str = "", **kwargs: Any) -> None:
        inherited = cls._resource_type_name if hasattr(cls, "_resource_type_name") else None
        super().__init_subclass__(module=module, name=name or "Resource", **kwargs)
        if not name and inherited is not None:
            cls._resource_type_name = inherited

    def __init__(
        self,
        provider: ResourceProvider,
        resource_name: str,
        props: dict[str, Any],
        opts: ResourceOptions | None,
    ) -> None:
        refuse_key_in_clear()
        organization = pulumi.get_organization()
        if organization != NO_ORGANIZATION:
            # Two organizations may have stacks of one name; a provider can't tell by itself.
            props = {**props, "organization": organization}
        super().__init__(provider, resource_name, props, opts)
        wait_for_the_resource_alone(vars(self).get(name) for name in props)

    @classmethod
    def _existing(
        cls,
        provider: ResourceProvider,
        resource_name: str,
        id_: Input[str],
        outputs: Iterable[str],
        opts: ResourceOptions | None,
    ) -> Self:
        """Read one that exists; `face` tells the provider which class asks."""
        found = cls.__new__(cls)
        props = {**dict.fromkeys(outputs), "face": cls._resource_type_name.rpartition(":")[2]}
        opts = ResourceOptions.merge(opts, ResourceOptions(id=id_))
        ArizeResource.__init__(found, provider, resource_name, props, opts)
        return found
