"""Several accounts in one stack, on the real engine: whose key goes where, and keys that change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.emulator.process import Emulator
from tests.engine.stack import Stack

MakeStack = Callable[[str], Stack]
StartEmulator = Callable[..., Emulator]

PROGRAM = """
import pulumi, arize_tasks
config = pulumi.Config()

def task(name, opts=None):
    return arize_tasks.EvaluationTask(
        name, name=name, type="template_evaluation", project="my-project",
        evaluators=[{"evaluator": "my-evaluator"}], opts=opts,
    )

here = task("here")
# Not known before `here` is there, as a key that another resource makes.
key = pulumi.Output.all(here.id, config.require_secret("other_key")).apply(lambda both: both[1])
other = arize_tasks.ArizeProvider(
    "other", api_key=key, base_url=config.require("other_url"), space="my-space"
)
there = task("there", pulumi.ResourceOptions(provider=other))
run = arize_tasks.TaskRun("run", task=there, opts=pulumi.ResourceOptions(provider=other))
pulumi.export("there", arize_tasks.list_tasks_output(
    name=there.name, provider=other
).apply(lambda found: [one.id for one in found]))

class Group(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("test:index:Group", name, None, opts)
        task("nested", pulumi.ResourceOptions(parent=self))

Group("group", pulumi.ResourceOptions(providers=[other]))

# What is not said comes from the stack's config.
elsewhere = arize_tasks.ArizeProvider("elsewhere", space="another space")
task("in-another-space", pulumi.ResourceOptions(provider=elsewhere))
"""


def names(server: Emulator) -> set[str]:
    return {task["name"] for task in server.call("GET", "/v2/tasks").json()["tasks"]}


def refused(server: Emulator) -> list[str]:
    return [r["path"] for r in server.requests() if r["status"] in (401, 403)]


def another_space(server: Emulator) -> str:
    """Another space in which everything has the same name."""
    space_id: str = server.create("spaces", name="another space")["id"]
    server.create("projects", space_id=space_id, name="my-project")
    server.create("evaluators", space_id=space_id, name="my-evaluator")
    return space_id


def test_each_account_gets_its_own_with_its_own_key_before_and_after_a_rotation(
    emulator: Emulator, start_emulator: StartEmulator, make_stack: MakeStack, tmp_path: Path
) -> None:
    def start_other(key: str, port: int = 0) -> Emulator:
        # The same service, on the same address, with all that it held.
        database = str(tmp_path / "other.sqlite3")
        return start_emulator(
            "--api-key", key, "--port", str(port), "--database", database, "--run-seconds", "0.2"
        )

    def rotate(server: Emulator, key: str) -> Emulator:
        port = server.port
        assert server.stop() == 0
        stack.configure("other_key", key, secret=True)
        return start_other(key, port)

    other = start_other("FIRST-KEY")
    space_id = another_space(emulator)
    stack = make_stack(PROGRAM)
    stack.configure("other_key", "FIRST-KEY", secret=True)
    stack.configure("other_url", other.url)
    # The environment is no source for an explicit provider.
    stack.environment["ARIZE_REGION"] = "eu-west-1a"

    # Its key is not known yet: nothing is asked of it.
    created = dict.fromkeys(["here", "there", "run", "nested", "in-another-space"], "create")
    assert stack.preview().steps == created
    assert other.requests() == []

    assert stack.up().steps == created
    assert names(emulator) == {"here", "in-another-space"}
    assert names(other) == {"there", "nested"}
    projects = {
        p["id"]
        for p in emulator.call("GET", f"/v2/projects?space_id={space_id}").json()["projects"]
    }
    assert stack.state()["in-another-space"]["outputs"]["project_id"] in projects
    assert stack.outputs() == {"there": [stack.state()["there"]["id"]]}
    assert (refused(emulator), refused(other)) == ([], [])
    before = stack.state()

    other = rotate(other, "SECOND-KEY")
    # Nothing has told the engine yet: this still sends the old key.
    failed = stack.refresh(check=False)
    print(failed.output)
    assert failed.code != 0
    assert "--run-program" in failed.output
    other.clear_requests()
    stack.run("refresh", "--yes", "--skip-preview", "--run-program")
    assert (refused(other), names(other)) == ([], {"there", "nested"})

    assert stack.preview().steps == {}
    assert stack.up().steps == {}
    stack.refresh()
    assert {r["status"] for r in other.requests()} == {200}
    assert {n: r["id"] for n, r in stack.state().items()} == {n: r["id"] for n, r in before.items()}

    other = rotate(other, "THIRD-KEY")
    failed = stack.destroy(check=False)
    print(failed.output)
    assert failed.code != 0
    assert "--run-program" in failed.output
    stack.run("destroy", "--yes", "--skip-preview", "--run-program")
    assert (names(emulator), names(other)) == (set(), set())
    assert stack.state() == {}
    for key in (b"FIRST-KEY", b"SECOND-KEY", b"THIRD-KEY", emulator.api_key.encode()):
        assert key not in stack.everything_written()
