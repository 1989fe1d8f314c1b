"""Runs operators and sensors of Arize's provider for Airflow, in the virtual environment of both.

A line of standard input is a request as JSON; a line of standard output is what came of it. So the
imports (seconds) are paid for once. What else is printed goes to standard error.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

PROVIDER = "airflow.providers.arize_ax"
Json = dict[str, Any]


class TaskInstance:
    """What the operators need of a task instance: a place for what they push."""

    def __init__(self) -> None:
        self.pushed: Json = {}

    def xcom_push(self, key: str, value: Any) -> None:
        """Keep a value."""
        self.pushed[key] = value


def find(path: str) -> Any:
    """What a dotted path names: something in a module, or in a class of one."""
    module, _, name = path.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError:
        return getattr(find(module), name)


def built(value: Any) -> Any:
    """A value with its `{"$call": path, ...}` called."""
    if isinstance(value, list):
        return [built(one) for one in value]
    if isinstance(value, dict):
        made = {key: built(one) for key, one in value.items()}
        return find(made.pop("$call"))(**made) if "$call" in made else made
    return value


def classes() -> Iterator[tuple[str, type]]:
    """Every operator and sensor of the provider, by name."""
    for kind in ("operators", "sensors"):
        package = importlib.import_module(f"{PROVIDER}.{kind}")
        for found in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{found.name}")
            for name, one in vars(module).items():
                if isinstance(one, type) and one.__module__ == module.__name__:
                    yield name, one


def execute(name: str, arguments: Json, instance: TaskInstance) -> Any:
    """Be the task of an operator or sensor."""
    operator: Any = dict(classes())[name](task_id="one", **built(arguments))
    return operator.execute({"ti": instance})


def call_hook(method: str, arguments: Json) -> Any:
    """Call one of the hook's methods."""
    hook = find(f"{PROVIDER}.hooks.arize_ax.ArizeAxHook")()
    return getattr(hook, method)(**built(arguments))


def run_dag(name: str, parameters: Json, instance: TaskInstance) -> str:
    """Run one of the DAGs in Airflow's folder; gives its state, and pushes its tasks'."""
    find("airflow.utils.db.initdb")()
    sys.path.insert(0, find("airflow.configuration.conf").get("core", "dags_folder"))
    run = importlib.import_module(name).dag.test(run_conf=parameters)
    for task in run.get_task_instances():
        instance.xcom_push(task.task_id, str(task.state))
    return str(run.state)


def answer(request: Json) -> Json:
    """What comes of a request."""
    instance = TaskInstance()
    value: Any = None
    error = None
    try:
        if "operator" in request:
            value = execute(request["operator"], request["arguments"], instance)
        elif "hook" in request:
            value = call_hook(request["hook"], request["arguments"])
        elif "dag" in request:
            value = run_dag(request["dag"], request["arguments"], instance)
        else:
            value = sorted(name for name, _ in classes())
    except Exception as raised:
        error = {"name": type(raised).__name__, "message": str(raised)}
    return {"value": value, "pushed": instance.pushed, "error": error}


def plain(value: Any) -> Any:
    """A value that JSON has no form for."""
    return value.isoformat() if isinstance(value, date) else str(value)


def main() -> None:
    """Serve until standard input ends."""
    # Airflow logs to standard output.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line)), default=plain), file=replies, flush=True)
    # Airflow takes seconds to put away what a DAG's run has started.
    os._exit(0)


if __name__ == "__main__":
    main()
