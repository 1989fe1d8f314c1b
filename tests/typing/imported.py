# fmt: off
# ruff: noqa
# All in the space 'my-space' of Arize AX, as Pulumi resources.
# All is declared as it is. `arize-tasks import` has written this program.
#
# The first `pulumi up` adopts it and changes nothing: that is what `adopt` is for. Remove every
# `adopt` argument after that. It changes nothing, and only then can Pulumi replace a resource.
#
# From the first `pulumi up` on, `pulumi destroy` DELETES all of this, the runs of the tasks, the
# traces of the projects and the rows of the datasets included, and so does taking a resource out
# of this program. Where that must not happen, give it opts=pulumi.ResourceOptions(protect=True),
# which refuses it, or retain_on_delete=True, which leaves it where it is.
#
# Prompts, filters and mappings are in plaintext here. If one holds a secret, put that in the
# stack's config (`pulumi config set --secret`) before you share this file. Keys and headers of AI
# integrations are not here, and stay as they are.

import json

import arize_tasks

SPACE = "my-space"
PROJECT_MY_PROJECT = "my-project"
DATASET_MY_DATASET = "my-dataset"
EXPERIMENT_MY_EXPERIMENT = "RXhwZXJpbWVudDoxOmUzZTk2"
EVALUATOR_MY_EVALUATOR = "my-evaluator"

agent = arize_tasks.RunExperimentTask(
    "agent",
    name="Agent",
    space=SPACE,
    dataset=DATASET_MY_DATASET,
    run_configuration={
        "experiment_type": "agent_call",
        "integration": "my-agent-integration",
        "input_template": json.dumps({
            "question": "{{question}}",
            "more": [
                {
                    "text": (
                        'He said "it\'s {{fine}}", {braces}, %s \\ back\\nslash, a tab\t, a bell\x07, \xa0 and \u202e.\r\n'
                        "  Ünïcödé, 日本語, العربية, 🎉 and ❤️.\n"
                        "\n"
                        "A sentence that is far too long for one line of a program. A sentence that is far too long for one line of a program. A sentence that is far too long for one line of a program. A sentence that is far too long for one line of a program. \n"
                        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
                    ),
                },
                None,
            ],
        }),
    },
    adopt="T25saW5lVGFzazoxMDA1OjE0M2E4",
)

gpt_4o_baseline = arize_tasks.RunExperimentTask(
    "gpt-4o-baseline",
    name="GPT-4o Baseline",
    space=SPACE,
    dataset=DATASET_MY_DATASET,
    run_configuration={
        "experiment_type": "llm_generation",
        "ai_integration": "my-openai-integration",
        "model_name": "gpt-4o",
        "invocation_parameters": {
            "temperature": 0.5,
            "max_tokens": 100,
            "top_p": 1,
            "presence_penalty": -0.25,
            "stop": ["\n\n", "END"],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": True},
            },
            "reasoning_effort": "low",
        },
        "provider_parameters": json.dumps({"seed": None, "tools": {"nested": [None, 1.5, "two"]}}),
        "messages": [
            {
                "role": "system",
                "content": (
                    'He said "it\'s {{fine}}", {braces}, %s \\ back\\nslash, a tab\t, a bell\x07, \xa0 and \u202e.\r\n'
                    "  Ünïcödé, 日本語, العربية, 🎉 and ❤️.\n"
                    "\n"
                    "A sentence that is far too long for one line of a program. A sentence that is far too long for one line of a program. A sentence that is far too long for one line of a program. A sentence that is far too long for one line of a program. \n"
                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
                ),
            },
            {"role": "user", "content": "{{question}}"},
            {
                "role": "assistant",
                "tool_calls": [
                    {
                        "id": "1",
                        "type": "function",
                        "function": {"name": "f", "arguments": "{\"a\": 1}"},
                    },
                ],
            },
            {"role": "tool", "content": "", "tool_call_id": "1"},
        ],
        "input_variable_format": "mustache",
        "tool_config": {
            "tools": [
                json.dumps({
                    "type": "function",
                    "function": {"name": "f", "parameters": {"default": None}},
                }),
                {"type": "x"},
            ],
            "tool_choice": {"type": "auto"},
        },
    },
    adopt="T25saW5lVGFzazoxMDA0OmVkMDJh",
)

plain = arize_tasks.EvaluationTask(
    "plain",
    name="Plain",
    type="template_evaluation",
    space=SPACE,
    project=PROJECT_MY_PROJECT,
    sampling_rate=1,
    is_continuous=False,
    evaluators=[{"evaluator": EVALUATOR_MY_EVALUATOR}],
    adopt="T25saW5lVGFzazoxMDAxOjUxMWEz",
)

production_quality_monitor = arize_tasks.EvaluationTask(
    "production-quality-monitor",
    name="Production Quality Monitor",
    type="template_evaluation",
    space=SPACE,
    project=PROJECT_MY_PROJECT,
    sampling_rate=0.15,
    is_continuous=True,
    query_filter=(
        'status = \'OK\' and note = \'He said "it\'\'s {{fine}}", {braces}, %s \\ back\\nslash, a tab\t, a bell\x07, \xa0 and \u202e.\r\n'
        "  Ünïcödé, 日本語, العربية, 🎉 and ❤️.\n"
        "\n"
        "A sentence that is far too long for one line of a program. A sentence that is far too long for one line of a program. A sentence that is far too long for one line of a program. A sentence that is far too long for one line of a program. \n"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
        "'"
    ),
    evaluators=[
        {
            "evaluator": EVALUATOR_MY_EVALUATOR,
            "evaluator_version_id": "RXZhbHVhdG9yVmVyc2lvbjoxOjdiMWI0",
            "query_filter": "latency_ms > 10",
            "column_mappings": {
                "input": "attributes.input.value",
                "output": (
                    'He said "it\'s {{fine}}", {braces}, %s \\ back\\nslash, a tab\t, a bell\x07, \xa0 and \u202e.\r\n'
                    "  Ünïcödé, 日本語, العربية, 🎉 and ❤️.\n"
                    "\n"
                    "A sentence that is far too long for one line of a program. A sentence that is far too long for one line of a program. A sentence that is far too long for one line of a program. A sentence that is far too long for one line of a program. \n"
                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
                ),
            },
        },
        {"evaluator": "my-second-evaluator"},
    ],
    adopt="T25saW5lVGFzazoxMDAwOmM3ZDIw",
)

traces = arize_tasks.EvaluationTask(
    "traces",
    name="Traces",
    type="template_evaluation",
    space=SPACE,
    project=PROJECT_MY_PROJECT,
    sampling_rate=1,
    is_continuous=False,
    query_filters={
        "filters": [
            {"id": "A", "filter": "name = 'root'"},
            {"id": "B", "filter": "name = 'leaf'"},
        ],
        "expression": "A AND NOT B",
    },
    evaluators=[
        {
            "evaluator": "my-trace-evaluator",
            "query_mappings": [
                {
                    "variable_name": "input",
                    "query_ids": ["A", "B"],
                    "attribute_path": "a.b",
                },
                {"variable_name": "output", "query_ids": [], "attribute_path": "a.c"},
            ],
        },
    ],
    adopt="T25saW5lVGFzazoxMDAyOmMzOTMz",
)

weekly_quality_check = arize_tasks.EvaluationTask(
    "weekly-quality-check",
    name="Weekly Quality Check",
    type="code_evaluation",
    space=SPACE,
    dataset=DATASET_MY_DATASET,
    experiment_ids=[EXPERIMENT_MY_EXPERIMENT],
    query_filter="score > 1",
    evaluators=[{"evaluator": "my-code-evaluator"}],
    adopt="T25saW5lVGFzazoxMDAzOjEzYjM3",
)
