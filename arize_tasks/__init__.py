"""Arize AX evaluation tasks as Pulumi resources.

Names are imported when they are first used, so that a program pays only for what it names.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str
    from arize_tasks.ai_integration.resource import AiIntegration as AiIntegration
    from arize_tasks.api.models import AiIntegrationRecord as AiIntegrationRecord
    from arize_tasks.api.models import DatasetRecord as DatasetRecord
    from arize_tasks.api.models import EvaluatorRecord as EvaluatorRecord
    from arize_tasks.api.models import ExperimentRecord as ExperimentRecord
    from arize_tasks.api.models import ProjectRecord as ProjectRecord
    from arize_tasks.api.models import PromptRecord as PromptRecord
    from arize_tasks.api.models import TaskRecord as TaskRecord
    from arize_tasks.api.models import TaskRunRecord as TaskRunRecord
    from arize_tasks.client.arize_client import ArizeClient as ArizeClient
    from arize_tasks.client.arize_client import ArizePreReleaseWarning as ArizePreReleaseWarning
    from arize_tasks.dataset.resource import Dataset as Dataset
    from arize_tasks.evaluator.args import StaticParamArgs as StaticParamArgs
    from arize_tasks.evaluator.resource import CodeEvaluator as CodeEvaluator
    from arize_tasks.evaluator.resource import TemplateEvaluator as TemplateEvaluator
    from arize_tasks.gate.args import CriterionArgs as CriterionArgs
    from arize_tasks.gate.resource import EvaluationGate as EvaluationGate
    from arize_tasks.project.resource import Project as Project
    from arize_tasks.prompt.label_resource import PromptLabel as PromptLabel
    from arize_tasks.prompt.resource import Prompt as Prompt
    from arize_tasks.resources.functions import get_evaluator as get_evaluator
    from arize_tasks.resources.functions import get_evaluator_output as get_evaluator_output
    from arize_tasks.resources.functions import get_task as get_task
    from arize_tasks.resources.functions import get_task_output as get_task_output
    from arize_tasks.resources.functions import get_task_run as get_task_run
    from arize_tasks.resources.functions import get_task_run_output as get_task_run_output
    from arize_tasks.resources.functions import list_task_runs as list_task_runs
    from arize_tasks.resources.functions import list_task_runs_output as list_task_runs_output
    from arize_tasks.resources.functions import list_tasks as list_tasks
    from arize_tasks.resources.functions import list_tasks_output as list_tasks_output
    from arize_tasks.resources.lookups import get_ai_integration as get_ai_integration
    from arize_tasks.resources.lookups import get_ai_integration_output as get_ai_integration_output
    from arize_tasks.resources.lookups import get_dataset as get_dataset
    from arize_tasks.resources.lookups import get_dataset_output as get_dataset_output
    from arize_tasks.resources.lookups import get_experiment as get_experiment
    from arize_tasks.resources.lookups import get_experiment_output as get_experiment_output
    from arize_tasks.resources.lookups import get_project as get_project
    from arize_tasks.resources.lookups import get_project_output as get_project_output
    from arize_tasks.resources.lookups import get_prompt as get_prompt
    from arize_tasks.resources.lookups import get_prompt_output as get_prompt_output
    from arize_tasks.resources.lookups import list_experiments as list_experiments
    from arize_tasks.resources.lookups import list_experiments_output as list_experiments_output
    from arize_tasks.resources.provider import ArizeProvider as ArizeProvider
    from arize_tasks.scoring.judgement import judge as judge
    from arize_tasks.task.args import RunConfigurationArgs as RunConfigurationArgs
    from arize_tasks.task.args import TaskEvaluatorArgs as TaskEvaluatorArgs
    from arize_tasks.task.resource import EvaluationTask as EvaluationTask
    from arize_tasks.task.resource import RunExperimentTask as RunExperimentTask
    from arize_tasks.task.resource import Task as Task
    from arize_tasks.task_run.resource import TaskRun as TaskRun

_HOMES = {
    "AiIntegration": "ai_integration.resource",
    "CodeEvaluator": "evaluator.resource",
    "Dataset": "dataset.resource",
    "Project": "project.resource",
    "Prompt": "prompt.resource",
    "PromptLabel": "prompt.label_resource",
    "StaticParamArgs": "evaluator.args",
    "TemplateEvaluator": "evaluator.resource",
    "ArizeClient": "client.arize_client",
    "ArizePreReleaseWarning": "client.arize_client",
    "ArizeProvider": "resources.provider",
    "CriterionArgs": "gate.args",
    "EvaluationGate": "gate.resource",
    "EvaluationTask": "task.resource",
    "TaskEvaluatorArgs": "task.args",
    "AiIntegrationRecord": "api.models",
    "DatasetRecord": "api.models",
    "ExperimentRecord": "api.models",
    "ProjectRecord": "api.models",
    "PromptRecord": "api.models",
    "EvaluatorRecord": "api.models",
    "RunConfigurationArgs": "task.args",
    "RunExperimentTask": "task.resource",
    "Task": "task.resource",
    "TaskRecord": "api.models",
    "TaskRun": "task_run.resource",
    "TaskRunRecord": "api.models",
    "get_evaluator": "resources.functions",
    "get_evaluator_output": "resources.functions",
    "get_task": "resources.functions",
    "get_task_output": "resources.functions",
    "get_task_run": "resources.functions",
    "get_task_run_output": "resources.functions",
    "get_ai_integration": "resources.lookups",
    "get_ai_integration_output": "resources.lookups",
    "get_dataset": "resources.lookups",
    "get_dataset_output": "resources.lookups",
    "get_experiment": "resources.lookups",
    "get_experiment_output": "resources.lookups",
    "get_project": "resources.lookups",
    "get_project_output": "resources.lookups",
    "get_prompt": "resources.lookups",
    "get_prompt_output": "resources.lookups",
    "list_experiments": "resources.lookups",
    "list_experiments_output": "resources.lookups",
    "judge": "scoring.judgement",
    "list_task_runs": "resources.functions",
    "list_task_runs_output": "resources.functions",
    "list_tasks": "resources.functions",
    "list_tasks_output": "resources.functions",
}

__all__ = sorted(_HOMES)


if not TYPE_CHECKING:  # a type checker must see a misspelt name

    def __getattr__(name: str) -> Any:
        """Import a public name on first use (PEP 562)."""
        if name == "__version__":
            from importlib.metadata import version

            return version("pulumi-arize-tasks")
        if name not in _HOMES:
            raise AttributeError(f"module 'arize_tasks' has no attribute {name!r}")
        value = getattr(importlib.import_module(f"arize_tasks.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names."""
    return [*globals(), *__all__]
