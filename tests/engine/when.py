"""Writes docs/concepts/what-happens-when.md: `python -m tests.engine.when`. Each row names its test."""

# ruff: noqa: E501 - a line of the page stands on one line, as people see it

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.engine.interruptions import (
    AFTERWARDS,
    AGAIN,
    FIRST,
    JOINED,
    MOMENTS,
    RESUMED,
    what_happens,
)

PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "what-happens-when.md"


@dataclass(frozen=True)
class Situation:
    """One row: what somebody does, what comes of it, and the test that shows it."""

    what: str
    outcome: str
    test: str


IDENTITY = "tests/engine/test_identity.py::"
ONCE = "tests/plugin/test_create_once.py::"
WHOSE = "tests/plugin/test_whose.py::"
HELD = "tests/engine/test_held.py::"
INTERRUPTIONS = "tests/engine/test_interruptions.py::"

SITUATIONS: dict[str, list[Situation]] = {
    "Interrupted, killed, unanswered": [
        Situation(
            "Ctrl-C, or SIGTERM, while a run is waited for",
            "The update fails, the run goes on (`on_interrupt`), its ID is in the state, and the "
            "next `pulumi up` continues to wait for it.",
            INTERRUPTIONS + "test_interrupted_wait_ends_at_once_and_the_next_up_goes_on",
        ),
        Situation(
            "`pulumi` is killed, or Ctrl-C twice",
            "The next `pulumi up` on this disk takes up what was created, finished runs included.",
            "tests/engine/test_interruption_matrix.py::"
            "test_interrupted_update_pays_for_one_run_and_keeps_what_it_should",
        ),
        Situation(
            "… and the program has changed since",
            "A task that was left behind is changed to what is declared now. Where it can't become "
            "that, and for runs, it is left as it is, named with its ID: nothing is deleted or "
            "cancelled unasked.",
            ONCE + "test_task_left_behind_that_cannot_become_what_is_declared_is_left_alone",
        ),
        Situation(
            "… while it replaced a resource that the state holds",
            "What it may have created is named at each update (`left over: …`), until the resource "
            "is replaced, which recovers it, or closed by `arize-tasks journal close <URN>`.",
            INTERRUPTIONS
            + "test_what_a_killed_replacement_left_behind_is_named_until_it_is_taken_up",
        ),
        Situation(
            "The journal cannot be written",
            "One warning; the update goes on, and nothing that the service answers is lost. Only "
            "if this very update is killed as well, the next one has nothing to look it up by.",
            ONCE + "test_journal_that_is_locked_when_the_answer_comes_loses_no_id",
        ),
        Situation(
            "A gateway gives no clear response (408, 5xx, a dropped connection, a time-out)",
            "The update looks for what the request may have created, until `arize:settleSeconds` "
            "(60) have passed by the server's clock, then sends it once more. A second unclear "
            "answer ends the update; the next `pulumi up` looks first.",
            IDENTITY + "test_trigger_without_a_clear_answer_ends_well_by_itself",
        ),
        Situation(
            "Runs of one task whose requests have no response cannot be distinguished",
            'The update fails and lists them. Two ways out: `adopt="<run ID>"` on the `TaskRun` '
            "(it is this one), or `arize-tasks journal close <URN>` (it is none of them).",
            ONCE + "test_run_that_two_requests_may_have_made_is_nobodys_and_there_are_ways_out",
        ),
        Situation(
            "… and of one there is a single run that fits, but nothing proves it (a dataset's run, an "
            "explicit window)",
            "It is held as *joined*: waited for and judged, never cancelled by us. A run of another "
            "user of the service is not taken.",
            WHOSE + "test_run_that_nothing_proves_to_be_ours_is_held_as_joined_and_never_cancelled",
        ),
        Situation(
            "The key is refused, or the run answers 404, while it is waited for",
            "It is asked again for 10 s, by itself and in the list of its task. Then the update "
            "fails, with the run's ID in the state.",
            IDENTITY + "test_run_whose_polls_are_refused_for_good_is_in_the_state",
        ),
    ],
    "Forced: `--replace`, `--target-replace`, `pulumi state taint`": [
        Situation(
            "A task without `name`",
            "A new one is created, then the old one is deleted with its runs.",
            IDENTITY + "test_task_that_is_forced_to_be_replaced_is_replaced",
        ),
        Situation(
            "A task with `name`",
            "Refused: Pulumi creates the new one first, and names are unique in a space. With "
            "`opts=ResourceOptions(delete_before_replace=True)` the old one goes first.",
            IDENTITY + "test_named_task_that_is_forced_to_be_replaced_says_how",
        ),
        Situation(
            "A run that is finished",
            "A new run is triggered, and paid.",
            IDENTITY + "test_run_that_is_forced_to_be_replaced_runs_again",
        ),
        Situation(
            "A run that is under way",
            "A new run is triggered; then the old one is cancelled (`on_delete`). On a fresh machine, "
            "which can't tell that the state holds it, it is joined instead, and goes on.",
            IDENTITY
            + "test_unfinished_run_that_is_forced_to_be_replaced_is_cancelled_and_runs_again",
        ),
        Situation(
            "Anything whose creation was interrupted a moment ago",
            "It is resumed first, once (the table below); force it again after that.",
            "tests/engine/test_interruption_matrix.py::"
            "test_interrupted_update_pays_for_one_run_and_keeps_what_it_should",
        ),
    ],
    "Renamed, let go, adopted": [
        Situation(
            "The Pulumi resource is renamed, with an alias",
            'Nothing: `opts=ResourceOptions(aliases=[Alias(name="old")])`.',
            IDENTITY + "test_renamed_resource_is_told_of_the_alias_and_adopting_keeps_the_task",
        ),
        Situation(
            "… without an alias",
            "Without `name`: a new task, and the old one is deleted with its runs. With `name`: "
            "refused, and the message says which resource holds the name. With `adopt=` as well: "
            "the new resource takes the task over, and its deletion under the old name is left out.",
            IDENTITY + "test_renamed_resource_is_told_of_the_alias_and_adopting_keeps_the_task",
        ),
        Situation(
            "An update in which a resource adopted something fails, or was limited (`--target`)",
            "The next one keeps it all the same: the deletion under the old name is left out, and "
            "the row says so.",
            HELD + "test_task_that_was_adopted_in_an_update_that_failed_is_kept_by_the_next",
        ),
        Situation(
            "The replacement of a task with `adopt` is forced",
            "It is kept, and adopted again. Take `adopt` away to have it replaced.",
            HELD + "test_adopted_task_whose_replacement_is_forced_is_kept",
        ),
        Situation(
            "`pulumi stack rename`",
            "Nothing: what the state holds is the stack's under its new name.",
            HELD + "test_task_under_a_new_name_whose_replacement_is_forced_is_replaced",
        ),
        Situation(
            "`pulumi state delete`, or `pulumi stack rm --force`",
            "The task stays on the server and is never touched again, unless it is adopted.",
            IDENTITY + "test_task_that_was_let_go_is_left_alone",
        ),
        Situation(
            "A run is adopted by its ID",
            "It is waited for and judged; nothing is triggered. A run of another task or window is "
            "refused.",
            IDENTITY + "test_run_that_is_adopted_by_its_id_triggers_nothing_and_is_judged",
        ),
        Situation(
            "An equal run of somebody else is under way (same explicit window or experiment name)",
            'It is joined: waited for and judged, never cancelled. `adopt_in_flight="never"` '
            "triggers one's own.",
            ONCE + "test_joined_run_is_never_cancelled",
        ),
    ],
    "Gone, or no longer readable": [
        Situation(
            "`pulumi destroy` with a key that lost its access",
            "It fails, and the state stays: a 404 counts as gone only while the project or dataset "
            "can be read.",
            IDENTITY + "test_destroy_with_a_key_that_lost_its_access_keeps_the_state",
        ),
        Situation(
            "A task was deleted behind Pulumi's back",
            "`pulumi destroy` finishes; `pulumi refresh` takes it out of the state, and the next "
            "`pulumi up` creates it again.",
            IDENTITY + "test_task_that_is_gone_is_destroyed_with_its_run",
        ),
        Situation(
            "A replica of the service is behind",
            "What this update has created is asked for again for some seconds, so a first "
            "`pulumi up` with tasks and runs gets through.",
            IDENTITY + "test_first_up_of_a_new_stack_with_a_replica_that_is_behind",
        ),
    ],
    "Judges, datasets, prompts, connections": [
        Situation(
            "A change of a judge or prompt, and its answer is lost",
            "The update looks whether the version is there, and appends none if it is.",
            "tests/plugin/test_kinds.py::test_version_whose_answer_was_lost_is_appended_once",
        ),
        Situation(
            "Somebody adds a version by hand",
            "It is drift where it says something else: the next `pulumi up` appends what is "
            "declared. No version is ever deleted.",
            "tests/engine/test_judges.py::test_changed_judge_is_one_preview_from_version_to_gate",
        ),
        Situation(
            "An update of rows dies in the middle",
            "The next one finds the version that it has opened, by its name, and finishes it.",
            "tests/plugin/test_datasets.py::test_update_that_died_is_finished_in_the_same_version",
        ),
        Situation(
            "A dataset is created in several requests, and one of them fails",
            "It is in the state; the next `pulumi up` sends what is missing, into the same version.",
            "tests/plugin/test_datasets.py::test_creation_that_died_between_its_batches_is_finished",
        ),
        Situation(
            "Somebody changes rows by hand",
            "A refresh sees it, and the next `pulumi up` makes a version that is as declared.",
            "tests/plugin/test_datasets.py::test_rows_that_somebody_changed_are_drift",
        ),
        Situation(
            "Somebody adds rows with a column of their own",
            "They go with the next `pulumi up`, which counts them all; the column's name stays.",
            "tests/plugin/test_dataset_rows.py::"
            "test_column_that_somebody_else_has_added_does_not_stop_the_program",
        ),
        Situation(
            "An update dies while rows are sent",
            "The next one waits until they can no longer arrive (`arize:settleSeconds` after the "
            "version changed last), and sends what is missing.",
            "tests/plugin/test_dataset_rows.py::"
            "test_rows_on_their_way_when_an_update_died_are_waited_for",
        ),
        Situation(
            "A dataset is adopted whose rows are others",
            "The preview says how many are added, changed and removed; without `key` it refuses, "
            "and takes nothing over.",
            "tests/plugin/test_dataset_rows.py::test_adoption_says_what_becomes_of_rows",
        ),
        Situation(
            "A `PromptLabel` is renamed in the program, or its replacement is forced",
            "The label stays where it is.",
            "tests/engine/test_prompt_labels.py::"
            "test_label_of_a_resource_that_is_renamed_or_replaced_stays",
        ),
        Situation(
            "Somebody moves a label",
            "`pulumi up` moves it back; `pulumi destroy` leaves it where it is.",
            "tests/plugin/test_labels.py::test_label_that_somebody_moved_is_not_deleted",
        ),
        Situation(
            "An evaluator that a task uses is deleted",
            "The service refuses, and the error names the task.",
            "tests/plugin/test_kinds.py::"
            "test_judge_that_a_task_uses_is_not_deleted_and_the_task_is_named",
        ),
        Situation(
            "Somebody takes the key of an AI integration away",
            "That is drift: the next `pulumi up` sets it again.",
            "tests/plugin/test_kinds.py::test_key_that_somebody_took_away_is_drift",
        ),
    ],
    "Two machines, two stacks": [
        Situation(
            "Clocks are apart",
            "Whether something is newer than a request is told by the server's clock alone.",
            ONCE + "test_one_command_with_its_clock_far_ahead_forgets_nothing",
        ),
        Situation(
            "A fresh machine (a CI runner) without the journal of the one that died",
            "The table below.",
            ONCE + "test_another_machine_joins_the_unfinished_run_and_never_cancels_it",
        ),
        Situation(
            "Two backends, or two organizations, with a stack of one name",
            "Two stacks: neither takes what the other has created.",
            ONCE + "test_stacks_of_one_name_on_two_backends_never_share_a_run",
        ),
        Situation(
            "`on_delete`, `on_timeout` or `on_interrupt` changes",
            "It holds from the next `pulumi up` on, also where nothing else changes.",
            IDENTITY + "test_on_delete_that_was_added_later_holds_from_the_next_up_on",
        ),
    ],
}

HEAD = """\
# What happens when …

Generated (`make docs`); every row is a test on the real engine or the real provider process. A run
costs money and a task holds its runs, so six things always hold:

1. Nothing is deleted or cancelled that the plan did not announce.
2. What an update has created, recovered, adopted or updated for one resource, it does not delete for
   another.
3. A creating request is sent again only when it is known that it was not processed.
4. After an unclear answer nothing is sent again before the settle time has passed.
5. Once an ID is known, it is in the state, however the update ends.
6. A run or task is ours by a proof, not by being the newest.
"""
MATRIX = """\
## An interrupted update, and what the next one does with the run

Killed, Ctrl-C twice or a dead provider, so that Pulumi's state does not hold the run. *Resumed*: the
same run is waited for and judged. *Joined*: the same, found by the end of its window; it is never
cancelled. *Runs again*: a second run, paid again.

"""
TAIL = """
The journal is a file in Pulumi's home (`ARIZE_TASKS_JOURNAL` names another). A fresh machine has none.
What we choose is derived from backend, organization, stack, resource and request, so another machine
chooses the same: the end of a window that the program leaves open (at milliseconds of our own) and the
name of an experiment. An *unfinished* run with such an end or name, or with the explicit window or
experiment name of the program, is therefore found and joined. A *finished* run whose ID never reached
the state can't be told from an earlier use of the same inputs, and is paid again: nothing better is
possible without a key from the service. A run over a dataset has neither window nor name and is never
joined by `adopt_in_flight="own"`. A task without `name` has a random suffix, so a fresh machine creates
another one; the first stays on the server. Keep the journal from job to job in CI
([ci.md](../how-to/ci.md)), and none of this matters.

`arize-tasks journal` lists what is open on this machine, since when and why.
"""
WORDS = {
    FIRST: "triggered, for the first time",
    RESUMED: "resumed",
    JOINED: "joined",
    AGAIN: "**runs again**",
}


def render() -> str:
    """Give the page."""
    parts = [HEAD]
    for title, situations in SITUATIONS.items():
        parts.append(f"\n## {title}\n\n| situation | what happens |\n|---|---|\n")
        parts += [f"| {one.what} | {one.outcome} |\n" for one in situations]
    parts += ["\n", MATRIX, _matrix(), TAIL]
    return "".join(parts)


def _matrix() -> str:
    columns = [(after, journal) for journal in (True, False) for after in AFTERWARDS]
    heads = [f"`{after}`, {'same disk' if j else 'fresh machine'}" for after, j in columns]
    lines = ["| interrupted | " + " | ".join(heads) + " |", "|" + "---|" * (len(columns) + 1)]
    for moment in MOMENTS:
        cells = [
            WORDS[what_happens(moment, after, held=False, journal=journal)]
            for after, journal in columns
        ]
        lines.append(f"| {moment.replace('-', ' ')} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render())
