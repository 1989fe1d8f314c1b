"""What can be doubted of a gate by asking the server, before anything is paid for.

Doubts, not failures: an experiment may be made, and a dataset grow, before the gate judges. Nothing
is asked of a gate that is as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from arize_tasks import errors
from arize_tasks.gate.sources import scorer_in_space
from arize_tasks.gate.spec import GateSpec
from arize_tasks.provider.session import Session
from arize_tasks.schema.ids import looks_like_id
from arize_tasks.schema.unknown import UNKNOWN, has_unknown, is_given
from arize_tasks.scoring.questions import Asked, wrong_for
from arize_tasks.scoring.sizing import infeasible


def doubts(session: Session, spec: GateSpec, old: GateSpec | None) -> Iterator[str]:
    """Say what is mentioned and not there, and what cannot pass.

    That is, with the dataset's examples, or as the evaluators are.

    Args:
        session: The account.
        spec: What is declared, and right in itself.
        old: What was declared last time.
    """
    if spec.space is UNKNOWN or (old is not None and _asked(old) == _asked(spec)):
        return
    if not session.may_ask:
        return
    space = session.space_for(spec.space)
    known = spec.known()
    dataset = known.get("dataset", known.get("run_dataset"))
    for place in ("experiment", "baseline"):
        text = known.get(place)
        # An experiment's name is unique in its dataset only: without one it leads nowhere.
        if text is not None and (dataset is not None or looks_like_id(text)):
            yield from _missing(session, place, text, space, dataset)
    if dataset is not None and spec.run is not None:
        yield from _too_small(session, spec, dataset, space)
    yield from _unanswerable(session, spec, space)
    yield from _not_attached(session, spec, space)


def _asked(spec: GateSpec) -> object:
    return [
        spec.space,
        spec.dataset,
        spec.run_dataset,
        spec.experiment,
        spec.baseline,
        spec.confidence,
        spec.min_samples,
        spec.criteria,
    ]


def _missing(
    session: Session, place: str, text: str, space: str | None, dataset: str | None
) -> Iterator[str]:
    find = session.connection.names.find
    try:
        session.ask(lambda: find("experiment", text, space=space, dataset=dataset))
    except errors.NameResolutionError as error:
        what = f"{error.what[0].lower()}{error.what[1:].rstrip('.')}"
        yield f"{place}: {what}; {error.hint}"
    except (errors.NotFoundError, errors.BadRequestError, errors.PermissionDeniedError):
        yield f"{place}: no experiment has this ID, or the API key has no access to it"
    except errors.ArizeTasksError:  # what can't be asked is no doubt
        return


def _unanswerable(session: Session, spec: GateSpec, space: str | None) -> Iterator[str]:
    """Say what the evaluators forbid, in their latest versions: a run may be pinned to another."""
    for position, criterion in enumerate(spec.known().get("criteria", ())):
        if criterion is UNKNOWN or has_unknown(criterion.declared()):
            continue
        find = partial(scorer_in_space, session, criterion.evaluator, space)
        try:
            scorer = session.ask(find)
        except errors.ArizeTasksError:  # whoever needs the evaluator says what is wrong with it
            continue
        # Without a version the name was taken for a column, and nothing is known of that.
        if scorer is not UNKNOWN and scorer.version_id is not None:
            for text in wrong_for(Asked.of(criterion, scorer.column)):
                yield f"criteria[{position}].{text}"


def _not_attached(session: Session, spec: GateSpec, space: str | None) -> Iterator[str]:
    """Say which criteria ask for an evaluator that the run's task does not have."""
    attached = spec.known().get("run_evaluators")
    if not attached or has_unknown(attached):
        return
    find = partial(scorer_in_space, session, space=space)
    criteria = [c for c in spec.known().get("criteria", ()) if c is not UNKNOWN]
    called = {c.evaluator for c in criteria if is_given(c.evaluator)}
    try:
        found = {text: session.ask(partial(find, text)) for text in (*attached, *called)}
    except errors.ArizeTasksError:  # whoever needs the evaluator says what is wrong with it
        return
    if has_unknown(list(found.values())):
        return
    # One evaluator may be called by its name here and by its ID, or its column, there.
    columns = {found[text].column.name for text in attached}
    versions = {found[text].version_id for text in attached} - {None}
    for text in sorted(called - {*attached, *columns}):
        if found[text].version_id not in versions:
            yield (
                f"criteria: the run's task does not have the evaluator {text!r}, so the run may "
                "give no such scores"
            )


def _too_small(session: Session, spec: GateSpec, dataset: str, space: str | None) -> Iterator[str]:
    names, scores = session.connection.names, session.connection.scores
    try:
        examples = session.ask(
            lambda: scores.count_examples(names.resolve("dataset", dataset, space=space))
        )
    except errors.ArizeTasksError:  # whoever needs the dataset says what is wrong with it
        return
    if examples == 0:
        yield f"dataset: {dataset} has no examples yet, so nothing can be judged"
    elif examples is not UNKNOWN:
        yield from infeasible(spec, examples)
