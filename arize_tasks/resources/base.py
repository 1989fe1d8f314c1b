"""What our resource classes have in common: their type tokens, and reading what exists."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar

import pulumi
from pulumi import Input, Output, ResourceOptions
from pulumi.dynamic import Resource, ResourceProvider
from typing_extensions import Self

from arize_tasks.resources.private import wait_for_the_resource_alone
from arize_tasks.resources.program import (
    InvalidArgumentError,
    refuse_key_in_clear,
    refuse_misspelt_settings,
)
from arize_tasks.resources.values import carried
from arize_tasks.schema.ids import looks_like_id


class ArizeResource(Resource):
    """A dynamic resource whose subclasses in users' programs keep its type token.

    Pulumi gives a subclass without the keywords the token of a nameless dynamic resource; the
    engine would then delete what is there and make another.
    """

    stands_for: ClassVar[str] = ""
    """The arguments called so take an object of this class in the place of its ID."""

    secret_arguments: ClassVar[tuple[str, ...]] = ()
    """What is a secret, whatever the program gives."""

    _outputs_to_come: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, module: str = "", name: str = "", **kwargs: Any) -> None:
        inherited = cls._resource_type_name
        super().__init_subclass__(module=module, name=name or "Resource", **kwargs)
        if name:
            hints = inspect.get_annotations(cls, eval_str=True).items()
            cls._outputs_to_come += tuple(
                key for key, hint in hints if getattr(hint, "__origin__", None) is Output
            )
        else:
            # What a user's subclass annotates is its own, so it adds no outputs either.
            cls._resource_type_name = inherited

    def __init__(
        self,
        provider: ResourceProvider,
        resource_name: str,
        props: dict[str, Any],
        opts: ResourceOptions | None,
    ) -> None:
        refuse_key_in_clear()
        refuse_misspelt_settings()
        if opts is not None and opts.import_ is not None:
            raise InvalidArgumentError(
                f"{type(self).__name__} '{resource_name}': opts.import_ is not possible for "
                "dynamic resources; give the ID as adopt, where the class has that argument."
            )
        for secret in self.secret_arguments:
            if props.get(secret) is not None:
                props[secret] = Output.secret(props[secret])
        if self.secret_arguments:
            # The service's own values of them are secret, too.
            hidden = ResourceOptions(additional_secret_outputs=list(self.secret_arguments))
            opts = ResourceOptions.merge(opts, hidden)
        if "name" in props and opts is not None and opts.delete_before_replace:
            props["delete_before_replace"] = True  # a check can't see the options
        props = carried(f"{type(self).__name__} '{resource_name}'", props)
        if "face" not in props:
            props.update(self._computed(props))
        # Pulumi gives a resource those outputs alone that it was told of; None says: one will come.
        props = {**dict.fromkeys(self._outputs_to_come), **props}
        organization = pulumi.get_organization()
        # "organization" is what Pulumi says where the backend knows none. Two organizations may
        # have stacks of one name, and a provider can't ask which one it serves.
        if organization != "organization":
            props["organization"] = organization
        super().__init__(provider, resource_name, props, opts)
        wait_for_the_resource_alone(vars(self).get(name) for name in props)

    def _computed(self, declared: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return placeholders of the inputs that the provider computes from what is declared."""
        return {}

    @classmethod
    def _existing(
        cls,
        provider: ResourceProvider,
        resource_name: str,
        id_: Input[str],
        opts: ResourceOptions | None,
    ) -> Self:
        """Read one that exists; `face` tells the provider which class asks."""
        # The constructors demand what a resource to be made needs, and nothing is made here.
        if isinstance(id_, str) and not looks_like_id(id_):
            raise InvalidArgumentError(
                f"{cls.__name__}.get '{resource_name}': id must be an ID; the functions, such as "
                "arize_tasks.get_task, find one by its name."
            )
        found = cls.__new__(cls)
        props = {"face": cls._resource_type_name.rpartition(":")[2]}
        opts = ResourceOptions.merge(opts, ResourceOptions(id=id_))
        ArizeResource.__init__(found, provider, resource_name, props, opts)
        return found


class ReadableResource(ArizeResource):
    """A resource that can be read without being managed."""

    provider_class: ClassVar[type[ResourceProvider]]
    """Whose instance is the provider."""

    @classmethod
    def get(
        cls, resource_name: str, id: Input[str], *, opts: ResourceOptions | None = None
    ) -> Self:
        """Read one that exists, without managing it.

        Args:
            resource_name: Pulumi's name for it.
            id: Its ID.
            opts: Pulumi's resource options. Default: none.

        Raises:
            pulumi.RunError: There is none, or it is of another kind than this class.
        """
        return cls._existing(cls.provider_class(), resource_name, id, opts)
