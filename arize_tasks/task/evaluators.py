"""The evaluators of a task, and the data they are fed: span, or trace and session.

Source: `SpanEvaluatorInput`, `TraceOrSessionEvaluatorInput` and `TaskQueryFiltersInput` of POST and
PATCH /v2/tasks; all bounds are theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from arize_tasks.schema.base import Spec, exactly_one_of
from arize_tasks.schema.behaviour import UNORDERED, Each, IdOf, NameOf
from arize_tasks.schema.fields import AnyText, DictOf, EmptyIsNone, ListOf, Text
from arize_tasks.schema.unknown import UNKNOWN, has_unknown, is_given

QueryId = Annotated[Text, Field(pattern="^[A-E]$")]


class QueryFilter(Spec):
    """One named query of a trace or session task."""

    KEY: ClassVar[str | None] = "id"

    id: QueryId = Field(description="one letter from A to E")
    filter: Annotated[AnyText, Field(max_length=2000)] = Field(
        description="a string of at most 2,000 characters"
    )


class QueryFilters(Spec):
    """The named queries of a trace or session task, and how they combine."""

    filters: Annotated[
        Annotated[ListOf[QueryFilter], Field(min_length=1, max_length=5)],
        UNORDERED,
        Each("a dict with id and filter"),
    ] = Field(description="a list of 1 to 5 dicts with id and filter")
    expression: Annotated[Text, Field(max_length=512)] | None = Field(
        None, description='an expression over the ids, such as "A AND B" (at most 512 characters)'
    )

    def rules(self) -> Iterator[str]:
        """Ids are unique; several filters need an expression, which names only them."""
        if not is_given(self.filters):
            return
        # A single filter needs none, and the service shows one all the same: its letter.
        if len(self.filters) > 1 and self.expression is None:
            yield 'expression: is needed with two or more filters, such as "A AND B"'
        ids = [item.id for item in self.filters if is_given(item) and is_given(item.id)]
        if len(set(ids)) < len(ids):
            yield "filters: each id (A to E) can be used once; give every filter its own"
        # Only the letters: how they may be combined is for the service to judge.
        used = re.findall(r"\b[A-E]\b", str(self.expression)) if is_given(self.expression) else []
        if self.declared_ids() is not None and set(used) - set(ids):
            yield "expression: names a query that filters does not have; add it there"

    def declared_ids(self) -> set[str] | None:
        """Return the ids of all filters; None while one of them is not known."""
        if not is_given(self.filters) or has_unknown([getattr(f, "id", f) for f in self.filters]):
            return None
        return {item.id for item in self.filters}


class QueryMapping(Spec):
    """Where a variable of a trace or session evaluator takes its value from."""

    KEY: ClassVar[str | None] = "variable_name"

    variable_name: Annotated[Text, Field(max_length=256)] = Field(
        description="the template variable's name (1 to 256 characters)"
    )
    query_ids: Annotated[
        Annotated[ListOf[QueryId], Field(max_length=5)], UNORDERED, Each("one letter from A to E")
    ] = Field(description="a list of at most 5 letters from A to E (empty: any query)")
    attribute_path: Annotated[AnyText, Field(max_length=1024)] = Field(
        description="a span attribute's path, such as attributes.input.value (at most 1,024 "
        "characters)"
    )


class Evaluator(Spec):
    """One evaluator of a task: which, pinned to what, fed with what."""

    KEY: ClassVar[str | None] = "evaluator_id"
    # The list is replaced as a whole, so a pin or a filter added on the server is drift.
    WHOLE: ClassVar[bool] = True

    evaluator: Annotated[Text | None, NameOf("evaluator", into="evaluator_id")] = Field(
        None, description="the name or ID of an evaluator"
    )
    evaluator_id: Annotated[Text | None, IdOf("evaluator", "evaluator")] = Field(
        None, description="the ID of an evaluator"
    )
    evaluator_version_id: Annotated[
        Text | None, IdOf("evaluator version", within="evaluator_id")
    ] = Field(None, description="the ID of a version of the evaluator; without it, the latest runs")
    query_filter: Text | None = Field(
        None, description="a non-empty string (it is joined to the task's filter with AND)"
    )
    column_mappings: Annotated[
        DictOf[AnyText] | None, EmptyIsNone, Each("the name of a column (a string)")
    ] = Field(None, description="a dict of template variable → column (strings)")
    query_mappings: Annotated[
        Annotated[ListOf[QueryMapping], Field(min_length=1, max_length=50)] | None,
        UNORDERED,
        Each("a dict with variable_name, query_ids and attribute_path"),
    ] = Field(
        None,
        description="a list of 1 to 50 dicts with variable_name, query_ids and attribute_path",
    )

    def rules(self) -> Iterator[str]:
        """One way to say which; one shape, of a span or of a trace or session."""
        yield from exactly_one_of(self, "evaluator", "evaluator_id")
        known = self.known()
        if "query_mappings" in known:
            for name in ("query_filter", "column_mappings"):
                if name in known:
                    yield (
                        f"{name}: belongs to span evaluators, and query_mappings to trace or "
                        "session evaluators; remove one"
                    )

    @property
    def takes_spans(self) -> bool | None:
        """Whether it has the span shape; None where that is not known."""
        if self.query_mappings is None:
            return True
        return None if self.query_mappings is UNKNOWN else False

    def queries(self) -> set[Any]:
        """Return the ids of all queries that its mappings name, as far as they are known."""
        return {
            query
            for mapping in self.known().get("query_mappings", ())
            if mapping is not UNKNOWN
            for query in mapping.known().get("query_ids", ())
            if query is not UNKNOWN
        }
