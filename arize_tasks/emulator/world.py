"""Everything there is beside tasks and runs: how to make each kind, and the seeded fixtures."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from arize_tasks.emulator.store import Resource, Store
from arize_tasks.emulator.values import iso, mint, now

# The fixtures' own instant, so that they are the same after each reset.
SEEDED_AT = "2026-01-05T09:00:00.000Z"
ORGANIZATION_ID = mint("Organization", 1)
USER_ID = mint("User", 1)
CREDENTIALS_REASON = (
    "The run was cancelled because the credentials of the AI integration were rejected by the "
    "provider."
)
# A trace has four spans and a session two traces; arbitrary, but different from one another.
DEFAULT_PROJECT_ROWS = {"SPAN": 40, "TRACE": 10, "SESSION": 5}
DEFAULT_EXAMPLES = 20


class Maker:
    """Makes resources of every kind, with new identifiers and the present time, or the seed's.

    Attributes:
        at: The text of the creation time.
    """

    def __init__(self, store: Store, *, seeding: bool = False) -> None:
        self._store = store
        self._seeded: dict[str, int] | None = {} if seeding else None
        self.at = SEEDED_AT if seeding else iso(now())

    def new_id(self, kind: str) -> str:
        """An identifier that was never given before; the seed counts each kind from 1."""
        if self._seeded is None:
            return mint(kind, self._store.next_number())
        self._seeded[kind] = self._seeded.get(kind, 0) + 1
        return mint(kind, self._seeded[kind])

    def _add(self, kind: str, name: str, body: dict[str, Any], **columns: Any) -> Resource:
        id_ = self.new_id(kind)
        return self._store.add(
            Resource(id=id_, kind=kind, name=name, body={"id": id_, **body}, **columns)
        )

    def space(self, name: str) -> Resource:
        """A space."""
        body = {
            "organization_id": ORGANIZATION_ID,
            "name": name,
            "description": "",
            "created_at": self.at,
            "is_private": False,
        }
        return self._add("Space", name, body)

    def project(self, space_id: str, name: str, rows: int | None = None) -> Resource:
        """A project; `rows` is its number of spans, which carry no labels yet."""
        counts = DEFAULT_PROJECT_ROWS
        if rows is not None:
            counts = {"SPAN": rows, "TRACE": -(-rows // 4), "SESSION": -(-rows // 8)}
        body = {
            "name": name,
            "space_id": space_id,
            "created_at": self.at,
            "project_type": "APPLICATION",
        }
        return self._add(
            "Model", name, body, space_id=space_id, type="APPLICATION", private={"rows": counts}
        )

    def dataset(self, space_id: str, name: str, examples: int = DEFAULT_EXAMPLES) -> Resource:
        """A dataset with one version and some examples."""
        body = {
            "name": name,
            "space_id": space_id,
            "created_at": self.at,
            "updated_at": self.at,
        }
        dataset = self._add("Dataset", name, body, space_id=space_id)
        ids = [self.new_id("DatasetExample") for _ in range(examples)]
        dataset.private["example_ids"] = ids
        self._store.save(dataset)
        version = {
            "name": "v1",
            "dataset_id": dataset.id,
            "created_at": self.at,
            "updated_at": self.at,
        }
        self._add("DatasetVersion", "v1", version, space_id=space_id, parent_id=dataset.id)
        return dataset

    def experiment(
        self,
        dataset_id: str,
        name: str,
        rows: int | None = None,
        dataset_version_id: str | None = None,
        integration_id: str | None = None,
        hidden: bool = False,
    ) -> Resource:
        """An experiment with one row an example, or as many as `rows` says."""
        dataset = self._store.get(dataset_id, "Dataset", hidden=True)
        assert dataset is not None  # noqa: S101 - the callers have looked
        versions = self._store.select("DatasetVersion", parent_ids=[dataset_id], hidden=True)
        body = {
            "name": name,
            "space_id": dataset.space_id,
            "dataset_id": dataset_id,
            "dataset_version_id": dataset_version_id or versions[0].id,
            "created_at": self.at,
            "updated_at": self.at,
            "experiment_traces_project_id": None,
            "integration_id": integration_id,
        }
        count = len(dataset.private["example_ids"]) if rows is None else rows
        return self._add(
            "Experiment",
            name,
            body,
            space_id=dataset.space_id,
            parent_id=dataset_id,
            hidden=hidden,
            private={"rows": count},
        )

    def evaluator(
        self, space_id: str, name: str, type: str = "TEMPLATE", **version: Any
    ) -> Resource:
        """An evaluator with its first version; `version` as in `evaluator_version`."""
        body = {
            "name": name,
            "description": None,
            "type": type,
            "space_id": space_id,
            "created_at": self.at,
            "updated_at": self.at,
            "created_by_user_id": USER_ID,
        }
        evaluator = self._add("Evaluator", name, body, space_id=space_id, type=type)
        self.evaluator_version(evaluator.id, **version)
        return evaluator

    def evaluator_version(
        self,
        evaluator_id: str,
        column: str | None = None,
        ai_integration_id: str | None = None,
        data_granularity: str = "SPAN",
        managed: bool = False,
        commit_message: str = "",
        query_filter: str | None = None,
        **template: Any,
    ) -> Resource:
        """A newer version of an evaluator.

        Args:
            evaluator_id: The evaluator.
            column: The evaluation column that it labels; the evaluator's name if not given.
            ai_integration_id: For a template: the judge's integration, the seeded one if not given.
            data_granularity: SPAN, TRACE or SESSION.
            managed: For code: built in, where not given it is custom code.
            commit_message: What changed.
            query_filter: For code: the rows that it scores.
            template: For a template: what takes the place of the usual `classification_choices`
                (None for a free-form judge), `direction` and `include_explanations`.
        """
        evaluator = self._store.get(evaluator_id, "Evaluator", hidden=True)
        assert evaluator is not None  # noqa: S101 - the callers have looked
        common = {"name": column or evaluator.name, "data_granularity": data_granularity}
        if evaluator.type == "TEMPLATE":
            integration_id = ai_integration_id or mint("LlmIntegration", 1)
            config = {"template_config": _template(integration_id) | template | common}
        else:
            code = _MANAGED_CODE if managed else _CUSTOM_CODE
            config = {"code_config": code | common | {"query_filter": query_filter}}
        earlier = self._store.select("EvaluatorVersion", parent_ids=[evaluator_id], hidden=True)
        stem = json.dumps([evaluator_id, len(earlier), config], sort_keys=True)
        body = {
            "evaluator_id": evaluator_id,
            "commit_hash": hashlib.sha256(stem.encode()).hexdigest()[:40],
            "commit_message": commit_message,
            "created_at": self.at,
            "created_by_user_id": USER_ID,
            "type": evaluator.type,
            **config,
        }
        return self._add(
            "EvaluatorVersion",
            evaluator.name,
            body,
            space_id=evaluator.space_id,
            parent_id=evaluator_id,
            type=evaluator.type,
        )

    def ai_integration(self, space_id: str, name: str, broken: bool = False) -> Resource:
        """An AI integration; with `broken`, runs that need it find that its key is refused."""
        body = {
            "name": name,
            "provider": "OPEN_AI",
            "has_api_key": True,
            "base_url": None,
            "model_names": ["gpt-4o", "gpt-4o-mini"],
            "headers": None,
            "enable_default_models": True,
            "function_calling_enabled": True,
            "auth_type": "DEFAULT",
            "provider_metadata": None,
            "scopings": [{"organization_id": ORGANIZATION_ID, "space_id": space_id}],
            "created_at": self.at,
            "updated_at": self.at,
            "created_by_user_id": USER_ID,
        }
        return self._add(
            "LlmIntegration", name, body, space_id=space_id, private={"broken": broken}
        )

    def integration(self, space_id: str, name: str, broken: bool = False) -> Resource:
        """An integration of type AGENT."""
        body = {
            "type": "AGENT",
            "name": name,
            "description": None,
            "scopings": [{"organization_id": ORGANIZATION_ID, "space_id": space_id}],
            "created_at": self.at,
            "updated_at": self.at,
            "created_by_user_id": USER_ID,
            "config": {
                "endpoint": "https://agent.example.com/run",
                "has_headers": False,
                "input_schema": {"type": "object"},
                "request_presets": [],
            },
        }
        return self._add(
            "AgentIntegration",
            name,
            body,
            space_id=space_id,
            type="AGENT",
            private={"broken": broken},
        )


def _template(integration_id: str) -> dict[str, Any]:
    return {
        "template": "Is the answer right?\nQuestion: {input}\nAnswer: {output}",
        "include_explanations": True,
        "use_function_calling": False,
        "use_structured_output": True,
        "classification_choices": {"correct": 1, "incorrect": 0},
        "direction": "MAXIMIZE",
        "llm_config": {
            "ai_integration_id": integration_id,
            "model_name": "gpt-4o",
            "invocation_parameters": {},
            "provider_parameters": {},
        },
    }


_CUSTOM_CODE = {
    "type": "CUSTOM",
    "code": "class NotEmpty(CodeEvaluator):\n    def evaluate(self, output): ...",
    "imports": None,
    "variables": ["output"],
    "static_params": [],
}
_MANAGED_CODE = {
    "type": "MANAGED",
    "managed_evaluator": "JSON_PARSEABLE",
    "variables": ["output"],
    "static_params": [],
}


def seed(store: Store) -> None:
    """Fill an empty store with the fixtures, and remember their names and identifiers."""
    make = Maker(store, seeding=True)
    space, other_space = make.space("my-space"), make.space("my-space-2")
    # The same name in the space that `my-space` is a part of, as a trap for substring filters;
    # made first, so that lists, newest first, give the own one before it.
    other_project = make.project(other_space.id, "my-project")
    project = make.project(space.id, "my-project")
    dataset = make.dataset(space.id, "my-dataset")
    experiment = make.experiment(dataset.id, "my-experiment")
    version = store.select("DatasetVersion", parent_ids=[dataset.id])[0]
    ai_integration = make.ai_integration(space.id, "my-openai-integration")
    broken_integration = make.ai_integration(space.id, "my-broken-integration", broken=True)
    agent = make.integration(space.id, "my-agent-integration")
    fixed: dict[str, Resource] = {
        "evaluator": make.evaluator(space.id, "my-evaluator", column="correctness"),
        "second_evaluator": make.evaluator(space.id, "my-second-evaluator", column="helpfulness"),
        "code_evaluator": make.evaluator(space.id, "my-code-evaluator", "CODE", column="not_empty"),
        "second_code_evaluator": make.evaluator(
            space.id, "my-second-code-evaluator", "CODE", column="not_rude"
        ),
        "managed_code_evaluator": make.evaluator(
            space.id, "my-managed-code-evaluator", "CODE", column="is_json", managed=True
        ),
        "trace_evaluator": make.evaluator(
            space.id, "my-trace-evaluator", column="goal_reached", data_granularity="TRACE"
        ),
        "broken_evaluator": make.evaluator(
            space.id,
            "my-broken-evaluator",
            column="unjudged",
            ai_integration_id=broken_integration.id,
        ),
    }
    evaluator = fixed["evaluator"]
    first_version = store.select("EvaluatorVersion", parent_ids=[evaluator.id])[0]
    second_version = make.evaluator_version(
        evaluator.id, column="correctness", commit_message="a clearer prompt"
    )
    fixed |= {
        "space": space,
        "second_space": other_space,
        "project": project,
        "second_space_project": other_project,
        "dataset": dataset,
        "experiment": experiment,
        "ai_integration": ai_integration,
        "broken_ai_integration": broken_integration,
        "agent_integration": agent,
    }
    fixtures: dict[str, Any] = {}
    for key, resource in fixed.items():
        fixtures |= {key: resource.name, f"{key}_id": resource.id}
    fixtures |= {
        "evaluator_version_id": first_version.id,
        "latest_evaluator_version_id": second_version.id,
        "dataset_version_id": version.id,
        "example_ids": dataset.private["example_ids"],
        "organization_id": ORGANIZATION_ID,
        "user_id": USER_ID,
    }
    store.set_setting("fixtures", json.dumps(fixtures))
