"""What editors show of an argument is all there is to know: its own text, in its own docstring.

Editors and type checkers read the source and run nothing, so an argument that several classes take
is explained in each of them. These tests keep the texts complete, and alike where they mean alike.
"""

from __future__ import annotations

import inspect
import re
import sys
import typing
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from typing_extensions import is_typeddict

import arize_tasks
from arize_tasks.client.tasks import TasksClient
from arize_tasks.task import args as task_args


def _public() -> Iterator[tuple[str, Any]]:
    for name in arize_tasks.__all__:
        one = getattr(arize_tasks, name)
        yield name, one
        if isinstance(one, type) and "Record" not in name:
            yield from _methods(name, one)
    yield from _methods("ArizeClient.tasks", TasksClient)


def _methods(name: str, one: type) -> Iterator[tuple[str, Any]]:
    ours = [base for base in one.__mro__ if base.__module__.startswith("arize_tasks.")]
    for method in dict.fromkeys(name for base in ours for name in vars(base)):
        if not method.startswith("_") and inspect.isroutine(getattr(one, method)):
            yield f"{name}.{method}", getattr(one, method)


PUBLIC = dict(_public())
DICTS = {name: one for name, one in (PUBLIC | vars(task_args)).items() if is_typeddict(one)}
# Nobody makes a record or a warning.
CALLED = {
    name: one
    for name, one in PUBLIC.items()
    if name not in DICTS and not name.endswith(("Record", "Warning"))
}
OF_PULUMI = ("resource_name", "opts")
FRACTIONS = ("sampling_rate", "max_error_rate", "confidence", "max_missing")

# Whether an argument is optional, or what else belongs to it, differs with the class.
OWN_WORDS = {
    "RunExperimentTask": {"dataset", "run_configuration"},
    "EvaluationTask": {"type", "dataset", "evaluators"},
}
FAMILIES = [
    ("Task", "EvaluationTask"),
    ("Task", "RunExperimentTask"),
    ("TemplateEvaluator", "CodeEvaluator"),
    *((name, f"{name}_output") for name in CALLED if f"{name}_output" in CALLED),
]

REFERENCE = re.compile(
    r"\b(?:[Aa]s for|[Aa]s in|[Ll]ike that of|[Tt]hose of|[Ss]ee) `|: The same\b|"
    r"arguments are those"
)


def parameters(one: Any) -> dict[str, inspect.Parameter]:
    return {
        name: parameter
        for name, parameter in inspect.signature(one).parameters.items()
        if name != "self"
    }


def documentation(one: Any) -> str:
    """The docstring that an editor shows of a call.

    Of a class it is that of `__init__`, and where ours had none, that of Pulumi's own class.
    """
    init = vars(one).get("__init__") if isinstance(one, type) else None
    own = init.__doc__ if init is not None else None
    return inspect.cleandoc(own) if own else inspect.getdoc(one) or ""


def explained(one: Any, part: str = "Args") -> dict[str, str]:
    """The texts of a docstring's part, by name."""
    doc = documentation(one)
    found = re.search(rf"^{part}:\n((?:    .*\n?|\n)*)", doc, re.MULTILINE)
    entries = re.split(r"^    (\w+): ", found[1] if found else "", flags=re.MULTILINE)[1:]
    return {
        name: " ".join(text.split()) for name, text in zip(entries[::2], entries[1::2], strict=True)
    }


def choices(hint: Any) -> set[str]:
    """The words that a type names."""
    if typing.get_origin(hint) is Literal:
        return {word for word in typing.get_args(hint) if isinstance(word, str)}
    return {word for part in typing.get_args(hint) for word in choices(part)}


def evaluated(annotation: str, owner: Any) -> Any:
    """The type that an annotation of an argument means."""
    return eval(annotation, vars(sys.modules[inspect.unwrap(owner).__module__]))


@pytest.mark.parametrize("name", CALLED)
def test_every_argument_is_explained_in_its_own_docstring(name: str) -> None:
    one = CALLED[name]
    texts = explained(one)
    assert list(texts) == list(parameters(one))
    for argument, parameter in parameters(one).items():
        text = texts[argument]
        if argument in OF_PULUMI:
            continue
        if parameter.default is not parameter.empty:
            assert re.search(r"\bdefault\b", text, re.IGNORECASE), (argument, "its default")
        if argument.endswith("_seconds"):
            assert "seconds" in text, argument
        if argument in FRACTIONS:
            assert "fraction" in text, argument
        hint = evaluated(parameter.annotation, one)
        missing = [word for word in choices(hint) if word not in text]
        assert missing == [], argument


@pytest.mark.parametrize("name", [name for name in CALLED if "__init__" in vars(CALLED[name])])
def test_constructor_says_what_it_makes(name: str) -> None:
    one = CALLED[name]
    assert documentation(one).splitlines()[0] == (inspect.getdoc(one) or "").splitlines()[0]


@pytest.mark.parametrize("name", DICTS)
def test_every_key_of_a_dict_is_explained(name: str) -> None:
    one = DICTS[name]
    texts = explained(one, "Attributes")
    assert list(texts) == list(one.__annotations__)
    for key, annotation in one.__annotations__.items():
        hint = evaluated(annotation.__forward_arg__, one)
        assert [word for word in choices(hint) if word not in texts[key]] == [], key


@pytest.mark.parametrize("name", PUBLIC)
def test_no_docstring_sends_its_reader_to_another_class(name: str) -> None:
    one = PUBLIC[name]
    docs = f"{inspect.getdoc(one)}\n{documentation(one)}"
    assert REFERENCE.findall(docs) == []


@pytest.mark.parametrize(("general", "narrow"), FAMILIES)
def test_an_argument_says_the_same_in_each_of_its_classes(general: str, narrow: str) -> None:
    texts, own = explained(CALLED[general]), explained(CALLED[narrow])
    shared = (texts.keys() & own.keys()) - OWN_WORDS.get(narrow, set())
    assert shared
    assert {name: own[name] for name in shared} == {name: texts[name] for name in shared}


def test_the_account_of_a_function_is_explained_in_the_same_words() -> None:
    later = [one for name, one in CALLED.items() if name.endswith("_output")]
    assert len({explained(one)["provider"] for one in later}) == 1
