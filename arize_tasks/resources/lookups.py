"""Functions: what a program reads of all that tasks need; their two forms as in `functions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi import Input, Output

from arize_tasks.resources.invokes import ask_later, asks, first
from arize_tasks.resources.provider import ArizeProvider

if TYPE_CHECKING:
    from arize_tasks.api.models import (
        AiIntegrationRecord,
        DatasetRecord,
        ExperimentRecord,
        ProjectRecord,
        PromptRecord,
    )
    from arize_tasks.provider.session import Session


@asks
def get_dataset(_session: Session, dataset: str, *, space: str | None = None) -> DatasetRecord:
    """Read one dataset; its `latest_version_id` pins a run to what it holds now.

    Args:
        dataset: Name or ID of the dataset.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NameNotFoundError: No dataset bears the name.
        NotFoundError: No dataset has the ID, or the key may not read it.

    Source: GET /v2/datasets/{dataset_id}.
    """
    return _session.api.datasets.get(_session.look_up(space)("dataset", dataset))


def get_dataset_output(
    dataset: Input[str],
    *,
    space: Input[str | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[DatasetRecord]:
    """Read one dataset: `get_dataset`, as soon as its arguments are known.

    Args:
        dataset: Name or ID of the dataset.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.
        provider: The account that is asked. Default: that of the stack's settings.
    """
    return ask_later(get_dataset, provider, dataset=dataset, space=space)


@asks
def get_project(_session: Session, project: str, *, space: str | None = None) -> ProjectRecord:
    """Read one project.

    Args:
        project: Name or ID of the project.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NameNotFoundError: No project bears the name.
        NotFoundError: No project has the ID, or the key may not read it.

    Source: GET /v2/projects/{project_id}.
    """
    return _session.api.projects.get(_session.look_up(space)("project", project))


def get_project_output(
    project: Input[str],
    *,
    space: Input[str | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[ProjectRecord]:
    """Read one project: `get_project`, as soon as its arguments are known.

    Args:
        project: Name or ID of the project.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.
        provider: The account that is asked. Default: that of the stack's settings.
    """
    return ask_later(get_project, provider, project=project, space=space)


@asks
def get_ai_integration(_session: Session, ai_integration: str) -> AiIntegrationRecord:
    """Read one AI integration, without its headers, which may be secret.

    Args:
        ai_integration: Name or ID of the AI integration; names are unique in the account.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NameNotFoundError: No AI integration bears the name.
        NotFoundError: No AI integration has the ID, or the key may not read it.

    Source: GET /v2/ai-integrations/{integration_id}.
    """
    id_ = _session.look_up(None)("ai_integration", ai_integration)
    return _session.api.ai_integrations.get(id_)


def get_ai_integration_output(
    ai_integration: Input[str], *, provider: ArizeProvider | None = None
) -> Output[AiIntegrationRecord]:
    """Read one AI integration: `get_ai_integration`, as soon as its name or ID is known.

    Args:
        ai_integration: Name or ID of the AI integration; names are unique in the account.
        provider: The account that is asked. Default: that of the stack's settings.
    """
    return ask_later(get_ai_integration, provider, ai_integration=ai_integration)


@asks
def get_prompt(
    _session: Session,
    prompt: str,
    *,
    space: str | None = None,
    version_id: str | None = None,
    label: str | None = None,
) -> PromptRecord:
    """Read one prompt with one of its versions, whose ID is `version_id`.

    Args:
        prompt: Name or ID of the prompt.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.
        version_id: ID of the version. Default: the one with `label`, else the latest.
        label: A label of the version, such as production; not beside `version_id`. Default: none.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        InvalidArgumentsError: `version_id` and `label` are both given.
        NameNotFoundError: No prompt bears the name.
        NotFoundError: No prompt has the ID, or it has no such version or label.

    Source: GET /v2/prompts/{prompt_id}.
    """
    id_ = _session.look_up(space)("prompt", prompt)
    return _session.api.get_prompt(id_, version_id=version_id, label=label)


def get_prompt_output(
    prompt: Input[str],
    *,
    space: Input[str | None] = None,
    version_id: Input[str | None] = None,
    label: Input[str | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[PromptRecord]:
    """Read one prompt: `get_prompt`, as soon as its arguments are known.

    Args:
        prompt: Name or ID of the prompt.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.
        version_id: ID of the version. Default: the one with `label`, else the latest.
        label: A label of the version, such as production; not beside `version_id`. Default: none.
        provider: The account that is asked. Default: that of the stack's settings.
    """
    return ask_later(
        get_prompt, provider, prompt=prompt, space=space, version_id=version_id, label=label
    )


@asks
def get_experiment(
    _session: Session, experiment: str, *, dataset: str | None = None, space: str | None = None
) -> ExperimentRecord:
    """Read one experiment.

    Args:
        experiment: Name or ID of the experiment; a name needs `dataset`.
        dataset: Name or ID of the dataset that a name is looked up in. Default: none.
        space: Name or ID of the space that the dataset's name is looked up in. Default:
            `arize:space`, else `ARIZE_SPACE`.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        InvalidArgumentsError: `experiment` is a name, and there is no `dataset`.
        NameNotFoundError: No experiment bears the name.
        NotFoundError: No experiment has the ID, or the key may not read it.

    Source: GET /v2/experiments/{experiment_id}.
    """
    names, where = _session.connection.names, _session.space_for(space)
    id_ = names.resolve("experiment", experiment, space=where, dataset=dataset)
    return _session.api.experiments.get(id_)


def get_experiment_output(
    experiment: Input[str],
    *,
    dataset: Input[str | None] = None,
    space: Input[str | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[ExperimentRecord]:
    """Read one experiment: `get_experiment`, as soon as its arguments are known.

    Args:
        experiment: Name or ID of the experiment; a name needs `dataset`.
        dataset: Name or ID of the dataset that a name is looked up in. Default: none.
        space: Name or ID of the space that the dataset's name is looked up in. Default:
            `arize:space`, else `ARIZE_SPACE`.
        provider: The account that is asked. Default: that of the stack's settings.
    """
    return ask_later(get_experiment, provider, experiment=experiment, dataset=dataset, space=space)


@asks
def list_experiments(
    _session: Session, dataset: str, *, space: str | None = None, limit: int | None = None
) -> list[ExperimentRecord]:
    """List a dataset's experiments, page after page.

    Args:
        dataset: Name or ID of the dataset.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.
        limit: At most so many, ≥ 1. Default: all.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NameNotFoundError: No dataset bears the name.
        NotFoundError: No dataset has the ID, or the key may not read it.

    Source: GET /v2/experiments.
    """
    query = {"dataset_id": _session.look_up(space)("dataset", dataset)}
    return first(limit, lambda **page: _session.api.experiments.list(query, **page))


def list_experiments_output(
    dataset: Input[str],
    *,
    space: Input[str | None] = None,
    limit: Input[int | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[list[ExperimentRecord]]:
    """List a dataset's experiments: `list_experiments`, as soon as its arguments are known.

    Args:
        dataset: Name or ID of the dataset.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.
        limit: At most so many, ≥ 1. Default: all.
        provider: The account that is asked. Default: that of the stack's settings.
    """
    return ask_later(list_experiments, provider, dataset=dataset, space=space, limit=limit)
