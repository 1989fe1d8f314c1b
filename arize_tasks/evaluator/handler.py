"""What evaluators add to the generic handler: the column, which is made once."""

from __future__ import annotations

from typing import Any

from arize_tasks.errors import ArizeTasksError
from arize_tasks.evaluator.provider import FROM_NAME
from arize_tasks.evaluator.spec import column_for
from arize_tasks.provider import adoption, host
from arize_tasks.provider.handler import Handler
from arize_tasks.provider.verbs import Data
from arize_tasks.schema.unknown import UNKNOWN


class EvaluatorHandler(Handler):
    """LLM judges and code evaluators."""

    def check(self, values: Data, old: Data) -> tuple[Data, list[str]]:
        """Judge what is declared; a column is made where the program gives none."""
        if values.get("column") in (None, FROM_NAME):
            values = {**values, "column": old.get("column") or self._column(values)}
        return super().check(values, old)

    def _column(self, values: Data) -> Any:
        name = values.get("name")
        if values.get("adopt") is not None:
            return self._column_of_adopted(values)
        if name is UNKNOWN:
            return UNKNOWN
        return column_for(str(name) if name else host.resource_name() or "")

    def _column_of_adopted(self, values: Data) -> Any:
        """Return the column of what is adopted; UNKNOWN where that can't be asked."""
        spec = self.kind.examine(self._given(values))[0]
        if spec is None or spec.adopt is UNKNOWN or spec.space is UNKNOWN:
            return UNKNOWN
        try:
            record = self.session.ask(lambda: adoption.find(self, spec))
        except ArizeTasksError:
            return UNKNOWN  # what is wrong is said where it is judged
        if record is UNKNOWN:
            return UNKNOWN
        return type(spec).heard(record.as_json()).get("column", UNKNOWN)
