"""What an editor offers and shows, by the language server that many of them have."""

from __future__ import annotations

from pathlib import Path

from tests.typing.language_server import LanguageServer

# `¦` is where somebody types. Each place must offer at least these words.
PROGRAM = """\
import arize_tasks
from arize_tasks import CriterionArgs, RunConfigurationArgs

arize_tasks.EvaluationTask("a", type="¦", evaluators=[{"¦": ""}], query_filters={"¦": ""})
arize_tasks.RunExperimentTask("b", dataset="d", run_configuration={"experiment_type": "¦"})
arize_tasks.Prompt("c", provider="¦", messages=[{"role": "¦"}], input_variable_format="¦")
arize_tasks.TemplateEvaluator("d", direction="¦", data_granularity="¦")
arize_tasks.CodeEvaluator("e", managed_evaluator="¦", variables=[], static_params=[{"type": "¦"}])
arize_tasks.AiIntegration("f", provider="¦", auth_type="¦")
arize_tasks.TaskRun("g", task="t", on_timeout="¦", adopt_in_flight="¦", on_no_data="¦")
arize_tasks.EvaluationGate("h", criteria=[{"¦": ""}], inconclusive="¦")
arize_tasks.ArizeProvider("i", preflight="¦")
arize_tasks.list_tasks(type="¦")
arize_tasks.list_task_runs("t", status="¦")
configuration: RunConfigurationArgs = {"¦": ""}
criterion: CriterionArgs = {"¦": ""}
"""
OFFERED: tuple[set[str], ...] = (
    {"template_evaluation", "code_evaluation"},
    {"evaluator", "evaluator_version_id", "column_mappings"},
    {"filters", "expression"},
    {"llm_generation", "template_evaluation", "agent_call"},
    {"open_ai", "anthropic", "custom"},
    {"user", "assistant", "system", "tool"},
    {"f_string", "mustache", "none"},
    {"maximize", "minimize", "none"},
    {"span", "trace", "session"},
    {"exact_match", "matches_regex"},
    {"string", "string_array", "regex"},
    {"open_ai", "litellm", "together_ai"},
    {"default", "proxy_with_headers", "bearer_token"},
    {"leave", "cancel"},
    {"own", "any", "never"},
    {"fail", "pass"},
    {"evaluator", "min_share", "label"},
    {"block", "allow"},
    {"auto", "always", "never"},
    {"template_evaluation", "run_experiment"},
    {"pending", "completed", "cancelled"},
    {"experiment_type", "messages", "template"},
    {"evaluator", "max_drop", "enforce"},
)


def test_editors_complete_enums_and_keys_and_explain_each_argument(tmp_path: Path) -> None:
    text = PROGRAM.replace("¦", "")
    places = [
        (number, len("".join(line.split("¦")[: part + 1])))
        for number, line in enumerate(PROGRAM.splitlines())
        for part in range(line.count("¦"))
    ]
    assert len(places) == len(OFFERED)
    with LanguageServer(tmp_path) as server:
        uri = server.open("program.py", text)
        missing = {
            (text.splitlines()[place[0]], place[1]): wanted - found
            for place, wanted in zip(places, OFFERED, strict=True)
            if not wanted <= (found := {word.strip("\"'") for word in server.completed(uri, place)})
        }
        assert missing == {}

        shown = server.hovered(uri, (3, len("arize_tasks.Eval")))
        assert "sampling_rate" in shown
        assert "a fraction from 0 to 1" in " ".join(shown.split())
        assert "`Task`" not in shown
