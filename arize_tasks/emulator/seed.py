"""The seeded world: the fixtures that are there after each reset."""

from __future__ import annotations

import json
from typing import Any

from arize_tasks.emulator.clock import Clock
from arize_tasks.emulator.store import Resource, Store
from arize_tasks.emulator.world import ORGANIZATION_ID, USER_ID, Maker


def seed_space(store: Store) -> None:
    """Put one space into an empty store, and nothing else."""
    space = Maker(store, Clock(), seeding=True).space("my-space")
    _remember(store, {"space": space.name, "space_id": space.id})


def seed(store: Store) -> None:
    """Fill an empty store with the fixtures, and remember their names and identifiers."""
    make = Maker(store, Clock(), seeding=True)
    space, other_space = make.space("my-space"), make.space("my-space-2")
    # The same name in the space that `my-space` is a part of, as a trap for substring filters;
    # made first, so that lists, newest first, give the own one before it.
    other_project = make.project(other_space.id, "my-project")
    project = make.project(space.id, "my-project")
    dataset = make.dataset(space.id, "my-dataset")
    experiment = make.full_experiment(dataset.id, "my-experiment")
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
        "example_ids": [row.id for row in store.rows.all(version.id)],
    }
    _remember(store, fixtures)


def _remember(store: Store, fixtures: dict[str, Any]) -> None:
    own = {"organization_id": ORGANIZATION_ID, "user_id": USER_ID}
    store.set_setting("fixtures", json.dumps(fixtures | own))
