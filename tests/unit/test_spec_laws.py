"""Laws that hold for every declaration: hypothesis makes them up."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arize_tasks.schema.plan import plan
from arize_tasks.schema.state import (
    inputs_of_state,
    managed_fields,
    observed,
    state_of,
)
from arize_tasks.schema.unknown import UNKNOWN
from arize_tasks.task.spec import TASK
from arize_tasks.task_run.spec import TaskRunSpec
from tests.unit.spec_samples import (
    DATASET,
    EXPERIMENT,
    OTHER_EXPERIMENT,
    PROJECT,
    an_id,
    look_up,
    places,
    record_of,
    with_value,
)
from tests.unit.test_spec_wrong import RUNS, TASKS

# Other work shares the machine: how long one example takes says nothing about these laws.
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")

Programs = st.SearchStrategy[dict[str, Any]]
TEXT = st.text(min_size=1, max_size=8)
JSON = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
OBJECT = st.dictionaries(TEXT, JSON, min_size=1, max_size=3)
FREE_FORM = OBJECT | OBJECT.map(json.dumps)
MAPPING = st.dictionaries(TEXT, TEXT, max_size=3)


def any_case(word: str) -> st.SearchStrategy[str]:
    return st.sampled_from([word.lower(), word.upper(), word.title()])


def evaluators(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    ids = st.sampled_from([an_id("Evaluator", f"{n}:x") for n in range(4)] + ["tone", "other"])
    one = ids.flatmap(
        lambda text: st.fixed_dictionaries(
            {_key(text): st.just(text)},
            optional={
                "evaluator_version_id": st.just(an_id("EvaluatorVersion")),
                **more,
            },
        )
    )
    return st.lists(
        one, min_size=1, max_size=3, unique_by=lambda e: e.get("evaluator", e.get("evaluator_id"))
    )


def _key(text: str) -> str:
    return "evaluator" if text in ("tone", "other") else "evaluator_id"


SPAN_EVALUATORS = evaluators(query_filter=TEXT, column_mappings=MAPPING)
NAMED = {"name": TEXT, "space": st.just("my-space")}
PROJECT_TASKS: Programs = st.fixed_dictionaries(
    {
        "type": any_case("TEMPLATE_EVALUATION") | any_case("CODE_EVALUATION"),
        "project": st.sampled_from(["my-project", PROJECT]),
        "evaluators": SPAN_EVALUATORS,
    },
    optional={
        **NAMED,
        "sampling_rate": st.floats(0, 1) | st.integers(0, 1),
        "is_continuous": st.booleans(),
        "query_filter": TEXT,
        "experiment_ids": st.just([]),
    },
)
DATASET_TASKS: Programs = st.fixed_dictionaries(
    {
        "type": any_case("TEMPLATE_EVALUATION") | any_case("CODE_EVALUATION"),
        "dataset": st.sampled_from(["my-dataset", DATASET]),
        "experiment_ids": st.permutations([EXPERIMENT, OTHER_EXPERIMENT]),
        "evaluators": SPAN_EVALUATORS,
    },
    optional={**NAMED, "is_continuous": st.just(False), "query_filter": TEXT},
)
MODEL_CALL = {
    "invocation_parameters": st.fixed_dictionaries(
        {},
        optional={
            "temperature": st.floats(0, 2) | st.integers(0, 2),
            "max_tokens": st.integers(1, 9),
            "stop": st.lists(TEXT, max_size=2),
            "tool_config": st.fixed_dictionaries({"tools": st.lists(FREE_FORM, max_size=2)}),
        },
    ),
    "provider_parameters": FREE_FORM,
    "model_name": TEXT,
}
MESSAGES = st.lists(
    st.fixed_dictionaries({"role": any_case("USER")}, optional={"content": TEXT}),
    min_size=1,
    max_size=3,
)
CONFIGURATIONS = (
    st.fixed_dictionaries(
        {
            "experiment_type": any_case("LLM_GENERATION"),
            "ai_integration": st.just("my-openai-integration"),
            "messages": MESSAGES,
            "input_variable_format": any_case("MUSTACHE"),
        },
        optional=MODEL_CALL,
    )
    | st.fixed_dictionaries(
        {
            "experiment_type": any_case("TEMPLATE_EVALUATION"),
            "ai_integration_id": st.just(an_id("LlmIntegration")),
            "template": TEXT,
            "provide_explanation": st.booleans(),
        },
        optional={
            **MODEL_CALL,
            "column_mapping": MAPPING,
            "classification_choices": st.dictionaries(TEXT, st.floats(-1, 1), max_size=2),
        },
    )
    | st.fixed_dictionaries(
        {
            "experiment_type": any_case("AGENT_CALL"),
            "integration": st.just("my-agent"),
            "input_template": FREE_FORM,
        }
    )
)
RUN_TASKS: Programs = st.fixed_dictionaries(
    {
        "type": any_case("RUN_EXPERIMENT"),
        "dataset": st.sampled_from(["my-dataset", DATASET]),
        "run_configuration": CONFIGURATIONS,
    },
    optional=NAMED,
)
TASK_PAIRS = (
    st.tuples(PROJECT_TASKS, PROJECT_TASKS)
    | st.tuples(DATASET_TASKS, DATASET_TASKS)
    | st.tuples(RUN_TASKS, RUN_TASKS)
)
ANY_TASK = PROJECT_TASKS | DATASET_TASKS | RUN_TASKS


def state_for(program: dict[str, Any]) -> dict[str, Any]:
    spec = TASK.parse(program).resolve(look_up)
    return state_of(TASK, spec, record_of({"name": "nightly-0a1b2c3", **spec.body()}))


@given(ANY_TASK)
def test_plan_of_the_same_program_is_empty(program: dict[str, Any]) -> None:
    state = state_for(program)
    new = TASK.parse(program).resolve(look_up)
    assert not plan(TASK.stored(state), new, managed=managed_fields(state)).changes


@given(TASK_PAIRS)
def test_plan_applied_to_the_old_gives_the_new(
    programs: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    before, after = programs
    state = state_for(before)
    old, new = TASK.stored(state), TASK.parse(after).resolve(look_up)
    decided = plan(old, new, managed=managed_fields(state))
    if decided.replaces:
        return
    patched = {**old.comparable(), **{name: new.comparable().get(name) for name in decided.updates}}
    released = {*decided.released, *(set(old.OPTIONAL) - managed_fields(state))}
    kept = {name: v for name, v in patched.items() if v is not None}
    for name in kept.keys() | new.comparable().keys():
        if name not in released or name in new.comparable():
            assert kept.get(name) == new.comparable().get(name)


@given(ANY_TASK)
def test_refresh_of_what_was_created_is_no_drift(program: dict[str, Any]) -> None:
    spec = TASK.parse(program).resolve(look_up)
    record = record_of({"name": "nightly-0a1b2c3", **spec.body()})
    state = state_of(TASK, spec, record)
    assert observed(TASK, state, record) == state
    assert inputs_of_state(TASK, state) == TASK.parse(program).declared()


@given(ANY_TASK)
def test_declared_read_again_is_the_same(program: dict[str, Any]) -> None:
    spec = TASK.parse(program)
    again = TASK.parse(spec.declared())
    assert again == spec
    assert again.definition_hash() == spec.definition_hash()


@given(ANY_TASK, st.randoms())
def test_hash_does_not_depend_on_order_or_case(program: dict[str, Any], random: Any) -> None:
    turned = {name: program[name] for name in random.sample(list(program), len(program))}
    for name in ("evaluators", "experiment_ids"):
        if name in turned:
            turned[name] = random.sample(list(turned[name]), len(turned[name]))
    turned["type"] = random.choice([turned["type"].upper(), turned["type"].lower()])
    assert TASK.parse(turned).definition_hash() == TASK.parse(program).definition_hash()


@given(ANY_TASK)
def test_examine_leaves_the_values_as_they_are(program: dict[str, Any]) -> None:
    before = copy.deepcopy(program)
    TASK.examine(program)
    assert program == before


@given(ANY_TASK, st.data())
def test_examine_with_unknowns_in_a_right_program_finds_nothing(
    program: dict[str, Any], data: Any
) -> None:
    for path in data.draw(st.lists(st.sampled_from(list(places(program))), max_size=3)):
        program = with_value(program, path, UNKNOWN)
    assert TASK.examine(program)[1] == []


@given(st.data())
def test_examine_with_unknowns_in_a_wrong_task_finds_a_part_of_what_is_wrong(data: Any) -> None:
    values, sentences = data.draw(st.sampled_from(TASKS))
    for path in data.draw(st.lists(st.sampled_from(list(places(values))), max_size=3)):
        values = with_value(values, path, UNKNOWN)
    assert set(TASK.examine(values)[1]) <= set(sentences)


@given(st.data())
def test_examine_with_unknowns_in_a_wrong_run_finds_a_part_of_what_is_wrong(data: Any) -> None:
    arguments, sentences = data.draw(st.sampled_from(RUNS))
    values: Any = {"task": "nightly", **arguments}
    for path in data.draw(st.lists(st.sampled_from(list(places(values))), max_size=3)):
        values = with_value(values, path, UNKNOWN)
    assert set(TaskRunSpec.examine(values)[1]) <= set(sentences)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.binary(max_size=2)
    | st.just(UNKNOWN),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=4) | st.integers(0, 2), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(ANY_TASK, st.data())
def test_examine_of_anything_anywhere_ends_with_sentences(
    program: dict[str, Any], data: Any
) -> None:
    for path in data.draw(st.lists(st.sampled_from(list(places(program))), max_size=3)):
        program = with_value(program, path, data.draw(ANYTHING))
    spec, failures = TASK.examine(program)
    assert all(isinstance(text, str) and "\n" not in text for text in failures)
    assert failures or spec is not None or program.get("type") is UNKNOWN


@given(st.dictionaries(st.sampled_from(list(TaskRunSpec.model_fields)), ANYTHING))
def test_examine_of_any_run_ends_with_sentences(values: dict[str, Any]) -> None:
    _, failures = TaskRunSpec.examine(values)
    assert all(isinstance(text, str) and "\n" not in text for text in failures)
