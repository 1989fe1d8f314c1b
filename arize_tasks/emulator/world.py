"""Everything there is beside tasks and runs: how to make each kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from arize_tasks.emulator import contents
from arize_tasks.emulator.clock import Clock
from arize_tasks.emulator.store import Resource, Store
from arize_tasks.emulator.values import mint

# The fixtures' own instant, so that they are the same after each reset.
SEEDED_AT = "2026-01-05T09:00:00.000Z"
ORGANIZATION_ID = mint("Organization", 1)
USER_ID = mint("User", 1)
CREDENTIALS_REASON = (
    "The run was cancelled because the credentials of the AI integration were rejected by the "
    "provider."
)
DEFAULT_SPANS, DEFAULT_EXAMPLES = 40, 20

# An example's identifier, None for a row that belongs to none, and its body.
Example = tuple[str | None, dict[str, Any]]


class Maker:
    """Makes resources of every kind, with new identifiers and the clock's time, or the seed's.

    Attributes:
        at: The text of the creation time.
    """

    def __init__(self, store: Store, clock: Clock, *, seeding: bool = False) -> None:
        self._store = store
        self._clock = clock
        self._seeded: dict[str, int] | None = {} if seeding else None
        self.at = SEEDED_AT if seeding else clock.stamp()

    def new_id(self, kind: str) -> str:
        """An identifier that was never given before; the seed counts each kind from 1."""
        if self._seeded is None:
            return mint(kind, self._store.next_number())
        self._seeded[kind] = self._seeded.get(kind, 0) + 1
        return mint(kind, self._seeded[kind])

    def _add(self, kind: str, name: str, body: dict[str, Any], **columns: Any) -> Resource:
        id_ = self.new_id(kind)
        return self._store.add(
            Resource(id=id_, kind=kind, name=name, body={"id": id_, **body}, **columns)
        )

    def space(self, name: str) -> Resource:
        """A space."""
        body = {
            "organization_id": ORGANIZATION_ID,
            "name": name,
            "description": "",
            "created_at": self.at,
            "is_private": False,
        }
        return self._add("Space", name, body)

    def project(
        self, space_id: str, name: str, rows: int = DEFAULT_SPANS, windowed: bool = False
    ) -> Resource:
        """A project with spans, which carry no labels yet.

        Args:
            space_id: Its space.
            name: Its name.
            rows: How many spans; the newest began two minutes ago, each other one a minute before
                the next.
            windowed: Whether runs evaluate the spans of their data window only.
        """
        counts = {
            "SPAN": rows,
            "TRACE": -(-rows // contents.SPANS_PER_TRACE),
            "SESSION": -(-rows // contents.SPANS_PER_SESSION),
        }
        body = {
            "name": name,
            "space_id": space_id,
            "created_at": self.at,
            "project_type": "APPLICATION",
        }
        private = {"rows": counts, **({"windowed": True} if windowed else {})}
        project = self._add(
            "Model", name, body, space_id=space_id, type="APPLICATION", private=private
        )
        newest = self._clock.reads() - contents.NEWEST_SPAN_SECONDS
        first = newest - (rows - 1) * contents.SECONDS_BETWEEN_SPANS
        self._store.rows.append(
            f"{project.id}#SPAN",
            [
                contents.span(project.id, number, first + number * contents.SECONDS_BETWEEN_SPANS)
                for number in range(rows)
            ],
        )
        return project

    def dataset(self, space_id: str, name: str, examples: int = DEFAULT_EXAMPLES) -> Resource:
        """A dataset with one version and some examples."""
        dataset = self.bare_dataset(space_id, name)
        self.dataset_version(dataset.id, examples)
        return dataset

    def bare_dataset(self, space_id: str, name: str) -> Resource:
        """A dataset that has no version yet."""
        body = {
            "name": name,
            "space_id": space_id,
            "created_at": self.at,
            "updated_at": self.at,
        }
        return self._add("Dataset", name, body, space_id=space_id)

    def dataset_version(self, dataset_id: str, examples: int = 0, keep: int = -1) -> Resource:
        """A newer version of a dataset.

        Args:
            dataset_id: The dataset.
            examples: How many examples it has more.
            keep: How many of the earlier version's examples it has as well; -1 for all.
        """
        store = self._store
        earlier = store.select("DatasetVersion", parent_ids=[dataset_id], hidden=True)
        kept = store.rows.all(earlier[0].id) if earlier else []
        kept = kept if keep < 0 else kept[:keep]
        rows = [(row.id, row.body) for row in kept]
        for number in range(len(rows) + 1, len(rows) + 1 + examples):
            id_ = contents.row_id(f"{dataset_id}:{len(earlier)}", number)
            if self._seeded is not None:
                id_ = f"ex_{number:03}"  # as a person would name it; anything that is no base64
            rows.append((id_, contents.example(number, self.at)))
        dataset = store.get(dataset_id, "Dataset", hidden=True)
        assert dataset is not None  # noqa: S101 - the callers have looked
        return self.version_of(dataset, f"v{len(earlier) + 1}", rows)

    def version_of(
        self, dataset: Resource, name: str, rows: Sequence[tuple[str, dict[str, Any]]]
    ) -> Resource:
        """A newer version of a dataset with these rows, each beside its identifier."""
        body = {
            "name": name,
            "dataset_id": dataset.id,
            "created_at": self.at,
            "updated_at": self.at,
        }
        version = self._add(
            "DatasetVersion", name, body, space_id=dataset.space_id, parent_id=dataset.id
        )
        self._store.rows.append(version.id, rows)
        return version

    def full_experiment(
        self,
        dataset_id: str,
        name: str,
        rows: int | None = None,
        dataset_version_id: str | None = None,
    ) -> Resource:
        """An experiment with an output for each example, or for as many as `rows` says.

        Where there are more rows than examples, they repeat the examples.
        """
        dataset = self._store.get(dataset_id, "Dataset", hidden=True)
        assert dataset is not None  # noqa: S101 - the callers have looked
        version_id = dataset_version_id or self.latest_version(dataset_id)
        examples: list[Example] = [(row.id, row.body) for row in self._store.rows.all(version_id)]
        if rows is not None:
            found = examples or [(None, {})]
            examples = [found[n % len(found)] for n in range(rows)]
        return self.experiment(dataset, name, examples, version_id, finished=True)

    def experiment(
        self,
        parent: Resource,
        name: str,
        examples: Sequence[Example],
        dataset_version_id: str | None = None,
        integration_id: str | None = None,
        *,
        hidden: bool = False,
        finished: bool = False,
    ) -> Resource:
        """An experiment.

        Args:
            parent: Its dataset, or its space if it has none.
            name: Its name.
            examples: The examples that its rows belong to, in order.
            dataset_version_id: The version that the examples are of, the latest if not given.
            integration_id: The agent that it is of.
            hidden: Whether the API key cannot see it yet.
            finished: Whether its rows have an output already.
        """
        dataset_id = parent.id if parent.kind == "Dataset" else None
        version_id = None
        if dataset_id is not None:
            version_id = dataset_version_id or self.latest_version(dataset_id)
        body = {
            "name": name,
            "space_id": parent.space_id or parent.id,
            "dataset_id": dataset_id,
            "dataset_version_id": version_id,
            "created_at": self.at,
            "updated_at": self.at,
            "integration_id": integration_id,
        }
        experiment = self._add(
            "Experiment",
            name,
            body,
            space_id=body["space_id"],
            parent_id=parent.id,
            hidden=hidden,
        )
        self._store.rows.append(
            experiment.id,
            [
                (
                    contents.row_id(experiment.id, number),
                    contents.experiment_row(
                        example_id, contents.output(number + 1) if finished else None, example
                    ),
                )
                for number, (example_id, example) in enumerate(examples)
            ],
        )
        return experiment

    def latest_version(self, dataset_id: str) -> str:
        """The identifier of a dataset's newest version."""
        return self._store.select("DatasetVersion", parent_ids=[dataset_id], hidden=True)[0].id

    def evaluator(
        self, space_id: str, name: str, type: str = "TEMPLATE", **version: Any
    ) -> Resource:
        """An evaluator with its first version; `version` as in `evaluator_version`."""
        evaluator = self.bare_evaluator(space_id, name, type)
        self.evaluator_version(evaluator.id, **version)
        return evaluator

    def bare_evaluator(
        self, space_id: str, name: str, type: str, description: str | None = None
    ) -> Resource:
        """An evaluator that has no version yet."""
        body = {
            "name": name,
            "description": description,
            "type": type,
            "space_id": space_id,
            "created_at": self.at,
            "updated_at": self.at,
            "created_by_user_id": USER_ID,
        }
        return self._add("Evaluator", name, body, space_id=space_id, type=type)

    def evaluator_version(
        self,
        evaluator_id: str,
        column: str | None = None,
        ai_integration_id: str | None = None,
        data_granularity: str = "SPAN",
        managed: bool = False,
        commit_message: str = "",
        query_filter: str | None = None,
        **template: Any,
    ) -> Resource:
        """A newer version of an evaluator.

        Args:
            evaluator_id: The evaluator.
            column: The evaluation column that it labels; the evaluator's name if not given.
            ai_integration_id: For a template: the judge's integration, the seeded one if not given.
            data_granularity: SPAN, TRACE or SESSION.
            managed: For code: built in, where not given it is custom code.
            commit_message: What changed.
            query_filter: For code: the rows that it scores.
            template: For a template: what takes the place of the usual `classification_choices`
                (None for a free-form judge), `direction` and `include_explanations`.
        """
        evaluator = self._store.get(evaluator_id, "Evaluator", hidden=True)
        assert evaluator is not None  # noqa: S101 - the callers have looked
        common = {"name": column or evaluator.name, "data_granularity": data_granularity}
        if evaluator.type == "TEMPLATE":
            integration_id = ai_integration_id or mint("LlmIntegration", 1)
            config = {"template_config": contents.template(integration_id) | template | common}
        else:
            code = contents.MANAGED_CODE if managed else contents.CUSTOM_CODE
            config = {"code_config": code | common | {"query_filter": query_filter}}
        version = self.configured_version(evaluator, config, commit_message)
        # The newest version is the newest update, which brings the evaluator to the head of lists.
        evaluator.body["updated_at"] = self.at
        self._store.save_as_newest(evaluator)
        return version

    def configured_version(
        self, evaluator: Resource, config: dict[str, Any], commit_message: str
    ) -> Resource:
        """A newer version of an evaluator, with the configuration as the API answers it."""
        earlier = self._store.select("EvaluatorVersion", parent_ids=[evaluator.id], hidden=True)
        before = [version.id for version in earlier[:1]]
        stem = json.dumps([evaluator.id, before, config], sort_keys=True)
        body = {
            "evaluator_id": evaluator.id,
            "commit_hash": hashlib.sha256(stem.encode()).hexdigest()[:40],
            "commit_message": commit_message,
            "created_at": self.at,
            "created_by_user_id": USER_ID,
            "type": evaluator.type,
            **config,
        }
        return self._add(
            "EvaluatorVersion",
            evaluator.name,
            body,
            space_id=evaluator.space_id,
            parent_id=evaluator.id,
            type=evaluator.type,
        )

    def ai_integration(
        self, space_id: str | None, name: str, broken: bool = False, **fields: Any
    ) -> Resource:
        """An AI integration.

        Args:
            space_id: The space that it is for; None if it is for several, or for all.
            name: Its name.
            broken: Whether runs that need it find that its key is refused.
            fields: What takes the place of what is usual.
        """
        body = {
            "name": name,
            "provider": "OPEN_AI",
            "has_api_key": True,
            "base_url": None,
            "model_names": ["gpt-4o", "gpt-4o-mini"],
            "headers": None,
            "enable_default_models": True,
            "function_calling_enabled": True,
            "auth_type": "DEFAULT",
            "provider_metadata": None,
            "scopings": [{"organization_id": ORGANIZATION_ID, "space_id": space_id}],
            "created_at": self.at,
            "updated_at": self.at,
            "created_by_user_id": USER_ID,
        }
        private = {"broken": broken}
        return self._add("LlmIntegration", name, body | fields, space_id=space_id, private=private)

    def integration(
        self, space_id: str, name: str, broken: bool = False, type: str = "AGENT"
    ) -> Resource:
        """An integration of type AGENT or EVALUATOR."""
        presets: dict[str, Any] = {"request_presets": []} if type == "AGENT" else {}
        body = {
            "type": type,
            "name": name,
            "description": None,
            "scopings": [{"organization_id": ORGANIZATION_ID, "space_id": space_id}],
            "created_at": self.at,
            "updated_at": self.at,
            "created_by_user_id": USER_ID,
            "config": {
                "endpoint": "https://agent.example.com/run",
                "has_headers": False,
                "input_schema": {"type": "object"},
                **presets,
            },
        }
        return self._add(
            "RemoteEndpointIntegration",
            name,
            body,
            space_id=space_id,
            type=type,
            private={"broken": broken},
        )
