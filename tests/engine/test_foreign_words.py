"""What models, users' code and other people have written, on its way to terminals and pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from tests.emulator.process import Emulator
from tests.engine.stack import Outcome, Stack
from tests.hostile_mirror import HostileMirror

HOSTILE = "\x1b[2J\x1b]0;owned\x07 \u202eevil\u2066 \x00\x9b31m \x85 \u200f"
WORDS = f"quota {HOSTILE}\n::set-output name=x::y\r\n::error::z {'long ' * 400_000}the end"
# Control characters but the line's end and the tabulator, and what turns the direction of text.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
COMMAND = re.compile(r"^\s*::", re.MULTILINE)

PROGRAM = """
import pulumi, arize_tasks
task = arize_tasks.EvaluationTask("task", type="template_evaluation", project="my-project",
                                  evaluators=[{"evaluator": "my-evaluator"}])
run = arize_tasks.TaskRun("run", task=task, lookback_seconds=3600)
pulumi.export("run", run)
"""


def harmless(text: str) -> bool:
    return not OBEYED.search(text.replace("\r\n", "\n")) and not COMMAND.search(text)


def test_reason_of_a_failed_run_can_do_nothing_anywhere(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.outcome(status="FAILED", failure_reason=WORDS)
    stack = make_stack(PROGRAM)
    outcome = stack.up(check=False)
    assert outcome.code != 0
    assert "quota \\x1b[2J" in outcome.output
    assert harmless(outcome.output)
    assert len(outcome.output) < 20_000
    state = stack.state()["run"]
    assert len(state["outputs"]["failure_reason"]) <= 4000
    assert "more)" in state["outputs"]["failure_reason"]

    preview = stack.preview(check=False)
    assert harmless(preview.output)
    log = stack.folder / "events.jsonl"
    log.write_text("".join(json.dumps(event) + "\n" for event in preview.events))
    assert harmless(stack.shell("arize-tasks", "preview-comment", str(log)).output)

    (stack.folder / "outputs.json").write_text(json.dumps({"run": state["outputs"]}))
    stack.environment |= {
        "ARIZE_API_KEY": emulator.api_key,
        "ARIZE_BASE_URL": emulator.url,
    }
    page = stack.folder / "page.html"
    said = stack.shell("arize-tasks", "report", "--space", "my-space", "--output", str(page))
    assert harmless(said.output)
    text = page.read_text(encoding="utf-8")
    assert "quota \\x1b[2J" in text
    assert harmless(text)
    assert len(text) < 200_000


NAME = f"tone{HOSTILE}\n::error::q"
WRONG = """
import arize_tasks
arize_tasks.EvaluationTask("task", type="template_evaluation", project="my-project",
                           evaluators=[{"evaluator": NEAR}])
"""
ADOPTS = """
import arize_tasks
arize_tasks.EvaluationTask("task", type="template_evaluation", project="my-project", name="ours",
                           adopt=TASK, evaluators=[{"evaluator": "my-evaluator"}])
"""


def test_names_of_others_can_do_nothing_anywhere(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    fixtures = emulator.fixtures
    evaluator = emulator.create(
        "evaluators", name=NAME, space_id=fixtures["space_id"], type="TEMPLATE"
    )
    project = emulator.create("projects", name=NAME, space_id=fixtures["space_id"])
    theirs = emulator.call(
        "POST",
        "/v2/tasks",
        {
            "name": NAME,
            "type": "TEMPLATE_EVALUATION",
            "project_id": project["id"],
            "query_filter": f"a = 'b{HOSTILE}'",
            "evaluators": [{"evaluator_id": evaluator["id"]}],
        },
    ).json()
    ours = emulator.call(
        "POST",
        "/v2/tasks",
        {
            "name": f"{NAME} 2",
            "type": "TEMPLATE_EVALUATION",
            "project_id": fixtures["project_id"],
            "evaluators": [{"evaluator_id": evaluator["id"]}],
        },
    ).json()
    stack = make_stack(WRONG.replace("NEAR", repr(f"{NAME}x")))
    stack.environment |= {"ARIZE_API_KEY": emulator.api_key, "ARIZE_BASE_URL": emulator.url}

    near = stack.preview(check=False)
    assert "did you mean" in near.output
    assert harmless(near.output)

    stack.write(ADOPTS.replace("TASK", repr(ours["id"])))
    outcomes = [stack.preview(), stack.up(), stack.preview()]
    stack.write(ADOPTS.replace("TASK", repr(theirs["id"])).replace('"task"', '"other"'))
    outcomes.append(stack.preview(check=False))  # of another project, which is named
    for outcome in outcomes:
        assert harmless(outcome.output)
        log = stack.folder / "events.jsonl"
        log.write_text("".join(json.dumps(event) + "\n" for event in outcome.events))
        assert harmless(stack.shell("arize-tasks", "preview-comment", str(log)).output)

    program = stack.folder / "imported.py"
    written = stack.shell("arize-tasks", "import", "--space", "my-space", "--output", str(program))
    page = stack.folder / "page.html"
    report = stack.shell("arize-tasks", "report", "--space", "my-space", "--output", str(page))
    for text in (written.output, program.read_text(), report.output, page.read_text()):
        assert harmless(text)
    compile(program.read_text(), "imported.py", "exec")


EVERYTHING = """
import pulumi, arize_tasks
f = FIXTURES
task = arize_tasks.EvaluationTask("task", type="template_evaluation", project=f["project_id"],
    name="ours", query_filter="a = 'b'",
    evaluators=[{"evaluator": f["evaluator_id"], "query_filter": "c = 'd'"}])
run = arize_tasks.TaskRun("run", task=task, lookback_seconds=3600)
experiments = arize_tasks.RunExperimentTask("experiments", dataset=f["dataset_id"], name="other",
    run_configuration={"experiment_type": "llm_generation",
        "ai_integration": f["ai_integration_id"], "input_variable_format": "f_string",
        "messages": [{"role": "user", "content": "Answer {question}"}]})
made = arize_tasks.TaskRun("made", task=experiments)
gate = arize_tasks.EvaluationGate("gate", run=made, settle_seconds=0, criteria=[
    {"evaluator": f["evaluator_id"], "label": "correct", "min_share": 0.1}])
"""
REFUSED = {
    "status": 400,
    "body": json.dumps({"title": HOSTILE, "detail": f"{HOSTILE}\n::error::x"}),
}


def test_every_text_of_every_answer_can_do_nothing_anywhere(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    """All that the service says is somebody's words; what comes of them is only shown."""
    hostile = {"reads": False}
    # Without the mark that begins a text from right to left, which is no order and may be meant.
    words = f"{HOSTILE}\n::error::q".replace("\u200f", "")
    with HostileMirror(emulator.url, words, lambda *_: hostile["reads"]) as mirror:
        stack = make_stack(EVERYTHING.replace("FIXTURES", repr(emulator.fixtures)))
        stack.configure("arize:baseUrl", mirror.url)
        stack.environment |= {"ARIZE_API_KEY": emulator.api_key, "ARIZE_BASE_URL": mirror.url}
        outcomes: dict[str, Outcome] = {"clean": stack.up(check=False)}
        hostile["reads"] = True
        outcomes["preview"] = stack.preview(check=False)
        outcomes["refresh"] = stack.refresh(check=False)
        outcomes["diff"] = stack.preview("--diff", check=False)
        outcomes["mended"] = stack.up(check=False)
        outcomes["replaced"] = stack.up("--replace", "**TaskRun::run", check=False)
        space = ("--space", emulator.fixtures["space_id"])
        program, page = stack.folder / "imported.py", stack.folder / "page.html"
        outcomes["import"] = stack.shell(
            "arize-tasks", "import", *space, "--output", str(program), check=False
        )
        outcomes["report"] = stack.shell(
            "arize-tasks", "report", *space, "--output", str(page), check=False
        )
        emulator.fault(method="POST", path="/v2/tasks/*/trigger", kind="body", times=2, **REFUSED)
        outcomes["refused"] = stack.up("--replace", "**TaskRun::run", check=False)
        outcomes["destroyed"] = stack.destroy()

    assert {"name", "query_filter", "detail", "content"} <= mirror.changed
    assert "ours\\x1b[2J" in outcomes["diff"].output  # the drift is shown, as text
    for name, outcome in outcomes.items():
        assert harmless(outcome.output), name
        if outcome.events:
            log = stack.folder / "events.jsonl"
            log.write_text("".join(json.dumps(event) + "\n" for event in outcome.events))
            assert harmless(stack.shell("arize-tasks", "preview-comment", str(log)).output), name
    assert harmless(page.read_text())
    compile(program.read_text(), "imported.py", "exec")
