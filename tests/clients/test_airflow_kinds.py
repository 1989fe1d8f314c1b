"""Operators and sensors of Arize's provider for Airflow: what a task evaluates, and with what."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.airflow_process import Airflow
from tests.clients.calls import is_gone, read
from tests.emulator.process import Emulator

pytestmark = pytest.mark.xdist_group("airflow")

MESSAGES = [{"role": "USER", "content": "Greet {name}"}]
SOON = {"poke_interval": 0.05, "timeout": 0.1}


def judge(emulator: Emulator, template: str = "Is {output} kind?") -> dict[str, Any]:
    """A template evaluator as DAGs of old have it: lower case, and a field that was renamed."""
    return {
        "name": "tone",
        "template": template,
        "include_explanations": True,
        "use_function_calling_if_available": True,
        "classification_choices": {"kind": 1, "unkind": 0},
        "direction": "maximize",
        "llm_config": {
            "ai_integration_id": emulator.fixtures["ai_integration_id"],
            "model_name": "gpt-4o",
            "invocation_parameters": {},
            "provider_parameters": {},
        },
    }


def scored_rows(emulator: Emulator, scores: list[float]) -> dict[str, Any]:
    """Rows that a program brings itself, in columns of its own, and what the columns are."""
    examples = emulator.fixtures["example_ids"]
    return {
        "dataset_id": emulator.fixtures["dataset_id"],
        "experiment_runs": [
            {"of": id_, "said": f"answer {score}", "points": score}
            for id_, score in zip(examples, scores, strict=False)
        ],
        "task_fields": {
            "$call": "arize.experiments.types.ExperimentTaskFieldNames",
            "example_id": "of",
            "output": "said",
        },
        "evaluator_columns": {
            "tone": {
                "$call": "arize.experiments.evaluators.types.EvaluationResultFieldNames",
                "score": "points",
            }
        },
    }


def names(listed: dict[str, Any]) -> set[str]:
    """The names of what an operator lists."""
    return {one["name"] for one in listed["items"]}


def only_skips_what_is_gone(
    airflow: Airflow, emulator: Emulator, operator: str, path: str, **which: str
) -> None:
    """Delete with an operator twice; the second time is an error only if that is wanted."""
    airflow.run(operator, **which)
    assert is_gone(emulator, path)
    airflow.run(operator, **which)
    refusal = airflow.refusal(operator, **which, ignore_if_missing=False)
    assert refusal.name in {"NotFoundException", "AirflowException"}


def test_dataset_is_made_once_and_deleted(airflow: Airflow, emulator: Emulator) -> None:
    given = {"name": "mine", "examples": [{"question": "a", "answer": "b"}]}
    id_ = airflow.value("CreateDatasetOperator", **given)
    assert airflow.value("CreateDatasetOperator", **given, if_exists="skip") == id_
    assert airflow.value("GetDatasetOperator", dataset_id=id_)["name"] == "mine"
    assert names(airflow.value("ListDatasetsOperator")) == {"mine", "my-dataset"}
    only_skips_what_is_gone(
        airflow, emulator, "DeleteDatasetOperator", f"datasets/{id_}", dataset_id=id_
    )


def test_examples_are_listed_added_changed_and_deleted(
    airflow: Airflow, emulator: Emulator
) -> None:
    rows = [{"question": "a", "answer": "b"}, {"question": "c", "answer": "d"}]
    id_ = airflow.value("CreateDatasetOperator", name="mine", examples=rows)
    (version,) = read(emulator, f"datasets/{id_}")["versions"]
    which = {"dataset_id": id_, "dataset_version_id": version["id"]}
    listed = airflow.run("ListDatasetExamplesOperator", dataset_id=id_)
    assert listed.pushed["first_id"] == listed.value["items"][0]["id"]
    ids = {one["additional_properties"]["question"]: one["id"] for one in listed.value["items"]}

    airflow.run("AppendDatasetExamplesOperator", dataset_id=id_, examples=[{"question": "e"}])
    changed = [{"id": ids["a"], "answer": "B"}]
    airflow.run("UpdateDatasetExamplesOperator", **which, examples=changed)
    deleted = airflow.value("DeleteDatasetExamplesOperator", **which, examples=[ids["c"]])
    assert deleted["deleted_example_ids"] == [ids["c"]]
    stored = read(emulator, f"datasets/{id_}/examples")["examples"]
    assert sorted((one["question"], one.get("answer")) for one in stored) == [
        ("a", "B"),
        ("e", None),
    ]
    airflow.run("UpdateDatasetExamplesOperator", **which, examples=changed, new_version="v2")
    assert len(read(emulator, f"datasets/{id_}")["versions"]) == 2


def test_experiment_is_made_once_of_own_rows_and_deleted(
    airflow: Airflow, emulator: Emulator
) -> None:
    given: dict[str, Any] = {"name": "mine", **scored_rows(emulator, [0.25, 0.75])}
    id_ = airflow.value("CreateExperimentOperator", **given)
    assert airflow.value("CreateExperimentOperator", **given, if_exists="skip") == id_
    assert airflow.value("GetExperimentOperator", experiment_id=id_)["name"] == "mine"
    listed = airflow.value("ListExperimentsOperator", dataset_id=given["dataset_id"])
    assert names(listed) == {"mine", "my-experiment"}
    rows = airflow.value("ListExperimentRunsOperator", experiment_id=id_)["items"]
    assert [one["output"] for one in rows] == ["answer 0.25", "answer 0.75"]
    scores = [one["additional_properties"]["eval.tone.score"] for one in rows]
    assert scores == [0.25, 0.75]
    only_skips_what_is_gone(
        airflow, emulator, "DeleteExperimentOperator", f"experiments/{id_}", experiment_id=id_
    )


def test_sensors_of_an_experiment_wait_for_rows_and_scores(
    airflow: Airflow, emulator: Emulator
) -> None:
    given = scored_rows(emulator, [0.25, 0.75])
    which = {"experiment_id": airflow.value("CreateExperimentOperator", name="mine", **given)}
    airflow.run("ExperimentCompleteSensor", **which, min_runs=2)
    airflow.run("ExperimentRunCountSensor", **which, min_runs=2)
    airflow.run("EvaluationScoreSensor", **which, metric_name="tone", min_score=0.5)
    bars: dict[str, dict[str, Any]] = {
        "ExperimentCompleteSensor": {"min_runs": 3},
        "ExperimentRunCountSensor": {"min_runs": 3},
        "EvaluationScoreSensor": {"metric_name": "tone", "min_score": 0.6},
    }
    for sensor, bar in bars.items():
        assert airflow.refusal(sensor, **which, **bar, **SOON).name == "AirflowSensorTimeout"


def test_template_evaluator_is_made_once_changed_and_deleted(
    airflow: Airflow, emulator: Emulator
) -> None:
    given = {
        "space_id": emulator.fixtures["space_id"],
        "name": "mine",
        "commit_message": "first",
        "template_config": judge(emulator),
    }
    id_ = airflow.value("CreateEvaluatorOperator", **given)
    assert airflow.value("CreateEvaluatorOperator", **given, if_exists="skip") == id_
    airflow.run("UpdateEvaluatorOperator", evaluator_id=id_, name="ours", description="of us")
    added = airflow.value(
        "AddEvaluatorVersionOperator",
        evaluator_id=id_,
        commit_message="second",
        template_config=judge(emulator, "Is {output} very kind?"),
    )
    stored = read(emulator, f"evaluators/{id_}")
    assert (stored["name"], stored["description"]) == ("ours", "of us")
    assert stored["version"]["id"] == added["id"]
    config = stored["version"]["template_config"]
    assert (config["direction"], config["use_function_calling"]) == ("MAXIMIZE", True)

    found = airflow.value("GetEvaluatorOperator", evaluator_id=id_)
    assert found["version"]["commit_message"] == "second"
    versions = airflow.value("ListEvaluatorVersionsOperator", evaluator_id=id_)["items"]
    first = versions[-1]["id"]
    version = airflow.value("GetEvaluatorVersionOperator", version_id=first)
    assert version["commit_message"] == "first"
    only_skips_what_is_gone(
        airflow, emulator, "DeleteEvaluatorOperator", f"evaluators/{id_}", evaluator_id=id_
    )


def test_code_evaluator_is_made(airflow: Airflow, emulator: Emulator) -> None:
    managed = {"type": "MANAGED", "name": "json", "variables": ["output"]}
    id_ = airflow.value(
        "CreateEvaluatorOperator",
        name="mine",
        commit_message="first",
        evaluator_type="code",
        code_config={**managed, "managed_evaluator": "JSONParseable"},
    )
    config = read(emulator, f"evaluators/{id_}")["version"]["code_config"]
    assert config["managed_evaluator"] == "JSON_PARSEABLE"


def test_list_evaluators_by_a_part_of_the_name(airflow: Airflow, emulator: Emulator) -> None:
    # This one operator asks without the SDK, and takes no space by its name.
    given = {"space_id": emulator.fixtures["space_id"], "name_search": "second"}
    listed = airflow.value("ListEvaluatorsOperator", **given)
    assert names(listed) == {"my-second-evaluator", "my-second-code-evaluator"}


def test_project_is_made_once_and_deleted(airflow: Airflow, emulator: Emulator) -> None:
    id_ = airflow.value("CreateProjectOperator", name="mine")
    assert airflow.value("CreateProjectOperator", name="mine", if_exists="skip") == id_
    assert airflow.value("GetProjectOperator", project_id=id_)["name"] == "mine"
    space = emulator.fixtures["space_id"]
    assert names(airflow.value("ListProjectsOperator", space_id=space)) == {"mine", "my-project"}
    only_skips_what_is_gone(
        airflow, emulator, "DeleteProjectOperator", f"projects/{id_}", project_id=id_
    )


def test_spaces_are_listed_and_read(airflow: Airflow, emulator: Emulator) -> None:
    assert names(airflow.value("ListSpacesOperator")) == {"my-space", "my-space-2"}
    for word in ("space", "space_id"):
        found = airflow.value("GetSpaceOperator", space=emulator.fixtures[word])
        assert found["id"] == emulator.fixtures["space_id"]


def test_prompt_is_made_once_gets_versions_and_a_label_and_is_deleted(
    airflow: Airflow, emulator: Emulator
) -> None:
    given = {"name": "greeting", "messages": MESSAGES, "provider": "openAI", "model": "gpt-4o"}
    id_ = airflow.value("CreatePromptOperator", **given)
    assert airflow.value("CreatePromptOperator", **given, if_exists="skip") == id_
    again = airflow.run("CreatePromptOperator", **given, if_exists="add_version")
    second = again.pushed["result"]["id"]
    assert (again.value, read(emulator, f"prompts/{id_}")["version"]["id"]) == (id_, second)

    first = read(emulator, f"prompts/{id_}/versions")["prompt_versions"][-1]["id"]
    given = {"prompt_name": "greeting", "label": "production", "version_id": first}
    airflow.run("PromotePromptOperator", **given)
    assert read(emulator, f"prompts/{id_}/labels/production")["id"] == first
    labelled = airflow.value("GetPromptOperator", prompt_id=id_, version_label="production")
    assert labelled["version"]["id"] == first
    assert airflow.value("GetPromptOperator", prompt_name="greeting")["id"] == id_
    assert names(airflow.value("ListPromptsOperator")) == {"greeting"}
    only_skips_what_is_gone(
        airflow, emulator, "DeletePromptOperator", f"prompts/{id_}", prompt_id=id_
    )


def test_ai_integration_is_made_once_changed_and_deleted(
    airflow: Airflow, emulator: Emulator
) -> None:
    given = {"name": "mine", "provider": "openAI", "api_key": "a key", "model_names": ["gpt-4o"]}
    id_ = airflow.value("CreateAIIntegrationOperator", **given)
    assert airflow.value("CreateAIIntegrationOperator", **given, if_exists="skip") == id_
    airflow.run("UpdateAIIntegrationOperator", integration_id=id_, headers={"x-team": "a"})
    stored = read(emulator, f"ai-integrations/{id_}")
    assert (stored["provider"], stored["headers"]) == ("OPEN_AI", {"x-team": "a"})
    assert airflow.value("GetAIIntegrationOperator", integration_id=id_)["has_api_key"] is True
    assert "mine" in names(airflow.value("ListAIIntegrationsOperator"))
    only_skips_what_is_gone(
        airflow,
        emulator,
        "DeleteAIIntegrationOperator",
        f"ai-integrations/{id_}",
        integration_id=id_,
    )


@pytest.mark.parametrize("word", ["agent_integration", "agent_integration_id"])
def test_agent_integration_is_listed_and_found(
    airflow: Airflow, emulator: Emulator, word: str
) -> None:
    listed = airflow.value("ListIntegrationsOperator", integration_type="agent")
    assert names(listed) == {emulator.fixtures["agent_integration"]}
    which = {"integration": emulator.fixtures[word], "integration_type": "AGENT"}
    found = airflow.value("GetIntegrationOperator", **which)
    assert found == emulator.fixtures["agent_integration_id"]


def test_spans_are_listed_by_filter_and_counted(airflow: Airflow, emulator: Emulator) -> None:
    given = {"project_name": "my-project", "space_id": emulator.fixtures["space_id"]}
    listed = airflow.value("ListSpansOperator", **given, filter="status_code = 'ERROR'")
    assert {span["status_code"] for span in listed["items"]} == {"ERROR"}
    assert listed["count"] == 4
    project = {"project_id": emulator.fixtures["project_id"]}
    airflow.run("SpanCountSensor", **project, min_count=40)
    assert airflow.refusal("SpanCountSensor", **project, min_count=41, **SOON).name == (
        "AirflowSensorTimeout"
    )
    emulator.clear_requests()
    airflow.run("SpanIngestionSensor", **project, stable_for_pokes=3, poke_interval=0.05)
    assert len(emulator.requests()) == 3


def test_curate_feedback_asks_for_spans_of_models(airflow: Airflow, emulator: Emulator) -> None:
    project = emulator.fixtures["project_id"]
    # No span of the seeded world has been judged, so that none is feedback.
    assert airflow.value("CurateFeedbackDatasetOperator", project_id=project) == []
    (asked,) = emulator.requests()
    assert asked["status"] == 200
    assert asked["body"]["filter"] == "attributes.openinference.span.kind = 'LLM'"


@pytest.mark.parametrize("strategy", ["equal", "volume_weighted"])
def test_budget_is_divided_among_the_projects_of_a_space(
    airflow: Airflow, emulator: Emulator, strategy: str
) -> None:
    for name in ("one", "two"):
        airflow.run("CreateProjectOperator", name=name)
    divided = airflow.value(
        "EvalBudgetAllocatorOperator",
        space_id=emulator.fixtures["space_id"],
        total_budget_spans=30,
        allocation_strategy=strategy,
    )
    assert len(divided["allocations"]) == 3
    assert sum(one["allocated_spans"] for one in divided["allocations"]) == 30
