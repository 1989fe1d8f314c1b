"""Datasets as Pulumi resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi import Input, Output, ResourceOptions

from arize_tasks.dataset.provider import DatasetProvider
from arize_tasks.resources.base import ReadableResource


class Dataset(ReadableResource, module="arize", name="Dataset"):
    """A dataset of Arize AX, with its examples.

    A change of its rows makes one new version: changed rows, new ones, and without those that are
    gone; the preview says `+3 ~1 -0`. Resources that depend on it wait for the whole version;
    others may see it half filled. A column that no row has any more can't be removed: that is
    refused.

    Example:
        import arize_tasks

        arize_tasks.Dataset(
            "golden",
            key="name",
            examples=[
                {"name": "sum", "question": "What is 2 + 2?", "answer": "4"},
                {"name": "capital", "question": "The capital of France?", "answer": "Paris"},
            ],
        )

    Attributes:
        space_id: The ID of its space.
        version_id: The latest version: what this declaration has made, or found to be the same.
        num_examples: How many rows it has.
        created_at: When it was made.
        updated_at: When it was last changed.
        endpoint: The base URL at which it lives.

    Destroyed:
        The dataset is deleted, with its versions, examples, experiments and tasks: give
        opts=pulumi.ResourceOptions(protect=True) or retain_on_delete=True where that must not
        happen.

    Source: POST, GET, PATCH, DELETE /v2/datasets and /v2/datasets/{id}/examples.
    """

    stands_for = "dataset"
    provider_class = DatasetProvider

    name: Output[str]
    space: Output[str | None]
    space_id: Output[str]
    examples: Output[Sequence[Mapping[str, Any]] | None]
    source: Output[str | None]
    key: Output[str | None]
    adopt: Output[str | None]
    version_id: Output[str]
    num_examples: Output[int]
    created_at: Output[str]
    updated_at: Output[str]
    endpoint: Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        examples: Input[Sequence[Input[Mapping[str, Any]]]] | None = None,
        source: Input[str] | None = None,
        key: Input[str] | None = None,
        name: Input[str] | None = None,
        space: Input[str] | None = None,
        adopt: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """A dataset of Arize AX, with its examples.

        Args:
            resource_name: Pulumi's name for the resource.
            examples: The rows, each a dict. They stand in the state: for more than some hundred,
                give `source`. Default: none; with `adopt`, rows are not managed then.
            source: Path of a .jsonl or .csv file (UTF-8, at most 256 MiB), read by the provider;
                the state keeps digests of its rows. Values of a .csv file are strings. In place of
                `examples`. Default: none.
            key: The column that names a row: a string or a number that no two rows share. Default:
                none; rows can be created then, and not changed.
            name: The dataset's name, unique in its space. Default: the resource's name with a
                random suffix, stable for the dataset's life. A change renames it.
            space: Name or ID of the space. Default: `arize:space`, else `ARIZE_SPACE`. A change is
                refused.
            adopt: Name or ID of a dataset that exists: it is managed from then on; its rows, too,
                where `examples` or `source` is given. Taking the argument away later changes
                nothing. Default: a new dataset is made.
            opts: Pulumi's resource options. Default: none.
        """
        declared: dict[str, Any] = {
            "examples": examples,
            "source": source,
            "key": key,
            "name": name,
            "space": space,
            "adopt": adopt,
        }
        super().__init__(self.provider_class(), resource_name, declared, opts)
