"""The API key, and secret inputs, in plaintext nowhere."""

from __future__ import annotations

from collections.abc import Callable

from tests.emulator.process import Emulator
from tests.engine.stack import Stack, traced

PROGRAM = """
import pulumi, arize_tasks

config = pulumi.Config()
prompt = pulumi.Output.secret("PROMPT-SECRET: {question}")
experiment = arize_tasks.RunExperimentTask(
    "experiment",
    dataset="my-dataset",
    run_configuration={
        "experiment_type": "llm_generation",
        "ai_integration": "my-openai-integration",
        "input_variable_format": "f_string",
        "messages": [{"role": "user", "content": prompt}],
    },
)
task = arize_tasks.EvaluationTask(
    "task",
    type="template_evaluation",
    project="my-project",
    query_filter=pulumi.Output.secret("FILTER-SECRET = 1"),
    sampling_rate=config.get_float("rate") or 0.5,
    evaluators=[{
        "evaluator": "my-evaluator",
        "column_mappings": {"input": pulumi.Output.secret("MAPPING-SECRET")},
    }],
)
run = arize_tasks.TaskRun(
    "run",
    task=experiment,
    experiment_name="one",
    query_filter=pulumi.Output.secret("answer != 'EXAMPLES-SECRET'"),
    tracing_metadata={"team": pulumi.Output.secret("METADATA-SECRET")},
)
pulumi.export("hash", experiment.definition_hash)
pulumi.export("filter", task.query_filter)
"""
SECRETS = (
    "PROMPT-SECRET",
    "FILTER-SECRET",
    "MAPPING-SECRET",
    "EXAMPLES-SECRET",
    "METADATA-SECRET",
)


def assert_in_no_byte(stack: Stack, printed: str, *secrets: str) -> None:
    written = stack.everything_written()
    assert written
    for secret in secrets:
        assert secret not in printed
        assert secret.encode() not in written


def test_secrets_through_a_stacks_life_are_in_no_byte_in_clear(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(PROGRAM)
    hidden = (*SECRETS, emulator.api_key)
    printed = stack.preview().output
    printed += stack.up().output
    first_hash = stack.state()["experiment"]["outputs"]["definition_hash"]
    stack.configure("rate", "0.25")
    printed += stack.run("preview", "--diff", "--json").output
    printed += stack.run("preview", "--diff").output
    printed += stack.up().output
    emulator.change(stack.state()["task"]["id"], query_filter="SERVER-SIDE = 1")
    printed += stack.refresh().output
    printed += stack.up().output
    printed += stack.run("stack", "output").output
    printed += stack.run("stack", "export").output
    assert_in_no_byte(stack, printed, *hidden)
    # The emulator did get them: what is looked for was there to be leaked.
    sent = str(emulator.requests())
    assert all(secret in sent for secret in SECRETS)
    # A digest of something secret is secret itself.
    assert "ciphertext" in str(first_hash)


def test_secrets_in_a_bad_program_are_in_no_byte_in_clear(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    for right, wrong, said in (
        ('"role": "user"', '"role": "boss"', "run_configuration.messages[0].role"),
        ("or 0.5", "or 15", "sampling_rate"),
        ('"input":', '"output": 3, "input":', "evaluators[0].column_mappings"),
    ):
        stack = make_stack(PROGRAM.replace(right, wrong))
        failed = stack.preview(check=False)
        assert failed.code != 0
        assert said in failed.output
        assert_in_no_byte(stack, failed.output, *SECRETS, emulator.api_key)


def test_secret_that_the_server_quotes_in_a_refusal_is_not_printed(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.fault(
        method="POST",
        path="/v2/tasks",
        kind="body",
        status=400,
        times=2,
        body='{"status": 400, "title": "Invalid", "detail": "FILTER-SECRET = 1 can not be parsed,'
        ' nor can PROMPT-SECRET: {question}"}',
    )
    stack = make_stack(PROGRAM)
    # Otherwise the engine may end at the first refusal, before it has asked for the other task.
    failed = stack.up("--continue-on-error", check=False)
    assert failed.code != 0
    assert "can not be parsed" in failed.output
    printed = failed.output + stack.run("stack", "export").output
    # A task's request holds one of the two; the other's text is not ours to know.
    for name, secret in (("task", "FILTER-SECRET"), ("experiment", "PROMPT-SECRET")):
        assert f"({name})" in printed
        assert secret.encode() not in stack.everything_written()
    about_task = printed.partition("EvaluationTask (task):")[2].partition("(HTTP")[0]
    assert "FILTER-SECRET" not in about_task


def test_api_key_refused_by_the_server_is_not_printed(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(PROGRAM)
    stack.configure("arize:apiKey", "WRONG-KEY-SECRET", secret=True)
    failed = stack.up(check=False)
    assert failed.code != 0
    assert "401" in failed.output
    assert not traced(failed.output)
    assert_in_no_byte(stack, failed.output, "WRONG-KEY-SECRET")


def test_api_key_from_the_environment_is_stored_nowhere(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(PROGRAM)
    stack.run("config", "rm", "arize:apiKey")
    missing = stack.up(check=False)
    assert missing.code != 0
    assert "arize:apiKey" in missing.output
    assert "ARIZE_API_KEY" in missing.output
    stack.environment["ARIZE_API_KEY"] = emulator.api_key
    printed = stack.up().output
    assert_in_no_byte(stack, printed, emulator.api_key)
    assert '"apiKey"' not in stack.run("stack", "export").output
