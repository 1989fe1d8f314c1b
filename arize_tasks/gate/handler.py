"""Score gates under Pulumi's verbs.

A gate owns nothing on the server: it reads scores, judges them, and keeps the verdict in the state.
A verdict that lets through stands until what it depends on changes; one that blocks is judged again
at every update.
"""

from __future__ import annotations

import importlib.metadata
import uuid
from datetime import datetime, timezone
from typing import Any

from arize_tasks.errors import ArizeTasksError
from arize_tasks.gate.evaluation import judge_scores
from arize_tasks.gate.preflight import doubts
from arize_tasks.gate.sources import NothingToJudge
from arize_tasks.gate.spec import GateSpec
from arize_tasks.provider import host
from arize_tasks.provider.gates import OUTPUTS
from arize_tasks.provider.verbs import Data, Difference, KeptFailure, Verbs
from arize_tasks.schema.fields import as_utc_text
from arize_tasks.schema.plan import Plan, plan
from arize_tasks.schema.unknown import UNKNOWN, is_given
from arize_tasks.scoring.judgement import Judgement, blocks, headline, stopped
from arize_tasks.scoring.questions import PASS
from arize_tasks.scoring.sizing import infeasible


class GateHandler(Verbs):
    """Judges the scores of an experiment."""

    def check(self, values: Data, old: Data) -> tuple[Data, list[str]]:
        """Judge what is declared, and whether it can pass at all."""
        spec, failures = GateSpec.examine(values)
        # The run's own arguments tell its size, so this needs neither a key nor a request.
        if not failures and is_given(spec.run_examples) and spec.run_examples is not None:
            failures = list(infeasible(spec, spec.run_examples))
        if failures:
            return values, failures
        for doubt in doubts(self.session, spec, GateSpec.read(old) if old else None):
            host.say(doubt, warning=True)
        return spec.declared(), []

    def diff(self, id_: str, state: Data, values: Data) -> Difference:
        """Report whether the verdict stands: no request is needed for that."""
        self._begin(id_, state)
        old, new = _stored(state), GateSpec.read(values)
        # A move that was allowed has to reach the state, although no score is read for it.
        moved = state.get("endpoint") != self.session.endpoint
        # A refresh clears the engine's own mark of the failure; without a change here the next
        # update would let the dependents through.
        if state.get("blocked"):
            host.say(f"is evaluated again; it was {state.get('summary')}")
            return Difference(changes=True)
        return Difference(changes=moved or _compared(old, new).changes)

    def create(self, values: Data) -> tuple[str, Data]:
        """Judge the scores."""
        # The server has no gate to take an ID from; it only has to be unique in the state.
        id_ = f"gate-{uuid.uuid4().hex[:12]}"
        return id_, self._judged(id_, GateSpec.parse(values), {})

    def read(self, id_: str, state: Data) -> tuple[Data, Data] | None:
        """Return what is stored: a refresh turns no verdict."""
        self._begin(id_, state)
        return state, _inputs(_stored(state))

    def update(self, id_: str, state: Data, values: Data) -> Data:
        """Judge the scores again where the verdict depends on what has changed."""
        self._begin(id_, state)
        old, spec = _stored(state), GateSpec.parse(values)
        if not state.get("blocked") and not _compared(old, spec).reevaluates:
            return self._stands(id_, spec, state)
        return self._judged(id_, spec, state)

    def delete(self, id_: str, state: Data) -> None:
        """Forget the verdict; nothing is on the server."""

    def _stands(self, id_: str, spec: GateSpec, state: Data) -> Data:
        """Keep the verdict, where only what follows from it has changed."""
        verdict = str(state["verdict"])
        # No row is read again, so what was measured is said as before, under a new headline.
        _, _, sentences = str(state["summary"]).partition(": ")
        return self._released(
            id_,
            {
                **spec.declared(),
                **{name: state[name] for name in OUTPUTS if name in state},
                "blocked": blocks(verdict, spec),
                "summary": f"{headline(verdict, spec)}: {sentences}",
                "endpoint": self.session.endpoint,
            },
        )

    def _judged(self, id_: str, spec: GateSpec, before: Data) -> Data:
        """Read the scores, judge them and give the state.

        Raises:
            KeptFailure: The verdict blocks.
            ArizeTasksError: The scores could not be read; then there is no new verdict.
        """
        facts: Data = {}
        try:
            judgement = judge_scores(self.session, spec, facts)
        except NothingToJudge as stop:
            judgement = stopped(stop.verdict, str(stop), spec)
        except ArizeTasksError as error:
            # No KeptFailure: an outage is no verdict, and the state keeps the one before it.
            error.what = f"The scores could not be evaluated: there is no new verdict. {error.what}"
            raise
        return self._released(id_, self._state(spec, judgement, facts, before))

    def _state(self, spec: GateSpec, judgement: Judgement, facts: Data, before: Data) -> Data:
        evidence = {
            **facts,
            **judgement.evidence,
            # Kept over a verdict that read no rows, or the same rows would count as a new attempt.
            LAST_DIGEST: judgement.evidence.get("rows_digest") or _last_digest(before),
            "package_version": importlib.metadata.version("pulumi-arize-tasks"),
        }
        return {
            **spec.declared(),
            "verdict": judgement.verdict,
            "passed": judgement.passed,
            "blocked": judgement.blocked,
            "summary": judgement.summary,
            "results": [result.numbers() for result in judgement.results],
            "attempt": _attempt(before, evidence),
            **{name: facts.get(name) for name in ("experiment_id", "run_id", "baseline_id")},
            "judged_at": as_utc_text(datetime.now(timezone.utc).replace(microsecond=0)),
            "evidence": evidence,
            "endpoint": self.session.endpoint,
        }

    def _released(self, id_: str, state: Data) -> Data:
        """Let dependents through, or not.

        Raises:
            KeptFailure: The verdict blocks.
        """
        text = f"gate {host.resource_name() or id_} {state['summary']}"
        if state["attempt"] > 1:
            text += f" Attempt {state['attempt']} since the last pass."
        if state["blocked"]:
            raise KeptFailure(f"{text}\n  {_left(state)}", id_, state)
        host.say(text, warning=state["verdict"] != PASS)
        return state


LAST_DIGEST = "last_rows_digest"
"""In the evidence, of the rows that were judged last: a verdict may need none. Never rename it."""


def _left(state: Data) -> str:
    rows = state["evidence"].get("num_rows")
    experiment = state.get("experiment_id")
    whose = f"experiment {experiment}" if experiment else f"run {state.get('run_id')}"
    judged = f"Judged: {rows} rows of {whose}. " if rows else ""
    return f"{judged}Resources that depend on this gate were not changed."


def _stored(state: Data) -> GateSpec:
    """Read what was declared from a state: the run's own experiment was not."""
    found = GateSpec.read({n: state[n] for n in GateSpec.model_fields if n in state})
    return found if found.run is None else found.model_copy(update={"experiment_id": None})


def _inputs(spec: GateSpec) -> Data:
    """Return what the program declares, without the IDs that were found for it."""
    return spec.model_copy(update={"experiment_id": None, "baseline_id": None}).declared()


def _compared(old: GateSpec, new: GateSpec) -> Plan:
    """Compare what is declared; a text means what it meant, and no request is needed for that."""
    known: dict[tuple[str, str], Any] = {}
    # In another space or dataset the same name may mean another experiment.
    if (old.space, old.dataset) == (new.space, new.dataset):
        known = {(kind, text): id_ for kind, text, id_ in old.references() if id_}
    # `within` is not asked for: what a gate names has its dataset beside it, compared above.
    return plan(
        old, new.resolve(lambda kind, text, *, within=None: known.get((kind, text), UNKNOWN))
    )


def _attempt(before: Data, evidence: Data) -> int:
    """Count how often other rows were judged since the last pass; the same rows are no new try."""
    if not before or before.get("verdict") == PASS:
        return 1
    attempt = int(before.get("attempt") or 1)
    digests = (_last_digest(before), evidence.get("rows_digest"))
    # Rows that are not known are not known to be other ones.
    return attempt if None in digests or digests[0] == digests[1] else attempt + 1


def _last_digest(state: Data) -> Any:
    return (state.get("evidence") or {}).get(LAST_DIGEST)
