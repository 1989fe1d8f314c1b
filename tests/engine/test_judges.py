"""What a change of a judge sets off, and what nobody gets to see of a model connection."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.emulator.process import Emulator
from tests.engine.stack import Stack
from tests.engine.test_secrets import assert_in_no_byte

MakeStack = Callable[[str], Stack]

JUDGED = """
import pulumi, arize_tasks

config = pulumi.Config()
judge = arize_tasks.TemplateEvaluator(
    "tone", name=config.get("name") or "tone",
    template=config.get("template") or "Is {output} kind?",
    ai_integration="my-openai-integration", model_name="gpt-4o", column="correctness",
    classification_choices={"correct": 1, "incorrect": 0},
)
tasks = {
    "pinned": [{"evaluator": judge, "evaluator_version_id": judge.version_id}],
    "following": [{"evaluator": judge}],
}
for name, evaluators in tasks.items():
    task = arize_tasks.EvaluationTask(
        name, type="template_evaluation", dataset="my-dataset",
        experiment_ids=["EXPERIMENT"], evaluators=evaluators,
    )
    triggers = [task.definition_hash, *([judge.version_id] if name == "following" else [])]
    run = arize_tasks.TaskRun(
        f"{name}-run", task=task, override_evaluations=True, triggers=triggers,
    )
    arize_tasks.EvaluationGate(
        f"{name}-gate", run=run, min_samples=10,
        criteria=[{"evaluator": judge, "label": "correct", "min_share": 0.5}],
    )
"""


def comment(stack: Stack, outcome: object) -> str:
    log = stack.folder / "events.jsonl"
    events = getattr(outcome, "events", [])
    log.write_text("".join(json.dumps(event) + "\n" for event in events))
    return stack.shell("arize-tasks", "preview-comment", str(log)).output


def test_changed_judge_is_one_preview_from_version_to_gate(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    emulator.outcome(scores={"*": {"share": 0.95}}, times=100)
    stack = make_stack(JUDGED.replace("EXPERIMENT", emulator.fixtures["experiment_id"]))
    stack.up()
    assert stack.preview().steps == {}
    judge = stack.state()["tone"]
    versions = f"/v2/evaluators/{judge['id']}/versions"

    stack.configure("template", "Is {output} polite?")
    planned = stack.preview()
    assert planned.steps == {
        "tone": "update",
        "pinned": "update",
        "pinned-run": "replace",
        "following-run": "replace",
        "pinned-gate": "update",
        "following-gate": "update",
    }
    said = comment(stack, planned)
    assert "1 evaluator gets a new version" in said
    assert "| `tone` | new version | `template`: " in said
    assert "**Runs that will fire (2)**" in said
    assert (
        "`tone`: new version; 1 task that uses it changes, 2 runs will fire: at most 20,000 rows."
        in said
    )
    assert stack.up().steps == planned.steps
    second = stack.state()["tone"]["outputs"]["version_id"]
    assert second != judge["outputs"]["version_id"]
    pinned = stack.state()["pinned"]["outputs"]["evaluators"][0]["evaluator_version_id"]
    assert pinned == second

    # Back to what it was: another version, although there was one like it.
    stack.configure("template", "Is {output} kind?")
    assert stack.up().steps == planned.steps
    assert len(emulator.call("GET", versions).json()["evaluator_versions"]) == 3
    assert stack.preview().steps == {}

    # Somebody adds a version by hand: the next update appends what is declared.
    (latest, *_) = emulator.call("GET", versions).json()["evaluator_versions"]
    config = {**latest["template_config"], "template": "Is {output} short?"}
    body = {"commit_message": "by hand", "template_config": config}
    assert emulator.call("POST", versions, body).status_code == 201
    assert stack.refresh().steps["tone"] == "update"
    assert stack.preview().steps["tone"] == "update"
    stack.up()
    (latest, *_) = emulator.call("GET", versions).json()["evaluator_versions"]
    assert latest["template_config"]["template"] == "Is {output} kind?"
    assert stack.preview().steps == {}

    # A mere rename appends none, and fires nothing: the preview, which can't know, says "may".
    stack.configure("name", "kindness")
    said = comment(stack, stack.preview())
    assert "2 runs may fire: at most 20,000 rows" in said
    assert "will fire" not in said
    assert stack.up().steps["tone"] == "update"
    assert len(emulator.call("GET", versions).json()["evaluator_versions"]) == 5
    assert stack.preview().steps == {}


CONNECTED = """
import pulumi, arize_tasks

config = pulumi.Config()
openai = arize_tasks.AiIntegration(
    "openai", provider="custom", name="ours", base_url="https://models.example.com",
    api_key=KEY, headers={"x-team": HEADER}, model_names=["gpt-4o"],
    adopt=config.get("adopt"),
)
judge = arize_tasks.TemplateEvaluator(
    "tone", template="Is {output} kind?", ai_integration=openai, model_name="gpt-4o",
)
read = arize_tasks.AiIntegration.get("read", openai.id)
pulumi.export("openai", openai)
pulumi.export("headers", read.headers)
pulumi.export("has_key", openai.has_api_key)
"""
KEYS = ("KEY-SECRET-1", "KEY-SECRET-2", "HEADER-SECRET-1", "HEADER-SECRET-2", "HEADER-SECRET-3")


def test_key_and_headers_are_in_no_byte_of_anything(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    def program(key: str, header: str) -> str:
        return CONNECTED.replace("KEY", repr(key)).replace("HEADER", repr(header))

    stack = make_stack("")
    stack.environment |= {"ARIZE_API_KEY": emulator.api_key, "ARIZE_BASE_URL": emulator.url}
    stack.write(program(KEYS[0], KEYS[2]))
    outcomes = [stack.preview("--diff"), stack.up()]
    stack.write(program(KEYS[1], KEYS[3]))
    outcomes += [stack.preview("--diff")]
    printed = comment(stack, outcomes[-1])
    # A refusal that quotes what it was sent.
    detail = f"bad key {KEYS[1]} and header {KEYS[3]}"
    emulator.fault(
        method="PATCH",
        path="/v2/ai-integrations/*",
        kind="body",
        status=400,
        times=1,
        body=json.dumps({"title": detail, "detail": detail}),
    )
    outcomes += [stack.up(check=False)]
    assert outcomes[-1].code != 0
    outcomes += [stack.up(), stack.up(), stack.refresh()]
    assert outcomes[-2].steps == {}
    id_ = stack.state()["openai"]["id"]
    path = f"/v2/ai-integrations/{id_}"
    sent = [e["body"] for e in emulator.requests() if e["method"] in ("POST", "PATCH")]
    assert any(body and body.get("api_key") == KEYS[1] for body in sent)

    # Drift of a header.
    emulator.call("PATCH", path, {"headers": {"x-team": KEYS[4]}})
    outcomes += [stack.refresh(), stack.preview("--diff")]
    printed += comment(stack, outcomes[-1])
    outcomes += [stack.up()]
    assert emulator.call("GET", path).json()["headers"] == {"x-team": KEYS[3]}
    written = stack.folder / "imported.py"
    outcomes += [
        stack.shell("arize-tasks", "import", "--space", "my-space", "--output", str(written))
    ]
    outcomes += [stack.run("stack", "output", "--json"), stack.run("stack", "export")]
    printed += written.read_text() + "".join(outcome.output for outcome in outcomes)
    printed += "".join(json.dumps(outcome.events) for outcome in outcomes)
    assert_in_no_byte(stack, printed, *KEYS)
    stack.destroy()
    assert emulator.call("GET", path).status_code == 404


IN_USE = """
import pulumi, arize_tasks
from pulumi import ResourceOptions

if not pulumi.Config().get_bool("gone"):
    openai = arize_tasks.AiIntegration("openai", name="shared", provider="open_ai")
    arize_tasks.TemplateEvaluator(
        "own", template="{output}", ai_integration=openai, model_name="gpt-4o",
        classification_choices={"good": 1, "bad": 0},
    )
"""


def test_deletion_of_a_model_connection_names_what_still_uses_it(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(IN_USE)
    stack.up()
    integration = stack.state()["openai"]["id"]
    space = emulator.fixtures["space_id"]
    emulator.create("evaluators", space_id=space, name="theirs", ai_integration_id=integration)
    configuration = {
        "experiment_type": "LLM_GENERATION",
        "ai_integration_id": integration,
        "input_variable_format": "F_STRING",
        "messages": [{"role": "USER", "content": "{question}"}],
    }
    task = {
        "name": "trial",
        "type": "RUN_EXPERIMENT",
        "dataset_id": emulator.fixtures["dataset_id"],
        "run_configuration": configuration,
    }
    assert emulator.call("POST", "/v2/tasks", task).status_code == 201
    stack.configure("gone", "true")
    planned = stack.preview()
    assert planned.steps == {"openai": "delete", "own": "delete"}
    said = "deleted, and still used by evaluator theirs, task trial"
    assert said not in comment(stack, planned)  # without a key nothing is asked
    stack.environment |= {"ARIZE_API_KEY": emulator.api_key, "ARIZE_BASE_URL": emulator.url}
    assert said in comment(stack, planned)


ROWS = """
import pulumi, arize_tasks
rows = [{"k": str(n), "v": "a"} for n in range(int(pulumi.Config().get("rows") or 40))]
given = {"key": "k", "examples": list(reversed(rows))} if rows else {}
arize_tasks.Dataset("golden", name="golden", **given)
"""


def test_rows_of_a_dataset_are_counted_in_the_comment(make_stack: MakeStack) -> None:
    stack = make_stack(ROWS)
    new = comment(stack, stack.preview())
    assert "40 rows" in new
    assert "examples[" not in new
    stack.up()
    stack.configure("rows", "41")
    changed = comment(stack, stack.preview())
    assert "rows: `+1 ~0 -0`" in changed
    assert "examples[" not in changed
    stack.configure("rows", "0")
    gone = comment(stack, stack.preview())
    assert "*rows: removed from the program; the dataset keeps them" in gone
    assert "new version" not in gone
    stack.up()
    stack.configure("rows", "39")
    assert "rows: `+0 ~0 -1`" in comment(stack, stack.preview())
