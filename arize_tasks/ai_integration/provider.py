"""The provider of AI integrations. Its module path and class name are frozen in every state."""

from __future__ import annotations

from arize_tasks.provider.protocol import ArizeResourceProvider


class AiIntegrationProvider(ArizeResourceProvider):
    """What the state of an AI integration refers to."""

    resource = "AiIntegration"
