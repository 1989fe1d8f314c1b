"""The provider of evaluators. Its module path and class name are frozen in every user's state."""

from __future__ import annotations

from arize_tasks.provider.protocol import ArizeResourceProvider

FROM_NAME = "<from the name>"
"""Stands for a column that check() makes of the name; no column can be called so."""


class EvaluatorProvider(ArizeResourceProvider):
    """All types of evaluators; which rules apply follows from the input `type`."""

    resource = "TemplateEvaluator"
