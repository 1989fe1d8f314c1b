"""What a reader puts in the place of a page's words, and the world in which the pages are true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.docs.blocks import ROOT
from tests.emulator.process import Emulator
from tests.engine.readme import answered

# What the pages take for granted beside the seeded world.
EVALUATORS = ("correctness", "helpfulness", "tone")
SCORES = {"correctness": {"share": 0.97}, "helpfulness": {"mean": 0.9}}
EXPERIMENTS = ("v12", "v13")  # over the dataset "answers", of 300 examples
TASKS: dict[str, dict[str, Any]] = {
    "Weekly Quality Check": {},
    "Nightly tone": {"column_mappings": {"input": "question"}},
}


def furnish(emulator: Emulator) -> None:
    """Make what the pages name."""
    fixtures = emulator.fixtures
    space = fixtures["space_id"]
    for name in EVALUATORS:
        made = emulator.create(
            "evaluators",
            space_id=space,
            name=name,
            classification_choices={"correct": 1, "wrong": 0},
        )
    for name, more in TASKS.items():
        body = {
            "name": name,
            "type": "TEMPLATE_EVALUATION",
            "project_id": fixtures["project_id"],
            "sampling_rate": 0.1,
            "is_continuous": True,
            "evaluators": [{"evaluator_id": made["id"], **more}],
        }
        assert emulator.call("POST", "/v2/tasks", body).status_code == 201
    answers = emulator.create("datasets", space_id=space, name="answers", examples=300)["id"]
    for name in EXPERIMENTS:
        made = emulator.create("experiments", dataset_id=answers, name=name, rows=300)
        emulator.score(made["id"], **SCORES)
    emulator.create("spaces", name="trials")


def in_python(text: str, emulator: Emulator) -> str:
    """Give a program as the reader of a page would have it."""
    tasks = emulator.call("GET", "/v2/tasks").json()["tasks"]
    nightly = next(task["id"] for task in tasks if task["name"] == "Nightly tone")
    text = text.replace("T25saW5lVGFzazo3OmFhYWE=", nightly)
    return text.replace('region="eu-west-1a"', f'base_url="{emulator.url}"')


def in_shell(text: str, emulator: Emulator, wheel: Path) -> str:
    """Give what the reader of a page types."""
    experiment = emulator.fixtures["experiment_id"]
    text = text.replace("-C /path/to/this/checkout", f'-C "{ROOT}"')
    text = text.replace("/path/to/this/checkout", str(wheel))
    text = text.replace("ARIZE_API_KEY=…", f"ARIZE_API_KEY={emulator.api_key}")
    text = text.replace("http://127.0.0.1:8787", emulator.url)
    text = text.replace("arize-emulator &", "arize-emulator --help")  # one is running already
    text = text.replace("<experiment>", experiment)
    text = text.replace("--llm my-openai ", "--llm my-openai-integration ")
    # What a terminal asks for.
    text = text.replace("verify --write", "verify --write --yes")
    answers = {"arize:apiKey": emulator.api_key}
    return "\n".join(answered(line, answers) for line in text.split("\n"))
