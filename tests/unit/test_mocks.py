"""A program's own unit tests, with Pulumi's mocks: every class, `.get`, every function."""

# ruff: noqa: E501 - a sentence stands on one line, as people see it

from __future__ import annotations

import asyncio
import importlib
import inspect
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime import settings

import arize_tasks
from arize_tasks.resources.base import ArizeResource
from arize_tasks.schema.kind import TOKENS, load
from arize_tasks.schema.kinds import HOMES
from tests.unit.mocked import FUNCTIONS, record_of, smallest, token_of
from tests.unit.spec_samples import EVALUATOR, LLM_GENERATION

# Of the product: tests add a kind of their own to the list.
CLASSES = sorted(
    name
    for home in HOMES.values()
    if home.startswith("arize_tasks.")
    for name in load(home).classes
)
NEEDED: dict[str, Any] = {
    "type": "template_evaluation",
    "evaluators": [{"evaluator": "tone"}],
    "dataset": "my-dataset",
    "run_configuration": LLM_GENERATION,
    "task": "nightly",
    "criteria": [{"evaluator": "tone", "label": "good", "min_share": 0.9}],
    "template": "Is {output} right?",
    "ai_integration": "my-openai-integration",
    "model_name": "gpt-4o",
    "variables": ["output"],
    "provider": "open_ai",
    "messages": [{"role": "user", "content": "{question}"}],
    "prompt": "my-prompt",
    "label": "production",
    "version_id": "UHJvbXB0VmVyc2lvbjox",
}
"""What constructors demand."""


AMBIENT = [
    *("monitor", "monitor_features", "engine", "project", "stack", "dry_run", "organization"),
    *("callbacks", "rpc_manager"),
]
"""What `set_mocks` changes for the whole process."""


class Recorder(pulumi.runtime.Mocks):
    """Mocks as a user would write them, which remember what they were asked."""

    def __init__(self) -> None:
        self.resources: list[pulumi.runtime.MockResourceArgs] = []
        self.calls: list[pulumi.runtime.MockCallArgs] = []
        self.answer: Any = {}
        self.outputs: dict[str, Any] = {}

    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[str, Any]]:
        self.resources.append(args)
        return args.resource_id or f"{args.name}-id", {**args.inputs, **self.outputs}

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        self.calls.append(args)
        return self.answer


HELD: list[asyncio.AbstractEventLoop] = []
"""Pulumi closes no loop, neither the main thread's nor those of its threads; kept, none warns."""


def hold_a_loop() -> None:
    """Let this thread have a loop: `set_mocks` needs one, and `asyncio.run` leaves none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # where there is none
        try:
            loop = asyncio.get_event_loop()
        except RuntimeError:
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
    HELD.append(loop)


@pytest.fixture
def mocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    for name in ("ARIZE_API_KEY", "ARIZE_BASE_URL", "ARIZE_SPACE"):
        monkeypatch.delenv(name, raising=False)
    before = {name: getattr(settings.SETTINGS, name) for name in AMBIENT}
    mocks = Recorder()
    hold_a_loop()
    pulumi.runtime.set_mocks(mocks)
    yield mocks
    for name, value in before.items():
        setattr(settings.SETTINGS, name, value)


def seen(*outputs: Any) -> list[Any]:
    """Wait for outputs, as `pulumi.runtime.test` does for what a test returns."""
    found: list[Any] = []

    pulumi.runtime.test(lambda: pulumi.Output.all(*outputs).apply(found.extend))()  # type: ignore[no-untyped-call]
    return found


def made(name: str, resource: str = "it", **more: Any) -> Any:
    face = getattr(arize_tasks, name)
    parameters = inspect.signature(face).parameters.values()
    needed = [p.name for p in parameters if p.default is p.empty and p.name != "resource_name"]
    return face(resource, **{**{n: NEEDED[n] for n in needed}, **more})


def outputs_of(face: type) -> list[str]:
    return [
        name
        for base in face.__mro__
        if issubclass(base, ArizeResource)
        for name, hint in inspect.get_annotations(base).items()
        if str(hint).startswith("Output[") and not name.startswith("_")
    ]


@pytest.mark.parametrize("name", CLASSES)
def test_resource_is_registered_and_has_the_outputs_that_the_mocks_give(
    name: str, mocks: Recorder
) -> None:
    names = outputs_of(getattr(arize_tasks, name))
    mocks.outputs = {output: f"some {output}" for output in names}
    resource = made(name)
    assert seen(resource.id, *(getattr(resource, n) for n in names)) == [
        "it-id",
        *(f"some {n}" for n in names),
    ]
    (registered,) = mocks.resources
    assert (registered.typ, registered.name) == (TOKENS + name, "it")
    assert mocks.calls == []


@pytest.mark.parametrize("name", CLASSES)
def test_resource_outputs_that_the_mocks_do_not_give_are_none(name: str, mocks: Recorder) -> None:
    resource = made(name)
    given = {*inspect.signature(type(resource)).parameters, "type", "definition_hash"}
    names = [n for n in outputs_of(type(resource)) if n not in given]
    assert names
    assert set(seen(*(getattr(resource, n) for n in names))) == {None}


def test_get_is_there_for_all_but_what_has_no_name_and_what_is_no_thing() -> None:
    without = {name for name in CLASSES if not hasattr(getattr(arize_tasks, name), "get")}
    assert without == {"PromptLabel", "EvaluationGate"}


@pytest.mark.parametrize(
    "name", [name for name in CLASSES if hasattr(getattr(arize_tasks, name), "get")]
)
def test_get_reads_by_the_id_and_has_the_outputs_that_the_mocks_give(
    name: str, mocks: Recorder
) -> None:
    face = getattr(arize_tasks, name)
    names = outputs_of(face)
    mocks.outputs = {output: f"some {output}" for output in names}
    found = face.get("found", EVALUATOR)
    assert seen(*(getattr(found, n) for n in names)) == [f"some {n}" for n in names]
    (read,) = mocks.resources
    assert (read.typ, read.resource_id) == (TOKENS + name, EVALUATOR)


def test_a_resource_stands_for_its_id_wherever_a_name_is_taken(mocks: Recorder) -> None:
    judge, golden, app = made("TemplateEvaluator"), made("Dataset"), made("Project")
    openai, prompt = made("AiIntegration"), made("Prompt")
    for taker, argument, resource in [
        ("EvaluationTask", "project", app),
        ("EvaluationTask", "dataset", golden),
        ("RunExperimentTask", "dataset", golden),
        ("TemplateEvaluator", "ai_integration", openai),
        ("PromptLabel", "prompt", prompt),
    ]:
        made(taker, f"{taker}-{argument}", **{argument: resource})
    task = made("EvaluationTask", "task", evaluators=[{"evaluator": judge}])
    run = made("TaskRun", "run", task=task, triggers=[task.definition_hash])
    gate = made("EvaluationGate", "gate", run=run)
    seen(gate.id)
    inputs = {one.name: one.inputs for one in mocks.resources}
    assert inputs["EvaluationTask-project"]["project"] == "it-id"
    assert inputs["EvaluationTask-dataset"]["dataset"] == "it-id"
    assert inputs["RunExperimentTask-dataset"]["dataset"] == "it-id"
    assert inputs["TemplateEvaluator-ai_integration"]["ai_integration"] == "it-id"
    assert inputs["PromptLabel-prompt"]["prompt"] == "it-id"
    assert inputs["task"]["evaluators"] == [{"evaluator": "it-id"}]
    assert inputs["run"]["task"] == "task-id"
    assert inputs["run"]["triggers"] == seen(task.definition_hash)
    assert inputs["gate"]["run"] == "run-id"


def test_provider_takes_resources_and_functions(mocks: Recorder) -> None:
    eu = arize_tasks.ArizeProvider("eu", api_key="key", region="eu-west-1a", max_retries=2)
    mocks.answer = smallest("get_task")
    task = made("EvaluationTask", opts=pulumi.ResourceOptions(provider=eu))
    found = arize_tasks.get_task_output("nightly", provider=eu)
    assert seen(task.id, found.name) == ["it-id", "some name"]
    registered = {one.name: one for one in mocks.resources}
    assert registered["eu"].inputs["arize:region"] == "eu-west-1a"
    assert str(registered["it"].provider).endswith("::eu::eu-id")
    assert mocks.calls[0].provider.endswith("::eu::eu-id")


def test_a_key_in_the_config_of_a_unit_test_is_no_leak(mocks: Recorder) -> None:
    pulumi.runtime.set_config("arize:apiKey", "key")
    try:
        assert seen(made("EvaluationTask").id) == ["it-id"]
    finally:
        pulumi.runtime.set_all_config({})


# ---- functions ------------------------------------------------------------------------------


def given_to(function: str) -> dict[str, Any]:
    """Return a value for every argument of a function."""
    return {
        name: 3 if name == "limit" else f"my-{name}"
        for name in inspect.signature(getattr(arize_tasks, function)).parameters
    }


@pytest.fixture(params=["plain", "output"])
def ask(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Calls a function in one of its two forms; gives what it gives."""

    def plain(function: str, **given: Any) -> Any:
        return getattr(arize_tasks, function)(**given)

    def later(function: str, **given: Any) -> Any:
        given = {name: pulumi.Output.from_input(value) for name, value in given.items()}
        return seen(getattr(arize_tasks, f"{function}_output")(**given))[0]

    return plain if request.param == "plain" else later


def test_every_function_is_looked_at() -> None:
    homes = (
        importlib.import_module(f"arize_tasks.resources.{n}") for n in ("functions", "lookups")
    )
    written = {name for home in homes for name in vars(home) if name.startswith(("get_", "list_"))}
    assert written == {*FUNCTIONS, *(f"{name}_output" for name in FUNCTIONS)}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_asks_the_mocks_and_gives_records(
    function: str, mocks: Recorder, ask: Callable[..., Any]
) -> None:
    model, many = record_of(function)
    one = smallest(function)
    mocks.answer = {"items": [one, one]} if many else one
    found = ask(function, **given_to(function))
    for record in found if many else [found]:
        assert type(record) is model
        said = {name: getattr(record, name) for name in model.model_fields}
        upper = {n: str(v).upper() if n in ("type", "status") else v for n, v in one.items()}
        assert said.items() >= upper.items()
        assert {n: v for n, v in said.items() if n not in one and v} == {}
    assert len(found) == 2 if many else True
    (call,) = mocks.calls
    assert call.token == token_of(function)
    assert call.args == given_to(function)


def test_function_tells_the_mocks_only_what_is_given(
    mocks: Recorder, ask: Callable[..., Any]
) -> None:
    mocks.answer = smallest("get_prompt")
    ask("get_prompt", prompt="my-prompt")
    assert mocks.calls[0].args == {"prompt": "my-prompt"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_answer_without_what_every_record_has_is_refused_by_name(
    function: str, mocks: Recorder, ask: Callable[..., Any]
) -> None:
    model, many = record_of(function)
    mocks.answer = {"items": [{}]} if many else {}
    with pytest.raises(pulumi.RunError) as refused:
        ask(function, **given_to(function))
    assert f"missing: {', '.join(smallest(function))}" in str(refused.value)
    assert model.__name__ in str(refused.value)
    assert "Fix: return " in str(refused.value)


@pytest.mark.parametrize(
    ("function", "answer", "said"),
    [
        ("get_evaluator", {"id": "e", "name": "n", "latest_version": "v"}, "did you mean latest_version_id?"),
        ("get_task_run", {"id": "r", "status": "COMPLETED", "num_errors": -1}, "invalid: num_errors ("),
        ("list_tasks", {}, "returned no dict with one list of TaskRecords."),
        ("list_tasks", {"tasks": ["nightly"]}, "returned no dict for a TaskRecord."),
    ],
)  # fmt: skip
def test_answer_that_is_no_record_says_what_is_wrong(
    function: str, answer: Any, said: str, mocks: Recorder, ask: Callable[..., Any]
) -> None:
    mocks.answer = answer
    needed = {"get_evaluator": {"evaluator": "e"}, "get_task_run": {"run_id": "r"}}
    with pytest.raises(pulumi.RunError) as refused:
        ask(function, **needed.get(function, {}))
    assert said in str(refused.value)


def test_answer_of_the_service_is_taken_as_it_is(mocks: Recorder, ask: Callable[..., Any]) -> None:
    mocks.answer = {
        "id": "e",
        "name": "tone",
        "created_at": "2026-03-01T09:00:00Z",
        "version": {"id": "v2", "number": 2},
        "a_new_field": [1],
    }
    found = ask("get_evaluator", evaluator="tone")
    assert (found.latest_version_id, found.created_at.year) == ("v2", 2026)


def test_wrong_argument_is_refused_before_the_mocks_are_asked(
    mocks: Recorder, ask: Callable[..., Any]
) -> None:
    with pytest.raises(pulumi.RunError, match="limit must be an integer of at least 1"):
        ask("list_tasks", limit=0)
    assert mocks.calls == []


def test_unknown_argument_at_a_preview_is_an_unknown_answer(mocks: Recorder) -> None:
    pulumi.runtime.set_mocks(mocks, preview=True)
    unknown: Any = pulumi.Output.from_input(pulumi.UNKNOWN)
    found = arize_tasks.get_task_output(unknown)
    known: list[bool] = []

    async def look() -> None:
        known.append(await found.is_known())

    pulumi.runtime.test(look)()  # type: ignore[no-untyped-call]
    assert (known, mocks.calls) == ([False], [])
