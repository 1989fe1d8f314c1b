"""The snippets of Arize's SDK page, and the few changes without which some cannot work.

`sdk_page.md` is the page, word for word. Everything that is run comes from it: as printed, but
for the placeholders of identifiers, and for what the tables below change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parent / "sdk_page.md"

LIST_TASKS = "List Tasks"
PROJECT_TASK = "Project-scoped task (continuous monitoring)"
DATASET_TASK = "Dataset-scoped task (batch evaluation)"
EVALUATION_TASK = "Create an Evaluation Task"
EXPERIMENT_TASK = "Create a Run Experiment Task"
GET_TASK_BY_ID = "Get a Task: By task ID"
GET_TASK_BY_NAME = "Get a Task: By task name (requires space)"
UPDATE_TASK = "Update a Task"
DELETE_TASK = "Delete a Task"
TRIGGER_RUN = "Trigger a Task Run"
LIST_RUNS = "List Task Runs"
GET_RUN = "Get a Task Run"
WAIT_FOR_RUN = "Wait for a Task Run"
CANCEL_RUN = "Cancel a Task Run"

TITLES = (
    LIST_TASKS,
    PROJECT_TASK,
    DATASET_TASK,
    EVALUATION_TASK,
    EXPERIMENT_TASK,
    GET_TASK_BY_ID,
    GET_TASK_BY_NAME,
    UPDATE_TASK,
    DELETE_TASK,
    TRIGGER_RUN,
    LIST_RUNS,
    GET_RUN,
    WAIT_FOR_RUN,
    CANCEL_RUN,
)

# The client has written its enum values in upper case since 1.24.0, so the page's literals are
# none of today's: what is printed -> what it is today.
UPPER_CASE: dict[str, dict[str, str]] = {
    LIST_TASKS: {'"template_evaluation"': '"TEMPLATE_EVALUATION"'},
    PROJECT_TASK: {'"template_evaluation"': '"TEMPLATE_EVALUATION"'},
    DATASET_TASK: {'"template_evaluation"': '"TEMPLATE_EVALUATION"'},
    EVALUATION_TASK: {'"template_evaluation"': '"TEMPLATE_EVALUATION"'},
    EXPERIMENT_TASK: {
        '"llm_generation"': '"LLM_GENERATION"',
        '"f_string"': '"F_STRING"',
        'role: "system"': 'role: "SYSTEM"',
        'role: "user"': 'role: "USER"',
    },
    LIST_RUNS: {'status: "completed"': 'status: "COMPLETED"'},
    WAIT_FOR_RUN: {'=== "completed"': '=== "COMPLETED"'},
}


@dataclass(frozen=True)
class Mistake:
    """What keeps a snippet from working with any version of the client.

    Attributes:
        why: What the API says to it as printed.
        changes: What is printed -> what works.
    """

    why: str
    changes: dict[str, str]


MISTAKES: dict[str, Mistake] = {
    # A dataset's task needs to know the experiments that it judges.
    DATASET_TASK: Mistake(
        why="experiment_ids",
        changes={
            'dataset: "my-dataset",': (
                'dataset: "my-dataset",\n  experimentIds: ["your_experiment_id"],'
            )
        },
    ),
    # A run of such a task makes an experiment, which needs a name; triggerTaskRun has no
    # parameter for it, the client below it has.
    EXPERIMENT_TASK: Mistake(
        why="experiment_name",
        changes={
            "triggerTaskRun, waitForTaskRun }": "createClient, waitForTaskRun }",
            "const run = await triggerTaskRun({ task: task.id });": (
                'const { data: run } = await createClient().POST("/v2/tasks/{task_id}/trigger", {\n'
                "  params: { path: { task_id: task.id } },\n"
                '  body: { experiment_name: "GPT-4o Baseline" },\n'
                "});"
            ),
        },
    ),
}


def printed_snippets() -> dict[str, str]:
    """Every snippet of the page by the title above it.

    "Get a Task" shows two ways side by side, which no one module can hold as both declare
    `task`: they are two snippets, each with the import above them.
    """
    found: dict[str, str] = {}
    title = ""
    parts = r"^#+ ([^\n]+)$|^```typescript[^\n]*\n(.*?)^```$"
    for part in re.finditer(parts, PAGE.read_text(), re.MULTILINE | re.DOTALL):
        if part[1]:
            title = part[1]
            continue
        imports, *ways = re.split(r"\n(?=// By )", part[2])
        if not ways:
            found[title] = part[2]
        for way in ways:
            found[f"{title}: {way.splitlines()[0].removeprefix('// ')}"] = f"{imports}\n{way}"
    return found


def changed(code: str, changes: dict[str, str]) -> str:
    """The code with each printed text replaced; each must be there, exactly once."""
    for printed, replacement in changes.items():
        assert code.count(printed) == 1, f"{printed!r} is there {code.count(printed)} times"
        code = code.replace(printed, replacement)
    return code
