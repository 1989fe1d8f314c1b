"""Tasks over what the same stack makes: projects, datasets, evaluators that are not there yet."""

from __future__ import annotations

from collections.abc import Callable

from tests.emulator.process import Emulator
from tests.engine.stack import Stack

# Stands for whatever other provider makes such things.
PROGRAM = """
import json, urllib.request
import pulumi, arize_tasks
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Maker(ResourceProvider):
    def create(self, props):
        request = urllib.request.Request(
            "{url}/emulator/" + props["what"],
            json.dumps({{"name": props["name"], **props["more"]}}).encode(),
            {{"content-type": "application/json"}},
        )
        made = json.load(urllib.request.urlopen(request))
        return CreateResult(made["id"], {{**props, "made": made["name"]}})

class Thing(Resource):
    made: pulumi.Output[str]
    def __init__(self, what, name, **more):
        super().__init__(
            Maker(), name,
            dict(what=what, name=name, made=None, more=more or {{"space_id": "{space_id}"}}),
            pulumi.ResourceOptions(replace_on_changes=["*"], delete_before_replace=True),
        )

project = Thing("projects", "{project}")
evaluator = Thing("evaluators", "{evaluator}")
dataset = Thing("datasets", "new-dataset")
experiment = Thing("experiments", "new-experiment", dataset_id=dataset.id)
integration = Thing("ai-integrations", "new-integration")

spans = arize_tasks.EvaluationTask(
    "spans", type="template_evaluation", project=project.made,
    evaluators=[dict(evaluator=evaluator.made, column_mappings=dict(input="question"))],
)
rows = arize_tasks.EvaluationTask(
    "rows", type="template_evaluation", dataset=dataset.id, experiment_ids=[experiment.id],
    evaluators=[dict(evaluator_id=evaluator.id)],
)
generation = arize_tasks.RunExperimentTask(
    "generation", dataset=dataset.made,
    run_configuration=dict(
        experiment_type="llm_generation", ai_integration=integration.made,
        input_variable_format="f_string", messages=[dict(role="user", content="{{question}}")],
    ),
)
run = arize_tasks.TaskRun(
    "run", task=spans, override_evaluations=True, triggers=[spans.definition_hash]
)
"""
OURS = ("spans", "rows", "generation", "run")


def program(emulator: Emulator, project: str = "new-project", evaluator: str = "judge") -> str:
    return PROGRAM.format(
        url=emulator.url,
        space_id=emulator.fixtures["space_id"],
        project=project,
        evaluator=evaluator,
    )


def ours(steps: dict[str, str]) -> dict[str, str]:
    return {name: steps[name] for name in OURS if name in steps}


def test_preview_and_up_agree_on_tasks_over_what_the_stack_makes(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(program(emulator))
    preview = stack.preview()
    assert ours(preview.steps) == dict.fromkeys(OURS, "create")
    assert ours(stack.up().steps) == ours(preview.steps)
    assert stack.preview().steps == {}

    # Another evaluator is patched, and runs again; another project makes a new task.
    for changed, plan in (
        (
            program(emulator, evaluator="second-judge"),
            {"spans": "update", "rows": "update", "run": "replace"},
        ),
        (
            program(emulator, project="second-project", evaluator="second-judge"),
            {"spans": "replace", "run": "replace"},
        ),
    ):
        stack.write(changed)
        assert ours(stack.preview().steps) == plan
        assert ours(stack.up().steps) == plan
        assert stack.preview().steps == {}
