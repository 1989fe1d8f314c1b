"""Wrong programs and what is said of them: a sentence each, which quotes no value."""

# ruff: noqa: E501 - a sentence stands on one line, as people see it
# ruff: noqa: DTZ001 - a naive time is one of the mistakes
from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from arize_tasks.task.spec import TASK
from arize_tasks.task_run.spec import TaskRunSpec
from tests.unit.spec_samples import (
    AGENT_CALL,
    DATASET,
    DATASET_TASK,
    EVALUATOR,
    EXPERIMENT,
    INTEGRATION,
    LLM_GENERATION,
    PROJECT,
    PROJECT_TASK,
    RUN_TASK,
    TEMPLATE_EVALUATION,
    TRACE_TASK,
    VERSION,
)

A = {"id": "A", "filter": "a = 1"}
B = {"id": "B", "filter": "b = 1"}
MAPPING = {"variable_name": "input", "query_ids": ["A"], "attribute_path": "input.value"}
TOOL_CALL = {"type": "function", "function": {"name": "find", "arguments": "{}"}}


def project(**changes: Any) -> dict[str, Any]:
    return {**PROJECT_TASK, **changes}


def dataset(**changes: Any) -> dict[str, Any]:
    return {**DATASET_TASK, **changes}


def trace(**changes: Any) -> dict[str, Any]:
    return {**TRACE_TASK, **changes}


def evaluator(**changes: Any) -> dict[str, Any]:
    return project(evaluators=[{"evaluator": "tone", **changes}])


def queries(**query_filters: Any) -> dict[str, Any]:
    return trace(query_filters=query_filters)


def mapping(**changes: Any) -> dict[str, Any]:
    changed = {"evaluator": "tone", "query_mappings": [{**MAPPING, **changes}]}
    return trace(evaluators=[changed])


def experiment(**changes: Any) -> dict[str, Any]:
    return {**RUN_TASK, **changes}


def generation(**changes: Any) -> dict[str, Any]:
    return experiment(run_configuration={**LLM_GENERATION, **changes})


def message(**changes: Any) -> dict[str, Any]:
    return generation(messages=[{"role": "user", "content": "hi", **changes}])


def tool_call(**changes: Any) -> dict[str, Any]:
    return message(role="assistant", tool_calls=[{**TOOL_CALL, **changes}])


def parameters(**changes: Any) -> dict[str, Any]:
    return generation(invocation_parameters=changes)


def template(**changes: Any) -> dict[str, Any]:
    return experiment(run_configuration={**TEMPLATE_EVALUATION, **changes})


def agent(**changes: Any) -> dict[str, Any]:
    return experiment(run_configuration={**AGENT_CALL, **changes})


TASKS: list[tuple[dict[str, Any], list[str]]] = [
    (
        project(sampling_rate=15),
        ["sampling_rate: must be a fraction from 0 to 1 (0.15 for 15 % of the spans)"],
    ),
    (
        project(sampling_rate=-0.1),
        ["sampling_rate: must be a fraction from 0 to 1 (0.15 for 15 % of the spans)"],
    ),
    (
        project(sampling_rate=True),
        ["sampling_rate: must be a fraction from 0 to 1 (0.15 for 15 % of the spans)"],
    ),
    (
        project(sampling_rate="0.1"),
        ["sampling_rate: must be a fraction from 0 to 1 (0.15 for 15 % of the spans)"],
    ),
    (
        project(sampling_rate=float("nan")),
        ["sampling_rate: must be a fraction from 0 to 1 (0.15 for 15 % of the spans)"],
    ),
    (project(samplingRate=0.1), ["samplingRate: there is no such argument; write sampling_rate"]),
    (project(is_continuous=1), ["is_continuous: must be true or false"]),
    (project(is_continuous="true"), ["is_continuous: must be true or false"]),
    (project(name=""), ["name: must be a non-empty string"]),
    (project(name=7), ["name: must be a non-empty string"]),
    (
        project(space=DATASET),
        ["space: must be the name or ID of a space, and it is the ID of a dataset"],
    ),
    (
        project(project=DATASET),
        ["project: must be the name or ID of a project, and it is the ID of a dataset"],
    ),
    (project(project=["my-project"]), ["project: must be the name or ID of a project"]),
    (project(project=None), ["neither project nor dataset is given; give exactly one of them"]),
    (
        project(dataset="my-dataset"),
        ["project and dataset are both given; give exactly one of them"],
    ),
    (
        project(experiment_ids=[EXPERIMENT]),
        [
            "experiment_ids: belongs to tasks over a dataset; remove it, or give dataset instead of project"
        ],
    ),
    (
        project(query_filter=""),
        ["query_filter: must be a non-empty string (leave it out for no filter)"],
    ),
    (
        project(query_filter=["a = 1"]),
        ["query_filter: must be a non-empty string (leave it out for no filter)"],
    ),
    (
        project(query_filters={"filters": [A]}),
        [
            "query_filters: belongs to trace or session evaluators; for span evaluators, write query_filter"
        ],
    ),
    (
        project(run_configuration=LLM_GENERATION, evaluators=[{"evaluator": "tone"}]),
        ["run_configuration: belongs to run_experiment tasks; remove it here"],
    ),
    (
        project(colour="red"),
        [
            "colour: there is no such argument; the arguments are name, type, space, dataset, adopt, project, experiments, experiment_ids, sampling_rate, is_continuous, query_filter, query_filters, evaluators"
        ],
    ),
    (
        project(evaluators=None),
        [
            "evaluators: is missing; it must be a list of at least one evaluator, each a dict with evaluator (name or ID) or evaluator_id"
        ],
    ),
    (
        project(evaluators=[]),
        [
            "evaluators: must be a list of at least one evaluator, each a dict with evaluator (name or ID) or evaluator_id"
        ],
    ),
    (
        project(evaluators={"evaluator": "tone"}),
        [
            "evaluators: must be a list of at least one evaluator, each a dict with evaluator (name or ID) or evaluator_id; put a single one in [ ]"
        ],
    ),
    (
        project(evaluators="tone"),
        [
            "evaluators: must be a list of at least one evaluator, each a dict with evaluator (name or ID) or evaluator_id; put a single one in [ ]"
        ],
    ),
    (
        project(evaluators=["tone"]),
        ["evaluators[0]: must be a dict with evaluator (name or ID) or evaluator_id"],
    ),
    (
        project(evaluators=[{"evaluator": "tone"}, {"evaluator": "tone"}]),
        ["evaluators: duplicate evaluator; list each once"],
    ),
    (
        project(evaluators=[{"evaluator": EVALUATOR}, {"evaluator_id": EVALUATOR}]),
        ["evaluators: duplicate evaluator; list each once"],
    ),
    (
        project(type=None),
        [
            "type: is missing; it must be one of template_evaluation, code_evaluation, run_experiment"
        ],
    ),
    (
        project(type=3),
        ["type: must be one of template_evaluation, code_evaluation, run_experiment"],
    ),
    (
        project(type="template_evalution"),
        [
            "type: must be one of template_evaluation, code_evaluation, run_experiment; did you mean template_evaluation?"
        ],
    ),
    (
        project(type="llm", sampling_rate=15),
        [
            "type: must be one of template_evaluation, code_evaluation, run_experiment",
            "sampling_rate: must be a fraction from 0 to 1 (0.15 for 15 % of the spans)",
        ],
    ),
    (
        dataset(experiment_ids=None),
        ["experiments: is missing; give experiments or experiment_ids"],
    ),
    (
        dataset(experiment_ids=[]),
        ["experiments: is missing; give experiments or experiment_ids"],
    ),
    (
        dataset(experiment_ids=EXPERIMENT),
        ["experiment_ids: must be a list of experiment IDs; put a single one in [ ]"],
    ),
    (
        dataset(experiment_ids=["baseline"]),
        [
            "experiment_ids[0]: must be the ID of an experiment (base64 text, as Arize shows it); to give a name, write experiments"
        ],
    ),
    (
        dataset(experiment_ids=[DATASET]),
        ["experiment_ids[0]: must be the ID of an experiment, and it is the ID of a dataset"],
    ),
    (dataset(experiment_ids=[5]), ["experiment_ids[0]: must be the ID of an experiment"]),
    (dataset(experiment_ids=[None]), ["experiment_ids[0]: must be the ID of an experiment"]),
    (
        dataset(experiment_ids={EXPERIMENT}),
        ["experiment_ids: must be a list of experiment IDs; put a single one in [ ]"],
    ),
    (
        dataset(experiment_ids=[EXPERIMENT, EXPERIMENT]),
        ["experiment_ids: duplicate item; list each once"],
    ),
    (
        dataset(sampling_rate=0.5),
        [
            "sampling_rate: belongs to tasks over a project; remove it, or give project instead of dataset"
        ],
    ),
    (
        dataset(is_continuous=True),
        [
            "is_continuous: can be true only for tasks over a project; remove it, or give project instead of dataset"
        ],
    ),
    (
        evaluator(evaluator=None),
        ["evaluators[0].evaluator: is missing; give evaluator or evaluator_id"],
    ),
    (
        evaluator(evaluator_id=EVALUATOR),
        ["evaluators[0].evaluator and evaluator_id exclude each other; give one of them"],
    ),
    (
        evaluator(evaluator=None, evaluator_id="tone"),
        [
            "evaluators[0].evaluator_id: must be the ID of an evaluator (base64 text, as Arize shows it); to give a name, write evaluator"
        ],
    ),
    (
        evaluator(evaluator=None, evaluator_id=DATASET),
        [
            "evaluators[0].evaluator_id: must be the ID of an evaluator, and it is the ID of a dataset"
        ],
    ),
    (
        evaluator(evaluator=VERSION),
        [
            "evaluators[0].evaluator: must be the name or ID of an evaluator, and it is the ID of an evaluator version"
        ],
    ),
    (
        evaluator(evaluator=b"tone"),
        ["evaluators[0].evaluator: must be the name or ID of an evaluator"],
    ),
    (
        evaluator(evaluator_version_id="latest"),
        [
            "evaluators[0].evaluator_version_id: must be the ID of an evaluator version (base64 text, as Arize shows it)"
        ],
    ),
    (
        evaluator(evaluator_version_id=EVALUATOR),
        [
            "evaluators[0].evaluator_version_id: must be the ID of an evaluator version, and it is the ID of an evaluator"
        ],
    ),
    (
        evaluator(columnMappings={"input": "question"}),
        ["evaluators[0].columnMappings: there is no such argument; write column_mappings"],
    ),
    (
        evaluator(column_mapping={"input": "question"}),
        ["evaluators[0].column_mapping: there is no such argument; did you mean column_mappings?"],
    ),
    (
        evaluator(column_mappings=["input"]),
        ["evaluators[0].column_mappings: must be a dict of template variable → column (strings)"],
    ),
    (
        evaluator(column_mappings={"a secret": 5}),
        ["evaluators[0].column_mappings: each value must be the name of a column (a string)"],
    ),
    (
        evaluator(column_mappings={"a secret": None}),
        ["evaluators[0].column_mappings: each value must be the name of a column (a string)"],
    ),
    (
        evaluator(query_filter=""),
        [
            "evaluators[0].query_filter: must be a non-empty string (it is joined to the task's filter with AND)"
        ],
    ),
    (
        evaluator(query_mappings=[], column_mappings={}),
        [
            "evaluators[0].query_mappings: must be a list of 1 to 50 dicts with variable_name, query_ids and attribute_path"
        ],
    ),
    (
        evaluator(query_mappings=MAPPING),
        [
            "evaluators[0].query_mappings: must be a list of 1 to 50 dicts with variable_name, query_ids and attribute_path; put a single one in [ ]"
        ],
    ),
    (
        evaluator(query_mappings=[MAPPING]),
        [
            "evaluators[0].query_mappings: query_ids names a query that query_filters does not have; add it to query_filters.filters"
        ],
    ),
    (
        evaluator(pin="v1"),
        [
            "evaluators[0].pin: there is no such argument; the arguments are evaluator, evaluator_id, evaluator_version_id, query_filter, column_mappings, query_mappings"
        ],
    ),
    (
        evaluator(**{"a secret prompt": "x"}),
        [
            "evaluators[0]: has a key that is no argument; the arguments are evaluator, evaluator_id, evaluator_version_id, query_filter, column_mappings, query_mappings"
        ],
    ),
    (
        mapping(variable_name=""),
        [
            "evaluators[0].query_mappings[0].variable_name: must be the template variable's name (1 to 256 characters)"
        ],
    ),
    (
        mapping(variable_name="v" * 257),
        [
            "evaluators[0].query_mappings[0].variable_name: must be the template variable's name (1 to 256 characters)"
        ],
    ),
    (
        mapping(query_ids=["F"]),
        ["evaluators[0].query_mappings[0].query_ids[0]: must be one letter from A to E"],
    ),
    (
        mapping(query_ids="A"),
        [
            "evaluators[0].query_mappings[0].query_ids: must be a list of at most 5 letters from A to E (empty: any query); put a single one in [ ]"
        ],
    ),
    (
        mapping(query_ids=["A", "A"]),
        ["evaluators[0].query_mappings[0].query_ids: duplicate item; list each once"],
    ),
    (
        mapping(query_ids=["A"] * 6),
        [
            "evaluators[0].query_mappings[0].query_ids: must be a list of at most 5 letters from A to E (empty: any query)"
        ],
    ),
    (
        mapping(query_ids=["B"]),
        [
            "evaluators[0].query_mappings: query_ids names a query that query_filters does not have; add it to query_filters.filters"
        ],
    ),
    (
        mapping(attribute_path="p" * 1025),
        [
            "evaluators[0].query_mappings[0].attribute_path: must be a span attribute's path, such as attributes.input.value (at most 1,024 characters)"
        ],
    ),
    (
        mapping(attributePath="p"),
        [
            "evaluators[0].query_mappings[0].attributePath: there is no such argument; write attribute_path"
        ],
    ),
    (
        trace(query_filter="a = 1"),
        [
            "query_filter and query_filters exclude each other; give one of them",
            "query_filter: belongs to span evaluators; beside query_mappings, write query_filters",
        ],
    ),
    (
        trace(query_filter="a = 1", query_filters=None),
        [
            "query_filter: belongs to span evaluators; beside query_mappings, write query_filters",
            "evaluators[0].query_mappings: query_ids names a query that query_filters does not have; add it to query_filters.filters",
        ],
    ),
    (
        trace(evaluators=[*TRACE_TASK["evaluators"], {"evaluator": "other"}]),
        [
            "evaluators: some have query_mappings (for traces or sessions) and some have not (for spans); make two tasks",
            "query_filters: belongs to trace or session evaluators; for span evaluators, write query_filter",
        ],
    ),
    (
        trace(
            evaluators=[{**TRACE_TASK["evaluators"][0], "column_mappings": {"input": "question"}}]
        ),
        [
            "evaluators[0].column_mappings: belongs to span evaluators, and query_mappings to trace or session evaluators; remove one"
        ],
    ),
    (
        queries(filters=[]),
        ["query_filters.filters: must be a list of 1 to 5 dicts with id and filter"],
    ),
    (
        queries(filters=A),
        [
            "query_filters.filters: must be a list of 1 to 5 dicts with id and filter; put a single one in [ ]"
        ],
    ),
    (queries(filters=["A"]), ["query_filters.filters[0]: must be a dict with id and filter"]),
    (
        queries(filters=[A] * 6),
        ["query_filters.filters: must be a list of 1 to 5 dicts with id and filter"],
    ),
    (
        queries(filters=[A, B]),
        ['query_filters.expression: is needed with two or more filters, such as "A AND B"'],
    ),
    (
        queries(filters=[A, A], expression="A"),
        ["query_filters.filters: each id (A to E) can be used once; give every filter its own"],
    ),
    (
        queries(filters=[{"id": "F", "filter": "a = 1"}]),
        ["query_filters.filters[0].id: must be one letter from A to E"],
    ),
    (
        queries(filters=[{"id": "A", "filter": "f" * 2001}]),
        ["query_filters.filters[0].filter: must be a string of at most 2,000 characters"],
    ),
    (
        queries(filters=[A], expression="A AND B"),
        ["query_filters.expression: names a query that filters does not have; add it there"],
    ),
    (
        queries(filters=[A], expression="A" * 513),
        [
            'query_filters.expression: must be an expression over the ids, such as "A AND B" (at most 512 characters)'
        ],
    ),
    (
        queries(expression="A"),
        ["query_filters.filters: is missing; it must be a list of 1 to 5 dicts with id and filter"],
    ),
    (experiment(dataset=None), ["dataset: is missing; give the name or ID of a dataset"]),
    (
        experiment(dataset=PROJECT),
        ["dataset: must be the name or ID of a dataset, and it is the ID of a project"],
    ),
    (
        experiment(run_configuration=None),
        [
            "run_configuration: is missing; it must be a dict with experiment_type and what belongs to it"
        ],
    ),
    (
        experiment(run_configuration="llm_generation"),
        ["run_configuration: must be a dict with experiment_type and what belongs to it"],
    ),
    (
        experiment(run_configuration={}),
        [
            "run_configuration.experiment_type: is missing; it must be one of llm_generation, template_evaluation, agent_call"
        ],
    ),
    (
        experiment(run_configuration={"experiment_type": 4}),
        [
            "run_configuration.experiment_type: must be one of llm_generation, template_evaluation, agent_call"
        ],
    ),
    (
        experiment(run_configuration={"experiment_type": "llm_generaton"}),
        [
            "run_configuration.experiment_type: must be one of llm_generation, template_evaluation, agent_call; did you mean llm_generation?"
        ],
    ),
    (
        experiment(evaluators=[]),
        [
            "evaluators: belongs to evaluation tasks (template_evaluation, code_evaluation); remove it here"
        ],
    ),
    (
        experiment(samplingRate=0.1),
        [
            "samplingRate: belongs to evaluation tasks (template_evaluation, code_evaluation); remove it here"
        ],
    ),
    (
        experiment(project="my-project", dataset=None),
        [
            "project: belongs to evaluation tasks (template_evaluation, code_evaluation); remove it here",
            "dataset: is missing; give the name or ID of a dataset",
        ],
    ),
    (
        generation(ai_integration=None),
        ["run_configuration.ai_integration: is missing; give ai_integration or ai_integration_id"],
    ),
    (
        generation(ai_integration_id=INTEGRATION),
        [
            "run_configuration.ai_integration and ai_integration_id exclude each other; give one of them"
        ],
    ),
    (
        generation(ai_integration=None, ai_integration_id="mine"),
        [
            "run_configuration.ai_integration_id: must be the ID of an AI integration (base64 text, as Arize shows it); to give a name, write ai_integration"
        ],
    ),
    (
        generation(ai_integration=DATASET),
        [
            "run_configuration.ai_integration: must be the name or ID of an AI integration, and it is the ID of a dataset"
        ],
    ),
    (
        generation(aiIntegration="mine"),
        ["run_configuration.aiIntegration: there is no such argument; write ai_integration"],
    ),
    (
        generation(model_name=""),
        [
            "run_configuration.model_name: must be a model's name (a string); without it, the integration's default"
        ],
    ),
    (
        generation(messages=None),
        [
            "run_configuration.messages: is missing; it must be a list of at least one message, each a dict with role and content"
        ],
    ),
    (
        generation(messages=[]),
        [
            "run_configuration.messages: must be a list of at least one message, each a dict with role and content"
        ],
    ),
    (
        generation(messages={"role": "user"}),
        [
            "run_configuration.messages: must be a list of at least one message, each a dict with role and content; put a single one in [ ]"
        ],
    ),
    (
        generation(messages=["hi"]),
        ["run_configuration.messages[0]: must be a dict with role and content"],
    ),
    (
        message(role="usr"),
        [
            "run_configuration.messages[0].role: must be one of user, assistant, system, tool; did you mean user?"
        ],
    ),
    (
        message(role=None),
        [
            "run_configuration.messages[0].role: is missing; it must be one of user, assistant, system, tool"
        ],
    ),
    (message(content=5), ["run_configuration.messages[0].content: must be the message's text"]),
    (
        message(contents="hi"),
        [
            "run_configuration.messages[0].contents: there is no such argument; did you mean content?"
        ],
    ),
    (
        tool_call(type="func"),
        ["run_configuration.messages[0].tool_calls[0].type: must be function"],
    ),
    (
        tool_call(type=None),
        ["run_configuration.messages[0].tool_calls[0].type: is missing; it must be function"],
    ),
    (
        tool_call(function={"name": "find", "arguments": {}}),
        [
            "run_configuration.messages[0].tool_calls[0].function.arguments: must be the arguments as JSON text (json.dumps(…))"
        ],
    ),
    (
        tool_call(function="find"),
        [
            "run_configuration.messages[0].tool_calls[0].function: must be a dict with name and arguments"
        ],
    ),
    (
        message(role="assistant", tool_calls=TOOL_CALL),
        [
            "run_configuration.messages[0].tool_calls: must be a list of tool calls, each a dict with type and function; put a single one in [ ]"
        ],
    ),
    (
        generation(input_variable_format=None),
        [
            "run_configuration.input_variable_format: is missing; it must be one of f_string ({question}), mustache ({{question}}), none"
        ],
    ),
    (
        generation(input_variable_format="fstring"),
        [
            "run_configuration.input_variable_format: must be one of f_string ({question}), mustache ({{question}}), none; did you mean f_string?"
        ],
    ),
    (
        generation(template="{{answer}}"),
        [
            "run_configuration.template: belongs to experiment_type template_evaluation; remove it here"
        ],
    ),
    (
        generation(input_template={}),
        ["run_configuration.input_template: belongs to experiment_type agent_call; remove it here"],
    ),
    (
        generation(column_mapping={"a": "b"}),
        [
            "run_configuration.column_mapping: belongs to experiment_type template_evaluation; remove it here"
        ],
    ),
    (
        generation(provider_parameters={"seed": None}),
        [
            "run_configuration.provider_parameters: must not hold None, since Pulumi drops it; to send a null, give the whole object as JSON text (json.dumps(…))"
        ],
    ),
    (
        generation(provider_parameters={"a": [{"b": None}]}),
        [
            "run_configuration.provider_parameters: must not hold None, since Pulumi drops it; to send a null, give the whole object as JSON text (json.dumps(…))"
        ],
    ),
    (
        generation(provider_parameters=[1]),
        [
            "run_configuration.provider_parameters: must be an object: a dict, or the JSON text of one"
        ],
    ),
    (
        generation(provider_parameters="{"),
        [
            "run_configuration.provider_parameters: must be an object: a dict, or the JSON text of one; this text is not JSON"
        ],
    ),
    (
        generation(provider_parameters="[1]"),
        [
            "run_configuration.provider_parameters: must be an object: a dict, or the JSON text of one"
        ],
    ),
    (
        generation(provider_parameters={"a": float("inf")}),
        [
            "run_configuration.provider_parameters: must hold only JSON values: strings, finite numbers, true, false, lists and dicts"
        ],
    ),
    (
        generation(provider_parameters={"a": date(2026, 3, 1)}),
        [
            "run_configuration.provider_parameters: must hold only JSON values: strings, finite numbers, true, false, lists and dicts"
        ],
    ),
    (
        generation(tool_config={"tools": [{"a": None}]}),
        [
            "run_configuration.tool_config.tools[0]: must not hold None, since Pulumi drops it; to send a null, give the whole object as JSON text (json.dumps(…))"
        ],
    ),
    (
        generation(tool_config={"tools": {"a": 1}}),
        [
            "run_configuration.tool_config.tools: must be a list of tool definitions (dicts); put a single one in [ ]"
        ],
    ),
    (
        generation(tool_config={"tool_choice": 5}),
        ["run_configuration.tool_config.tool_choice: must be a string, such as auto, or a dict"],
    ),
    (
        generation(tool_config={"tool_choice": {"a": None}}),
        [
            "run_configuration.tool_config.tool_choice: must not hold None, since Pulumi drops it; leave the key out"
        ],
    ),
    (
        generation(prompt_version_id=EVALUATOR),
        [
            "run_configuration.prompt_version_id: must be the ID of a prompt version, and it is the ID of an evaluator"
        ],
    ),
    (
        parameters(temperature="hot"),
        ["run_configuration.invocation_parameters.temperature: must be a number"],
    ),
    (
        parameters(temperature=True),
        ["run_configuration.invocation_parameters.temperature: must be a number"],
    ),
    (
        parameters(max_tokens=1.5),
        ["run_configuration.invocation_parameters.max_tokens: must be an integer"],
    ),
    (
        parameters(max_tokens=True),
        ["run_configuration.invocation_parameters.max_tokens: must be an integer"],
    ),
    (
        parameters(frequency_penalty=3),
        [
            "run_configuration.invocation_parameters.frequency_penalty: must be a number from -2 to 2"
        ],
    ),
    (
        parameters(presence_penalty=-2.5),
        ["run_configuration.invocation_parameters.presence_penalty: must be a number from -2 to 2"],
    ),
    (
        parameters(stop="end"),
        [
            "run_configuration.invocation_parameters.stop: must be a list of strings; put a single one in [ ]"
        ],
    ),
    (parameters(stop=[1]), ["run_configuration.invocation_parameters.stop[0]: must be a string"]),
    (
        parameters(response_format={"type": "json"}),
        [
            "run_configuration.invocation_parameters.response_format.type: must be one of text, json_object, json_schema"
        ],
    ),
    (
        parameters(response_format={"json_schema": {"schema": {"default": None}}}),
        [
            "run_configuration.invocation_parameters.response_format.json_schema: must not hold None, since Pulumi drops it; to send a null, give the whole object as JSON text (json.dumps(…))"
        ],
    ),
    (
        parameters(temprature=1),
        [
            "run_configuration.invocation_parameters.temprature: there is no such argument; did you mean temperature?"
        ],
    ),
    (
        parameters(service_tier="flex"),
        [
            "run_configuration.invocation_parameters.service_tier: there is no such argument; the arguments are temperature, max_tokens, max_completion_tokens, top_p, frequency_penalty, presence_penalty, stop, response_format, tool_config, top_k, thinking_level, thinking_budget, reasoning_effort, verbosity"
        ],
    ),
    (
        template(template=""),
        [
            "run_configuration.template: must be a non-empty string: the evaluation prompt, with its {{variables}}"
        ],
    ),
    (
        template(template=None),
        [
            "run_configuration.template: is missing; it must be a non-empty string: the evaluation prompt, with its {{variables}}"
        ],
    ),
    (
        template(provide_explanation="yes"),
        ["run_configuration.provide_explanation: must be true or false"],
    ),
    (
        template(provide_explanation=1),
        ["run_configuration.provide_explanation: must be true or false"],
    ),
    (
        template(classification_choices={"a secret": "1"}),
        [
            "run_configuration.classification_choices: each value must be a number: the score of the label"
        ],
    ),
    (
        template(classification_choices={"a secret": True}),
        [
            "run_configuration.classification_choices: each value must be a number: the score of the label"
        ],
    ),
    (
        template(column_mappings={"a": "b"}),
        [
            "run_configuration.column_mappings: there is no such argument; did you mean column_mapping?"
        ],
    ),
    (
        template(evaluator_version_id="latest"),
        [
            "run_configuration.evaluator_version_id: must be the ID of an evaluator version (base64 text, as Arize shows it)"
        ],
    ),
    (
        template(messages=[]),
        ["run_configuration.messages: belongs to experiment_type llm_generation; remove it here"],
    ),
    (
        agent(integration=None),
        ["run_configuration.integration: is missing; give integration or integration_id"],
    ),
    (
        agent(input_template=None),
        [
            "run_configuration.input_template: is missing; it must be the request to the agent: an object (a dict, or JSON text) with {{column}} placeholders in its strings"
        ],
    ),
    (
        agent(input_template={"a": None}),
        [
            "run_configuration.input_template: must not hold None, since Pulumi drops it; to send a null, give the whole object as JSON text (json.dumps(…))"
        ],
    ),
    (
        agent(input_template="hi"),
        [
            "run_configuration.input_template: must be an object: a dict, or the JSON text of one; this text is not JSON"
        ],
    ),
    (
        agent(ai_integration="mine"),
        [
            "run_configuration.ai_integration: belongs to experiment_type llm_generation and template_evaluation; remove it here"
        ],
    ),
    (
        agent(integration_id="my-agent", integration=None),
        [
            "run_configuration.integration_id: must be the ID of an integration (base64 text, as Arize shows it); to give a name, write integration"
        ],
    ),
]

RUNS: list[tuple[dict[str, Any], list[str]]] = [
    ({"task": None}, ["task: is missing; it must be a task: the resource, a name or an ID"]),
    ({"task": ""}, ["task: must be a task: the resource, a name or an ID"]),
    ({"task": DATASET}, ["task: must be the name or ID of a task, and it is the ID of a dataset"]),
    ({"task": 5}, ["task: must be a task: the resource, a name or an ID"]),
    (
        {"data_start_time": "2026-03-01T00:00:00"},
        [
            "data_start_time: must have a time zone: give the datetime a tzinfo, or text such as 2026-03-01T00:00:00Z"
        ],
    ),
    (
        {"data_start_time": "2026-03-01"},
        [
            "data_start_time: must have a time zone: give the datetime a tzinfo, or text such as 2026-03-01T00:00:00Z"
        ],
    ),
    (
        {"data_start_time": "soon"},
        ["data_start_time: must be an ISO 8601 time with an offset, such as 2026-03-01T00:00:00Z"],
    ),
    (
        {"data_start_time": 1772323200},
        [
            "data_start_time: must be a datetime with a time zone, or ISO 8601 text such as 2026-03-01T00:00:00Z"
        ],
    ),
    (
        {"data_start_time": datetime(2026, 3, 1)},
        [
            "data_start_time: must have a time zone: give the datetime a tzinfo, or text such as 2026-03-01T00:00:00Z"
        ],
    ),
    (
        {"data_start_time": "0001-01-01T00:00:00+05:00"},
        ["data_start_time: must be a time between the years 1 and 9999"],
    ),
    (
        {"data_start_time": "2026-03-01T00:00:00Z", "data_end_time": "2026-02-01T00:00:00Z"},
        ["data_end_time: must be after data_start_time"],
    ),
    (
        {"data_start_time": "2026-03-01T00:00:00Z", "data_end_time": "2026-03-01T01:00:00+01:00"},
        ["data_end_time: must be after data_start_time"],
    ),
    (
        {"data_start_time": "2026-03-01T00:00:00Z", "data_end_time": "2026-03-31T00:00:01Z"},
        [
            "data_start_time: must be at most 30 days before data_end_time; move it, or make several runs"
        ],
    ),
    ({"max_spans": 0}, ["max_spans: must be an integer of at least 1"]),
    ({"max_spans": 2.5}, ["max_spans: must be an integer of at least 1"]),
    ({"max_spans": True}, ["max_spans: must be an integer of at least 1"]),
    ({"override_evaluations": "yes"}, ["override_evaluations: must be true or false"]),
    (
        {"experiment_ids": []},
        ["experiment_ids: must be a list of at least one experiment ID (leave it out for all)"],
    ),
    (
        {"experiment_ids": ["baseline"]},
        [
            "experiment_ids[0]: must be the ID of an experiment (base64 text, as Arize shows it); to give a name, write experiments"
        ],
    ),
    (
        {"experiment_name": ""},
        ['experiment_name: must be a name of 1 to 255 characters without " and \\'],
    ),
    (
        {"experiment_name": "x" * 256},
        ['experiment_name: must be a name of 1 to 255 characters without " and \\'],
    ),
    (
        {"experiment_name": 'say "hi"'},
        ['experiment_name: must be a name of 1 to 255 characters without " and \\'],
    ),
    (
        {"experiment_name": "back\\slash"},
        ['experiment_name: must be a name of 1 to 255 characters without " and \\'],
    ),
    (
        {"dataset_version_id": "latest"},
        [
            "dataset_version_id: must be the ID of a dataset version (base64 text, as Arize shows it)"
        ],
    ),
    (
        {"dataset_version_id": DATASET},
        ["dataset_version_id: must be the ID of a dataset version, and it is the ID of a dataset"],
    ),
    ({"max_examples": 0}, ["max_examples: must be an integer of at least 1"]),
    (
        {"max_examples": 3, "example_ids": ["a"]},
        ["example_ids and max_examples exclude each other; give one of them"],
    ),
    (
        {"example_ids": []},
        ["example_ids: must be a list of at least one example ID (leave it out for all)"],
    ),
    (
        {"example_ids": "a"},
        [
            "example_ids: must be a list of at least one example ID (leave it out for all); put a single one in [ ]"
        ],
    ),
    ({"example_ids": [1]}, ["example_ids[0]: must be the ID of an example (a string)"]),
    ({"example_ids": ["a", "a"]}, ["example_ids: duplicate item; list each once"]),
    (
        {"query_filter": ""},
        ["query_filter: must be a non-empty string (leave it out for no filter)"],
    ),
    ({"tracing_metadata": {"a secret": 1}}, ["tracing_metadata: each value must be a string"]),
    ({"tracing_metadata": "team"}, ["tracing_metadata: must be a dict of strings"]),
    (
        {"evaluation_tasks": "nightly"},
        [
            "evaluation_tasks: must be a list of tasks: resources, names or IDs; put a single one in [ ]"
        ],
    ),
    (
        {"evaluation_tasks": [DATASET]},
        ["evaluation_tasks[0]: must be the name or ID of a task, and it is the ID of a dataset"],
    ),
    (
        {"triggers": "v1"},
        ["triggers: must be a list or a dict, such as triggers=[task.definition_hash]"],
    ),
    (
        {"triggers": 1},
        ["triggers: must be a list or a dict, such as triggers=[task.definition_hash]"],
    ),
    ({"wait": "no"}, ["wait: must be true or false"]),
    ({"timeout_seconds": 0}, ["timeout_seconds: must be a number of seconds above 0"]),
    ({"timeout_seconds": "10m"}, ["timeout_seconds: must be a number of seconds above 0"]),
    ({"poll_interval_seconds": -1}, ["poll_interval_seconds: must be a number of seconds above 0"]),
    ({"on_no_data": "ignore"}, ["on_no_data: must be fail or pass"]),
    (
        {"on_no_data": "pass", "min_successes": 1},
        [
            "on_no_data: pass lets a run through that evaluated nothing, which no gate does; write fail, or remove the gate"
        ],
    ),
    (
        {"on_no_data": "pass", "max_error_rate": 0.1},
        [
            "on_no_data: pass lets a run through that evaluated nothing, which no gate does; write fail, or remove the gate"
        ],
    ),
    (
        {"max_error_rate": 5},
        ["max_error_rate: must be a fraction from 0 to 1 (0.05 for 5 % of the rows)"],
    ),
    ({"min_successes": 0}, ["min_successes: must be an integer of at least 1"]),
    ({"min_successes": 1.5}, ["min_successes: must be an integer of at least 1"]),
    ({"timeout": 5}, ["timeout: there is no such argument; did you mean timeout_seconds?"]),
    (
        {"pollIntervalSeconds": 5},
        ["pollIntervalSeconds: there is no such argument; write poll_interval_seconds"],
    ),
    (
        {
            "task_type": "RUN_EXPERIMENT",
            "experiment_name": "x",
            "max_spans": 5,
            "override_evaluations": True,
        },
        [
            "max_spans: belongs to runs of evaluation tasks; remove it here, since the task is of the other kind",
            "override_evaluations: belongs to runs of evaluation tasks; remove it here, since the task is of the other kind",
        ],
    ),
    (
        {"task_type": "code_evaluation", "max_examples": 5, "experiment_name": "x"},
        [
            "experiment_name: belongs to runs of run_experiment tasks; remove it here, since the task is of the other kind",
            "max_examples: belongs to runs of run_experiment tasks; remove it here, since the task is of the other kind",
        ],
    ),
    (
        {"task_type": "TEMPLATE_EVALUATION", "triggers": ["a"]},
        [
            "override_evaluations: is needed beside triggers; true evaluates all rows again, and with false the rows that have a label keep it"
        ],
    ),
    (
        {"max_spans": 5, "triggers": ["a"]},
        [
            "override_evaluations: is needed beside triggers; true evaluates all rows again, and with false the rows that have a label keep it"
        ],
    ),
    (
        {"max_spans": 5, "max_examples": 5},
        [
            "max_spans: of runs of evaluation tasks, beside max_examples: of runs of run_experiment tasks; give only one kind"
        ],
    ),
    (
        {"wait": False, "max_error_rate": 0.1, "min_successes": 1},
        [
            "max_error_rate: judges a run that is waited for; remove it, or remove wait=False",
            "min_successes: judges a run that is waited for; remove it, or remove wait=False",
        ],
    ),
    (
        {"max_spans": 10, "min_successes": 100},
        [
            "min_successes: can never be reached, since the run takes at most 10 spans; lower it, or let the run take more"
        ],
    ),
    (
        {"example_ids": ["a", "b"], "min_successes": 3},
        [
            "min_successes: can never be reached, since the run takes at most 2 examples; lower it, or let the run take more"
        ],
    ),
    (
        {"max_examples": 5, "min_successes": 6},
        [
            "min_successes: can never be reached, since the run takes at most 5 examples; lower it, or let the run take more"
        ],
    ),
    (
        {"task_type": "template_evaluation", "min_successes": 10_001},
        [
            "min_successes: can never be reached, since the run takes at most 10,000 spans by the service's default; lower it, or let the run take more"
        ],
    ),
    (
        {"window_lag_seconds": 60},
        [
            "window_lag_seconds: moves the end of a window that looks back; give lookback_seconds as well, or remove it"
        ],
    ),
    (
        {
            "window_lag_seconds": 60,
            "lookback_seconds": 60,
            "data_end_time": "2026-03-01T00:00:00Z",
        },
        ["window_lag_seconds and data_end_time exclude each other; give one of them"],
    ),
]


@pytest.mark.parametrize(("values", "sentences"), TASKS)
def test_task_that_is_wrong_is_refused_in_words(
    values: dict[str, Any], sentences: list[str]
) -> None:
    assert TASK.examine(values)[1] == sentences


@pytest.mark.parametrize(("arguments", "sentences"), RUNS)
def test_run_that_is_wrong_is_refused_in_words(
    arguments: dict[str, Any], sentences: list[str]
) -> None:
    assert TaskRunSpec.examine({"task": "nightly", **arguments})[1] == sentences


def test_mistakes_of_one_resource_are_reported_together() -> None:
    values = project(
        sampling_rate=15,
        colour="red",
        dataset="my-dataset",
        evaluators=[{"evaluatorId": EVALUATOR}, {"evaluator": "tone", "query_filter": 5}],
    )
    assert TASK.examine(values)[1] == [
        "sampling_rate: must be a fraction from 0 to 1 (0.15 for 15 % of the spans)",
        "evaluators[0].evaluatorId: there is no such argument; write evaluator_id",
        "evaluators[1].query_filter: must be a non-empty string (it is joined to the task's filter with AND)",
        "colour: there is no such argument; the arguments are name, type, space, dataset, adopt, project, experiments, experiment_ids, sampling_rate, is_continuous, query_filter, query_filters, evaluators",
        "project and dataset are both given; give exactly one of them",
        "evaluators[0].evaluator: is missing; give evaluator or evaluator_id",
    ]


@pytest.mark.parametrize("values", [values for values, _ in TASKS])
def test_sentences_never_quote_a_value(values: dict[str, Any]) -> None:
    marked = _marked(values)
    assert not [text for text in TASK.examine(marked)[1] if "hush" in text]


def _marked(value: Any) -> Any:
    """Put a word into every text but those that decide what is judged, and into mapping keys."""
    if isinstance(value, dict):
        return {
            f"{key} hush" if " " in key else key: item
            if key in ("type", "experiment_type")
            else _marked(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_marked(item) for item in value]
    return f"hush {value}" if isinstance(value, str) else value
