"""What a dataset is. Source: POST and PATCH /v2/datasets, and of its examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from arize_tasks.schema.behaviour import FIXED, INTERNAL, LOCAL, ROWS, Each, IdOf, NameOf
from arize_tasks.schema.collections import COLLECTIONS
from arize_tasks.schema.fields import FreeForm, ListOf, Text
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.named import InSpaceSpec
from arize_tasks.schema.unknown import is_given


class DatasetSpec(InSpaceSpec):
    """Examples, each with an input and whatever else belongs to it, in versions."""

    OPTIONAL: ClassVar[tuple[str, ...]] = InSpaceSpec.OPTIONAL

    # In another space it would be a new one, and with the old one its experiments would go.
    space: Annotated[Text | None, FIXED, NameOf("space", into="space_id")] = Field(
        None, description="the name or ID of a space"
    )
    space_id: Annotated[Text | None, FIXED, INTERNAL, IdOf("space", "space")] = Field(
        None, description="the ID of a space"
    )
    examples: Annotated[
        Annotated[ListOf[FreeForm], Field(min_length=1)] | None, ROWS, Each("a dict")
    ] = Field(None, description="a list of at least one example, each a dict")
    source: Annotated[Text | None, ROWS] = Field(
        None, description="the path of a .jsonl or .csv file"
    )
    key: Annotated[Text | None, ROWS] = Field(
        None, description="the name of the column that names an example"
    )
    adopt: Annotated[Text | None, LOCAL, NameOf("dataset")] = Field(
        None, description="the name or ID of a dataset"
    )

    def rules(self) -> Iterator[str]:
        """Rows come from one place."""
        if is_given(self.examples) and is_given(self.source):
            yield "examples and source exclude each other; give one of them"
        if not self.has_rows and is_given(self.key):
            yield "key: belongs to rows; give examples or source as well, or remove it"

    @property
    def has_rows(self) -> bool:
        """Whether the program says which rows there are."""
        return self.examples is not None or self.source is not None


DATASET = Kind(
    noun="dataset",
    specs={"": DatasetSpec},
    classes={"Dataset": ()},
    handler="arize_tasks.dataset.handler:DatasetHandler",
    collection=COLLECTIONS["dataset"],
    scope=("space_id",),
    computed=("created_at", "updated_at"),
    derived=("adopting", "rows_digest"),
    loses="experiment",
)
