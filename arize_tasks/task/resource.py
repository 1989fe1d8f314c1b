"""Tasks as Pulumi resources: the general form and its two narrower constructors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi import Input, Output, ResourceOptions

from arize_tasks.provider.tasks import TaskProvider
from arize_tasks.resources.base import ArizeResource, ReadableResource
from arize_tasks.resources.program import InvalidArgumentError
from arize_tasks.resources.values import derived
from arize_tasks.task.args import (
    EvaluationTaskType,
    QueryFiltersArgs,
    RunConfigurationArgs,
    TaskEvaluatorArgs,
    TaskType,
)


class Task(ReadableResource, module="arize", name="Task"):
    """An evaluation task or a run-experiment task of Arize AX.

    The general form: it takes every argument, and `type` decides which belong.
    `EvaluationTask` and `RunExperimentTask` take only their own.

    Example:
        import arize_tasks

        arize_tasks.Task(
            "tone",
            type="template_evaluation",
            project="my-project",
            sampling_rate=0.1,
            evaluators=[{"evaluator": "my-evaluator"}],
        )

    Attributes:
        project_id: The ID that `project` resolved to.
        dataset_id: The ID that `dataset` resolved to.
        last_run_at: When it ran last; None before its first run.
        created_at: When it was made.
        updated_at: When it was last changed.
        created_by_user_id: Who made it.
        endpoint: The base URL at which it lives.
        definition_hash: A digest of what the task evaluates and how, as declared; known at preview.
            A run that has it among its `triggers` follows the task.

    Destroyed:
        The task is deleted, with all of its runs.

    Source: POST, GET, PATCH, DELETE /v2/tasks.
    """

    provider_class = TaskProvider

    name: Output[str]
    type: Output[str]
    space: Output[str | None]
    project: Output[str | None]
    project_id: Output[str | None]
    dataset: Output[str | None]
    dataset_id: Output[str | None]
    sampling_rate: Output[float | None]
    is_continuous: Output[bool | None]
    query_filter: Output[str | None]
    query_filters: Output[Mapping[str, Any] | None]
    evaluators: Output[Sequence[Mapping[str, Any]] | None]
    experiments: Output[Sequence[str] | None]
    experiment_ids: Output[Sequence[str] | None]
    run_configuration: Output[Mapping[str, Any] | None]
    adopt: Output[str | None]
    last_run_at: Output[str | None]
    created_at: Output[str]
    updated_at: Output[str]
    created_by_user_id: Output[str | None]
    endpoint: Output[str]
    definition_hash: Output[str]

    # What a run of it would otherwise have to ask for; of one that is only read, unknown.
    _over = ""
    _evaluators: Input[list[str]] | None = None

    def __init__(
        self,
        resource_name: str,
        *,
        type: Input[TaskType],
        name: Input[str] | None = None,
        space: Input[str] | None = None,
        project: Input[str] | ArizeResource | None = None,
        dataset: Input[str] | ArizeResource | None = None,
        experiments: Input[Sequence[Input[str]]] | None = None,
        experiment_ids: Input[Sequence[Input[str]]] | None = None,
        evaluators: Input[Sequence[Input[TaskEvaluatorArgs]]] | None = None,
        sampling_rate: Input[float] | None = None,
        is_continuous: Input[bool] | None = None,
        query_filter: Input[str] | None = None,
        query_filters: Input[QueryFiltersArgs] | None = None,
        run_configuration: Input[RunConfigurationArgs] | None = None,
        adopt: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """An evaluation task or a run-experiment task of Arize AX.

        Args:
            resource_name: Pulumi's name for the resource.
            type: template_evaluation, code_evaluation or run_experiment (any case). A change makes
                a new task.
            name: The task's name, unique in its space. Default: the resource's name with a random
                suffix, stable for the task's life. A change renames it.
            space: Name or ID of the space in which names are looked up. Default: `arize:space`,
                else `ARIZE_SPACE`.
            project: Name, ID or `Project` whose spans are evaluated. An evaluation task has exactly
                one of `project` and `dataset`. Default: none. A change makes a new task.
            dataset: Name, ID or `Dataset` whose experiments are evaluated, or whose examples are
                run. Required for a run-experiment task; an evaluation task has exactly one of
                `project` and `dataset`. Default: none. A change makes a new task.
            experiments: Names or IDs of the dataset's experiments to evaluate, at least one with
                `dataset`. Order means nothing. Default: none. A change makes a new task.
            experiment_ids: IDs of the dataset's experiments to evaluate, in place of `experiments`.
                Order means nothing. Default: none. A change makes a new task.
            evaluators: The evaluators of an evaluation task, at least one, each a dict (or
                `TaskEvaluatorArgs`): `evaluator` (name, ID or resource) or `evaluator_id`,
                `evaluator_version_id`, and `query_filter` and `column_mappings`, or
                `query_mappings`. Order means nothing. Default: none.
            sampling_rate: Share of the project's new spans to evaluate, a fraction from 0 to 1; not
                with `dataset`. Default: the server's; taken away, it stays as it is.
            is_continuous: Evaluate new spans of the project as they come; not with `dataset`.
                Default: the server's; taken away, it stays as it is.
            query_filter: Filter on the data of all span evaluators, in Arize's filter language.
                Default: none; taken away, it is cleared.
            query_filters: Named queries for trace and session evaluators, a dict (or
                `QueryFiltersArgs`): `filters`, each with `id` (A to E) and `filter`, and
                `expression`. Default: none; taken away, they are cleared.
            run_configuration: What a run-experiment task does with each example, a dict (or
                `RunConfigurationArgs`) with `experiment_type` (llm_generation, template_evaluation
                or agent_call) and what belongs to it; `ai_integration` and `integration` take a
                name or an ID. Default: none.
            adopt: Name or ID of a task that exists: it is adopted, changed to what is declared, and
                managed from then on; the preview says what will change. Taking the argument away
                later changes nothing. Destroying this resource deletes the task. Default: a new
                task is made.
            opts: Pulumi's resource options. Default: none.
        """
        declared: dict[str, Any] = {
            "type": type,
            "name": name,
            "space": space,
            "project": project,
            "dataset": dataset,
            "experiments": experiments,
            "experiment_ids": experiment_ids,
            "evaluators": evaluators,
            "sampling_rate": sampling_rate,
            "is_continuous": is_continuous,
            "query_filter": query_filter,
            "query_filters": query_filters,
            "run_configuration": run_configuration,
            "adopt": adopt,
        }
        super().__init__(self.provider_class(), resource_name, declared, opts)
        self._over = "dataset" if project is None else "project"
        if evaluators is not None:
            self._evaluators = derived(evaluators, _called)

    def _computed(self, declared: Mapping[str, Any]) -> Mapping[str, Any]:
        # An input that check() computes, since outputs are unknown at the preview of an update. The
        # placeholder carries whether what is digested is secret, so that the digest is, too.
        return {"definition_hash": derived(list(declared.values()), lambda _: "")}


class EvaluationTask(Task, module="arize", name="EvaluationTask"):
    """LLM or code evaluators over a project's spans or a dataset's experiments.

    Example:
        import arize_tasks

        arize_tasks.EvaluationTask(
            "production-tone",
            type="template_evaluation",
            project="my-project",
            is_continuous=True,
            sampling_rate=0.1,  # a tenth of the spans, as they come
            query_filter="span_kind = 'LLM'",
            evaluators=[
                {
                    "evaluator": "my-evaluator",
                    "column_mappings": {"input": "attributes.input.value"},
                }
            ],
        )
    """

    def __init__(
        self,
        resource_name: str,
        *,
        type: Input[EvaluationTaskType],
        evaluators: Input[Sequence[Input[TaskEvaluatorArgs]]],
        name: Input[str] | None = None,
        space: Input[str] | None = None,
        project: Input[str] | ArizeResource | None = None,
        dataset: Input[str] | ArizeResource | None = None,
        experiments: Input[Sequence[Input[str]]] | None = None,
        experiment_ids: Input[Sequence[Input[str]]] | None = None,
        sampling_rate: Input[float] | None = None,
        is_continuous: Input[bool] | None = None,
        query_filter: Input[str] | None = None,
        query_filters: Input[QueryFiltersArgs] | None = None,
        adopt: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """LLM or code evaluators over a project's spans or a dataset's experiments.

        Args:
            resource_name: Pulumi's name for the resource.
            type: template_evaluation or code_evaluation (any case). A change makes a new task.
            evaluators: At least one, each a dict (or `TaskEvaluatorArgs`): `evaluator` (name, ID or
                resource) or `evaluator_id`, `evaluator_version_id`, and `query_filter` and
                `column_mappings`, or `query_mappings`. Order means nothing.
            name: The task's name, unique in its space. Default: the resource's name with a random
                suffix, stable for the task's life. A change renames it.
            space: Name or ID of the space in which names are looked up. Default: `arize:space`,
                else `ARIZE_SPACE`.
            project: Name, ID or `Project` whose spans are evaluated. An evaluation task has exactly
                one of `project` and `dataset`. Default: none. A change makes a new task.
            dataset: Name, ID or `Dataset` whose experiments are evaluated; exactly one of `project`
                and `dataset`. Default: none. A change makes a new task.
            experiments: Names or IDs of the dataset's experiments to evaluate, at least one with
                `dataset`. Order means nothing. Default: none. A change makes a new task.
            experiment_ids: IDs of the dataset's experiments to evaluate, in place of `experiments`.
                Order means nothing. Default: none. A change makes a new task.
            sampling_rate: Share of the project's new spans to evaluate, a fraction from 0 to 1; not
                with `dataset`. Default: the server's; taken away, it stays as it is.
            is_continuous: Evaluate new spans of the project as they come; not with `dataset`.
                Default: the server's; taken away, it stays as it is.
            query_filter: Filter on the data of all span evaluators, in Arize's filter language.
                Default: none; taken away, it is cleared.
            query_filters: Named queries for trace and session evaluators, a dict (or
                `QueryFiltersArgs`): `filters`, each with `id` (A to E) and `filter`, and
                `expression`. Default: none; taken away, they are cleared.
            adopt: Name or ID of a task that exists: it is adopted, changed to what is declared, and
                managed from then on; the preview says what will change. Taking the argument away
                later changes nothing. Destroying this resource deletes the task. Default: a new
                task is made.
            opts: Pulumi's resource options. Default: none.

        Raises:
            InvalidArgumentError: `type` is another one.
        """
        # An Output has no value here yet.
        if not isinstance(type, Output) and str(type).upper() not in _EVALUATION_TYPES:
            raise InvalidArgumentError(
                f"EvaluationTask '{resource_name}': type must be template_evaluation or "
                "code_evaluation; for run_experiment use RunExperimentTask."
            )
        super().__init__(
            resource_name,
            type=type,
            name=name,
            space=space,
            project=project,
            dataset=dataset,
            experiments=experiments,
            experiment_ids=experiment_ids,
            evaluators=evaluators,
            sampling_rate=sampling_rate,
            is_continuous=is_continuous,
            query_filter=query_filter,
            query_filters=query_filters,
            adopt=adopt,
            opts=opts,
        )


def _called(evaluators: Any) -> list[str]:
    """Return what evaluators are called; what the provider refuses is left out."""
    listed = evaluators if isinstance(evaluators, list | tuple) else []
    dicts = [one for one in listed if isinstance(one, Mapping)]
    called = (one.get("evaluator") or one.get("evaluator_id") for one in dicts)
    return [text for text in called if isinstance(text, str)]


_EVALUATION_TYPES = ("TEMPLATE_EVALUATION", "CODE_EVALUATION")


class RunExperimentTask(Task, module="arize", name="RunExperimentTask"):
    """An experiment over a dataset that the server drives, with every call to a model or agent.

    Example:
        import arize_tasks

        arize_tasks.RunExperimentTask(
            "answers",
            dataset="my-dataset",
            run_configuration={
                "experiment_type": "llm_generation",
                "ai_integration": "my-openai-integration",
                "model_name": "gpt-4o",
                "input_variable_format": "f_string",
                "messages": [{"role": "user", "content": "Answer: {question}"}],
            },
        )
    """

    def __init__(
        self,
        resource_name: str,
        *,
        dataset: Input[str] | ArizeResource,
        run_configuration: Input[RunConfigurationArgs],
        name: Input[str] | None = None,
        space: Input[str] | None = None,
        adopt: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """An experiment over a dataset that the server drives, with every call to a model or agent.

        Args:
            resource_name: Pulumi's name for the resource.
            dataset: Name, ID or `Dataset` whose examples are run. A change makes a new task.
            run_configuration: What is done with each example, a dict (or `RunConfigurationArgs`)
                with `experiment_type` (llm_generation, template_evaluation or agent_call) and what
                belongs to it; `ai_integration` and `integration` take a name or an ID.
            name: The task's name, unique in its space. Default: the resource's name with a random
                suffix, stable for the task's life. A change renames it.
            space: Name or ID of the space in which names are looked up. Default: `arize:space`,
                else `ARIZE_SPACE`.
            adopt: Name or ID of a task that exists: it is adopted, changed to what is declared, and
                managed from then on; the preview says what will change. Taking the argument away
                later changes nothing. Destroying this resource deletes the task. Default: a new
                task is made.
            opts: Pulumi's resource options. Default: none.
        """
        super().__init__(
            resource_name,
            type="RUN_EXPERIMENT",
            name=name,
            space=space,
            dataset=dataset,
            run_configuration=run_configuration,
            adopt=adopt,
            opts=opts,
        )
