"""What the API accepts of evaluators and their versions, and what it fills in.

Bodies that are JSON but do not fit are answered with 422, as the API's text for evaluators says.
"""

from __future__ import annotations

import re
from typing import Any

from arize_tasks.emulator.filters import filter_text
from arize_tasks.emulator.problems import Problem, invalid
from arize_tasks.emulator.run_configuration import INVOCATION_PARAMETERS
from arize_tasks.emulator.schema import (
    Field,
    any_of,
    anything,
    boolean,
    identifier,
    list_of,
    map_of,
    number,
    one_of,
    record,
    text,
    union,
    well_formed,
)
from arize_tasks.emulator.service import Json
from arize_tasks.emulator.values import is_id

MOST_VERSIONS = 100
# A name with a dot between braces; what has quotes or spaces in it is no variable.
_DOTTED = re.compile(r"\{([^{}\s\"']*\.[^{}\s\"']*)\}")
# What a managed evaluator cannot do without. EXACT_MATCH: what it needs is not known.
_NEEDED_PARAMS = {
    "MATCHES_REGEX": "pattern",
    "CONTAINS_ANY_KEYWORD": "keywords",
    "CONTAINS_ALL_KEYWORDS": "keywords",
}


def _template_text(value: Any, where: str) -> None:
    """A prompt whose variables are names in single braces."""
    text()(value, where)
    if "{{" in value:
        raise invalid(
            where, "a variable is in single braces: {variable}", rule="template-variables"
        )
    if dotted := _DOTTED.search(value):
        raise invalid(where, f"Invalid column '{dotted[1]}'", rule="template-variables")


def _text_or_texts(value: Any, where: str) -> None:
    (list_of(text()) if isinstance(value, list) else text())(value, where)


def _text_or_null(value: Any, where: str) -> None:
    if value is not None:
        text()(value, where)


_STATIC_PARAM = record(
    {
        "name": Field(text(), required=True),
        "type": Field(one_of("STRING", "STRING_ARRAY", "REGEX"), required=True),
        "default_value": Field(_text_or_texts, required=True),
    }
)
_COLUMN = Field(text(pattern=r"[a-zA-Z0-9_\s\-&()]+"), required=True)
_GRANULARITY = one_of("SPAN", "TRACE", "SESSION")
_AZURE = ("azure_deployment_name", "azure_openai_endpoint", "azure_openai_version")
PROVIDER_PARAMETERS = record(
    {
        "azure_params": Field(record(dict.fromkeys(_AZURE, Field(text())))),
        "anthropic_headers": Field(
            record({"anthropic_beta": Field(list_of(_text_or_null), nullable=True)})
        ),
        "anthropic_version": Field(text()),
        "bedrock_options": Field(record({"use_converse_endpoint": Field(boolean)})),
        "region": Field(text()),
    }
)
_LLM_CONFIG = record(
    {
        "ai_integration_id": Field(identifier, required=True),
        "model_name": Field(text(), required=True),
        "invocation_parameters": Field(INVOCATION_PARAMETERS, required=True),
        "provider_parameters": Field(PROVIDER_PARAMETERS, required=True),
    }
)
_TEMPLATE_CONFIG = record(
    {
        "name": _COLUMN,
        "template": Field(_template_text, required=True),
        "include_explanations": Field(boolean, required=True),
        "use_function_calling": Field(boolean, required=True),
        "use_structured_output": Field(boolean),
        "classification_choices": Field(map_of(number()), nullable=True),
        "direction": Field(one_of("MAXIMIZE", "MINIMIZE", "NONE")),
        "data_granularity": Field(_GRANULARITY),
        "llm_config": Field(_LLM_CONFIG, required=True),
    }
)
_CODE = {
    "type": Field(text(), required=True),
    "name": _COLUMN,
    "variables": Field(list_of(text()), required=True),
    "static_params": Field(list_of(_STATIC_PARAM)),
    "data_granularity": Field(_GRANULARITY, nullable=True),
    "query_filter": Field(filter_text, nullable=True),
}
_MANAGED = (*_NEEDED_PARAMS, "JSON_PARSEABLE", "EXACT_MATCH")
_CODE_CONFIG = union(
    "type",
    {
        "MANAGED": record({**_CODE, "managed_evaluator": Field(one_of(*_MANAGED), required=True)}),
        "CUSTOM": record(
            {
                **_CODE,
                "code": Field(text(), required=True),
                "imports": Field(text(), nullable=True),
            }
        ),
    },
)
_VERSION = record(
    {
        "commit_message": Field(text(1, 1000), required=True),
        "template_config": Field(_TEMPLATE_CONFIG),
        "code_config": Field(_CODE_CONFIG),
        "remote_config": Field(record({"integration_id": Field(identifier, required=True)})),
    }
)
_NAME = text(1, 255)
_CREATE = record(
    {
        "space_id": Field(identifier, required=True),
        "name": Field(_NAME, required=True),
        "description": Field(text()),
        # There is a HARNESS as well, which cannot be created.
        "type": Field(one_of("TEMPLATE", "CODE", "REMOTE"), required=True),
        "version": Field(_VERSION, required=True),
    }
)

# What is not sent is answered as its default. The direction's is MAXIMIZE by the field's text, NONE
# by that of its values.
_TEMPLATE_DEFAULTS = {
    "use_structured_output": True,
    "classification_choices": None,
    "direction": "MAXIMIZE",
    "data_granularity": "SPAN",
}
_CODE_DEFAULTS: Json = {"static_params": [], "data_granularity": None, "query_filter": None}


def _create(body: Any, where: str) -> None:
    _CREATE(body, where)
    _fitting_version(body["type"], body["version"], "version")


def _fitting_version(type_: str, version: Any, where: str) -> None:
    """Refuse a version that has another configuration than its evaluator's type wants."""
    _VERSION(version, where)
    wanted = f"{type_.lower()}_config"
    if [key for key in version if key.endswith("_config")] != [wanted]:
        raise invalid(
            where or "body",
            f"{wanted} and no other belongs to a {type_} evaluator",
            rule="one-configuration",
        )


check_create = well_formed(_create)
check_update = well_formed(
    any_of({"name": Field(_NAME), "description": Field(text(), nullable=True)})
)


def check_version(type_: str, version: Json) -> None:
    """Refuse what cannot be a version of an evaluator of this type."""
    well_formed(lambda value, where: _fitting_version(type_, value, where))(version, "")


def settled_config(version: Json) -> Json:
    """The configuration of a checked version, under its key, as the API answers it.

    Raises:
        Problem: 400 for static parameters that do not fit their types, or the managed evaluator.
    """
    if "template_config" in version:
        return {"template_config": {**_TEMPLATE_DEFAULTS, **version["template_config"]}}
    config = {**_CODE_DEFAULTS, **version["code_config"]}
    _refuse_unfit_params(config)
    return {"code_config": config if config["type"] == "MANAGED" else {"imports": None, **config}}


def _refuse_unfit_params(config: Json) -> None:
    """Refuse static parameters of which one has a value of another type, or one is missing."""
    for index, param in enumerate(config["static_params"]):
        if isinstance(param["default_value"], list) is not (param["type"] == "STRING_ARRAY"):
            raise invalid(
                f"static_params[{index}].default_value",
                f"is no {param['type']}",
                rule="static-param-values",
            )
    needed = _NEEDED_PARAMS.get(config.get("managed_evaluator", ""))
    if needed and needed not in [param["name"] for param in config["static_params"]]:
        raise invalid(
            "static_params",
            f"{config['managed_evaluator']} needs '{needed}'",
            rule="needed-static-params",
        )


def versions_to_delete(body: Json) -> list[str]:
    """The identifiers in a request to delete versions, each once; its refusals are all 400."""
    record({"version_ids": Field(anything)})(body, "")
    ids = body.get("version_ids", [])
    if not isinstance(ids, list):
        raise Problem(400, "version_ids must be an array", rule="version-batch")
    if not ids:
        raise Problem(
            400, "version_ids must contain at least one evaluator version ID", rule="version-batch"
        )
    if len(ids) > MOST_VERSIONS:
        raise Problem(
            400,
            f"version_ids cannot contain more than {MOST_VERSIONS} evaluator version IDs",
            rule="version-batch",
        )
    if not all(isinstance(id_, str) and is_id(id_) for id_ in ids):
        raise Problem(400, "Invalid evaluator version ID format", rule="version-batch")
    return list(dict.fromkeys(ids))
