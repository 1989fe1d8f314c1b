"""Another account or endpoint in the same stack."""

from __future__ import annotations

import json
from typing import Any, Literal

import pulumi
from pulumi import Input, Output, ResourceOptions

from arize_tasks.resources.program import InvalidArgumentError, refuse_key_in_clear
from arize_tasks.settings import SETTINGS


class ArizeProvider(pulumi.ProviderResource):
    """An account of Arize AX: `opts=ResourceOptions(provider=eu)`.

    What is not given comes from the stack's config, never from the environment, so that a stack
    means the same on every machine. The key is encrypted in the state; a new one changes no task.

    Example:
        import pulumi
        import arize_tasks

        europe = arize_tasks.ArizeProvider(
            "europe",
            api_key=pulumi.Config().require_secret("europe_key"),
            region="eu-west-1a",
            space="my-space",
        )
        arize_tasks.EvaluationTask(
            "tone-in-europe",
            type="template_evaluation",
            project="my-project",
            evaluators=[{"evaluator": "my-evaluator"}],
            opts=pulumi.ResourceOptions(provider=europe),
        )
    """

    def __init__(
        self,
        resource_name: str,
        *,
        api_key: Input[str] | None = None,
        base_url: Input[str] | None = None,
        region: Input[str] | None = None,
        space: Input[str] | None = None,
        preflight: Input[Literal["auto", "always", "never"] | str] | None = None,
        request_timeout_seconds: Input[float] | None = None,
        max_retries: Input[int] | None = None,
        settle_seconds: Input[float] | None = None,
        max_concurrent_runs: Input[int] | None = None,
        allow_insecure_http: Input[bool] | None = None,
        allow_endpoint_change: Input[bool] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """An account of Arize AX: `opts=ResourceOptions(provider=eu)`.

        Args:
            resource_name: Pulumi's name for the provider.
            api_key: The account's API key; always kept as a secret. Default: `arize:apiKey`.
            base_url: The API's address; not together with `region`. Default: `arize:baseUrl`, else
                https://api.arize.com.
            region: A region of Arize's, such as eu-west-1a; not together with `base_url`. Default:
                `arize:region`.
            space: Name or ID of the space where a resource gives none. Default: `arize:space`.
            preflight: Whether a preview looks names up: auto (where there is a key), always or
                never. Default: `arize:preflight`, else auto.
            request_timeout_seconds: Longest time for one request, seconds, > 0. Default:
                `arize:requestTimeoutSeconds`, else 30.
            max_retries: Of one request, ≥ 0. Default: `arize:maxRetries`, else 4.
            settle_seconds: How long after a creating request with an unknown outcome nothing is
                sent again, seconds, ≥ 0. Default: `arize:settleSeconds`, else 60.
            max_concurrent_runs: How many task runs one command waits for at once, ≥ 1; the others
                are triggered as these end. Default: `arize:maxConcurrentRuns`, else any number.
            allow_insecure_http: Whether plain http is taken for other machines, too. Default:
                `arize:allowInsecureHttp`, else false.
            allow_endpoint_change: Whether a state that was made at another endpoint is taken over.
                Default: `arize:allowEndpointChange`, else false.
            opts: Pulumi's resource options. Default: none.

        Raises:
            InvalidArgumentError: `base_url` and `region` are both given.
        """
        refuse_key_in_clear()
        if base_url is not None and region is not None:
            raise InvalidArgumentError(
                f"ArizeProvider '{resource_name}': base_url and region exclude each other: give "
                "one of them."
            )
        given: dict[str, Any] = {
            "api_key": api_key,
            "base_url": base_url,
            "region": region,
            "space": space,
            "preflight": preflight,
            "request_timeout_seconds": request_timeout_seconds,
            "max_retries": max_retries,
            "settle_seconds": settle_seconds,
            "max_concurrent_runs": max_concurrent_runs,
            "allow_insecure_http": allow_insecure_http,
            "allow_endpoint_change": allow_endpoint_change,
        }
        # The argument wins over both ways in which the config may name the endpoint.
        own_endpoint = base_url is not None or region is not None
        # What our provider process gets looks like the stack's config; errors must name the place.
        props: dict[str, Any] = {"arize:explicit": "true"}
        for name, key in ((row.name, row.config_key) for row in SETTINGS):
            value = given[name]
            if value is None and not (own_endpoint and name in ("base_url", "region")):
                value = pulumi.runtime.get_config(key)
            if value is not None:
                text = Output.from_input(value).apply(_text)
                props[key] = Output.secret(text) if name == "api_key" else text
        super().__init__("pulumi-python", resource_name, props, opts)
        # Functions ask in the program, where the engine's own copy cannot be read.
        self._stack_config = props


def _text(value: Any) -> str:
    """Return a setting as the engine carries it."""
    return value if isinstance(value, str) else json.dumps(value)
