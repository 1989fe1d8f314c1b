"""The provider of datasets. Its module path and class name are frozen in every user's state."""

from __future__ import annotations

from arize_tasks.provider.protocol import ArizeResourceProvider


class DatasetProvider(ArizeResourceProvider):
    """What the state of a dataset refers to."""

    resource = "Dataset"
