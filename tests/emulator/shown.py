"""Which test shows each row of the ledger: `module::test`, in this folder or in `tests`."""

from __future__ import annotations

from arize_tasks.emulator.ledger import read_differently

# Tests that show several rows.
OF_PROJECT = "test_refusals_create.py::test_create_project_task_unfit_is_refused"
OF_DATASET = "test_refusals_create.py::test_create_dataset_task_unfit_is_refused"
CONFIGURATION = "test_refusals_run_experiment.py::test_create_run_configuration_unfit_is_refused"
AGENT = "test_refusals_run_experiment.py::test_create_agent_call_with_other_integration_is_refused"
UPDATE = "test_refusals_other.py::test_update_unfit_is_refused_and_changes_nothing"
TRIGGER = "test_refusals_other.py::test_trigger_unfit_is_refused_and_starts_nothing"
TEMPLATE = "test_refusals_evaluators_written.py::test_template_unfit_is_refused"
PROMPT_DEFAULTS = "test_refusals_prompts.py::test_create_without_anything_optional_answers_defaults"
DATASET = "test_sdk_datasets.py::test_create_makes_a_dataset_with_one_version_and_its_examples"
APPEND = "test_sdk_datasets.py::test_append_goes_into_the_latest_version_in_place"
IN_PLACE = "test_sdk_datasets.py::test_update_examples_in_place_merges_and_ignores_unknown_ones"
NEW_VERSION = "test_sdk_datasets.py::test_update_examples_into_a_new_version_keeps_the_old_one"
UUIDS = "test_sdk_datasets.py::test_create_gives_examples_identifiers_that_are_uuids"
INTEGRATION = (
    "test_sdk_ai_integrations_written.py::test_create_integration_fills_in_what_is_left_out"
)
SCOPINGS = (
    "test_sdk_ai_integrations_written.py::"
    "test_scopings_say_which_spaces_list_and_use_an_integration"
)
ALL_VERSIONS = "test_sdk_evaluators_written.py::test_delete_versions_of_all_is_refused_while_in_use"
WRITES = "test_run_scores.py::test_run_writes_label_score_explanation_and_who_wrote_them"
FILLS = "test_run_scores.py::test_experiment_run_fills_its_rows_and_its_failed_ones_say_why"

SHOWN = {
    **dict.fromkeys(read_differently(), "test_each_reading.py::test_reading_shows"),
    "task-operations": (
        "test_wire.py::test_nine_operations_on_tasks_and_runs_answer_what_is_documented"
    ),
    "bearer-key": "test_refusals_other.py::test_any_call_without_the_key_is_refused",
    "client-headers": "test_wire.py::test_headers_that_clients_send_are_no_reason_to_refuse",
    "unknown-paths": "test_wire.py::test_path_or_method_that_is_not_served_is_a_problem",
    "other-interfaces": "test_wire.py::test_other_interfaces_of_the_service_are_not_served",
    "body-json-object": "test_refusals_create.py::test_create_body_that_is_no_object_is_refused",
    "strict-bodies": OF_PROJECT,
    "client-side-names": CONFIGURATION,
    "no-nulls": "test_tasks_assumed.py::test_create_with_null_for_what_is_no_null_is_refused",
    "lower-case-refused": OF_PROJECT,
    "problem-addresses": "test_wire.py::test_problems_name_the_address_of_their_status",
    "problem-titles": "test_wire.py::test_problems_have_a_title_each_and_a_detail_in_words",
    "problem-details": "test_wire.py::test_problems_have_a_title_each_and_a_detail_in_words",
    "retry-after": "test_process.py::test_rate_limit_answers_429_with_whole_seconds",
    "old-clients-lower-case": "test_dialect.py::test_dialect_is_judged_by_package_and_version",
    "old-field-name": "test_dialect.py::test_old_name_of_a_field_is_spoken_to_who_knows_no_other",
    "id-form": "test_wire.py::test_identifiers_are_base64_of_kind_number_and_suffix",
    "id-alphabet": "test_admin.py::test_fixtures_name_the_world_of_the_sdk_page",
    "prompt-id-kinds": "test_wire.py::test_identifiers_of_prompts_name_kinds_of_their_own",
    "malformed-id": (
        "test_refusals_other.py::test_any_id_missing_is_not_found_and_malformed_is_refused"
    ),
    "missing-or-unreadable": (
        "test_refusals_other.py::test_get_hidden_project_hides_its_tasks_and_runs"
    ),
    "page-size": "test_lists_assumed.py::test_list_has_50_of_a_page_unless_told_otherwise",
    "next-cursor": (
        "test_lists.py::test_list_pages_without_gap_or_repetition_while_things_are_added"
    ),
    "unfit-limit-or-cursor": "test_refusals_other.py::test_list_unfit_is_refused",
    "evaluators-order": (
        "test_lists_assumed.py::test_list_of_evaluators_begins_with_the_one_updated_last"
    ),
    "deleted-version-order": (
        "test_lists_assumed.py::test_list_of_evaluators_stays_when_a_version_is_deleted"
    ),
    "prompts-order": "test_sdk_prompts.py::test_list_begins_with_what_was_updated_last",
    "label-order": "test_sdk_prompts.py::test_list_begins_with_what_was_updated_last",
    "datasets-order": (
        "test_sdk_datasets.py::test_create_twice_gives_other_identifiers_and_keeps_them_apart"
    ),
    "dataset-versions-order": NEW_VERSION,
    "prompt-versions-order": "test_sdk_prompts.py::test_list_versions_newest_first",
    "evaluator-versions-order": (
        "test_lists_assumed.py::test_list_of_evaluator_versions_begins_with_the_newest"
    ),
    "other-lists-order": "test_lists_assumed.py::test_list_begins_with_the_newest",
    "substring-filters": "test_lists.py::test_list_filter_narrows",
    "missing-list-scope": "test_refusals_other.py::test_list_unfit_is_refused",
    "unmatched-list-scope": "test_lists.py::test_list_filter_narrows",
    "unknown-query-parameters": (
        "test_lists_assumed.py::test_list_passes_over_parameters_that_it_does_not_know"
    ),
    "experiments-list-scope": (
        "test_refusals_other.py::test_list_experiments_of_dataset_and_space_is_refused"
    ),
    "task-scope": OF_PROJECT,
    "experiment-ids-scope": OF_DATASET,
    "experiments-of-dataset": (
        "test_refusals_create.py::test_create_dataset_task_with_foreign_experiment_is_refused"
    ),
    "project-only-fields": OF_DATASET,
    "task-defaults": "test_tasks_assumed.py::test_create_fills_in_what_is_left_out",
    "task-evaluators": OF_PROJECT,
    "one-data-scope": OF_PROJECT,
    "pin-of-evaluator": OF_PROJECT,
    "one-custom-code-evaluator": OF_PROJECT,
    "evaluator-fits-task": OF_PROJECT,
    "shapes-not-mixed": OF_PROJECT,
    "shape-fits-granularity": OF_PROJECT,
    "query-filters": OF_PROJECT,
    "lone-filter-expression": (
        "test_sdk_tasks.py::test_create_evaluation_task_of_trace_shape_gets_an_expression"
    ),
    "filter-expression": OF_PROJECT,
    "query-ids-declared": OF_PROJECT,
    "run-configuration": CONFIGURATION,
    "agent-integration": AGENT,
    "unfit-integration": AGENT,
    "template-prefix": (
        "test_sdk_tasks.py::test_create_run_experiment_task_of_agent_normalises_the_template"
    ),
    "provider-parameters-default": "test_tasks_assumed.py::test_create_fills_in_what_is_left_out",
    "patch-by-type": UPDATE,
    "patch-some-field": UPDATE,
    "patch-null-clears": "test_tasks_assumed.py::test_update_with_null_clears_filters",
    "patch-replaces-evaluators": "test_sdk_tasks.py::test_update_evaluators_replaces_the_list",
    "last-run-at": "test_tasks_assumed.py::test_trigger_is_the_last_run_of_its_task_and_no_update",
    "deleted-task-runs": "test_sdk_tasks.py::test_delete_by_name_takes_its_runs_along",
    "trigger-fields": TRIGGER,
    "examples-or-number": TRIGGER,
    "data-window": TRIGGER,
    "default-window": (
        "test_tasks_assumed.py::test_trigger_without_a_window_goes_from_the_last_run_to_now"
    ),
    "time-offset": TRIGGER,
    "dataset-run-window": "test_tasks_assumed.py::test_window_of_a_datasets_run_is_passed_over",
    "experiment-name": TRIGGER,
    "experiment-name-reserved": (
        "test_sdk_runs.py::test_trigger_run_experiment_name_taken_is_a_conflict"
    ),
    "cancelled-before-work": (
        "test_refusals_other.py::test_cancel_pending_experiment_run_leaves_no_experiment"
    ),
    "chained-run": "test_sdk_runs.py::test_trigger_run_experiment_with_chain_starts_separate_runs",
    "chain-after-completed": "test_runs.py::test_chain_of_a_failed_run_does_not_start",
    "unfit-chained-task": (
        "test_tasks_assumed.py::test_chain_of_what_does_not_evaluate_the_dataset_is_refused"
    ),
    "run-statuses": "test_sdk_runs.py::test_get_run_steps_by_reads",
    "trigger-answers-pending": (
        "test_runs.py::test_outcome_of_no_seconds_still_answers_pending_first"
    ),
    "run-pace": "test_tasks_assumed.py::test_run_is_pending_for_a_fifth_and_then_counts_evenly",
    "labelled-rows-left-out": (
        "test_run_scores.py::test_run_skips_what_is_labelled_unless_it_overrides"
    ),
    "left-out-not-counted": (
        "test_run_scores.py::test_run_skips_what_is_labelled_unless_it_overrides"
    ),
    "row-counts-once": "test_tasks_assumed.py::test_row_counts_once_for_all_evaluators",
    "failure-has-no-label": "test_runs.py::test_labels_of_errors_are_not_remembered",
    "labels-outlive-task": "test_runs.py::test_labels_survive_their_task",
    "bad-credentials": "test_sdk_runs.py::test_trigger_run_with_bad_credentials_is_cancelled",
    "cancelled-run-keeps": "test_run_scores.py::test_cancelled_run_has_written_what_was_done",
    "evaluated-experiments": (
        "test_run_scores.py::test_run_of_the_triggers_experiments_leaves_the_tasks_alone"
    ),
    "run-filters": (
        "test_run_scores.py::test_run_is_narrowed_by_the_filters_of_task_evaluator_and_version"
    ),
    "trigger-filter": (
        "test_run_scores.py::test_experiment_run_with_a_filter_uses_the_examples_that_match"
    ),
    "filter-on-missing-column": (
        "test_tasks_assumed.py::test_filter_on_a_column_that_no_row_has_lets_nothing_through"
    ),
    "failed-row-skipped": FILLS,
    "failed-evaluator-row": (
        "test_tasks_assumed.py::test_row_that_one_evaluator_fails_on_gets_a_value_from_none"
    ),
    "explanations-when-asked": (
        "test_run_scores.py::test_evaluator_without_choices_labels_and_code_passes_or_fails"
    ),
    "rows-while-running": FILLS,
    "unreached-rows": (
        "test_run_scores.py::test_experiment_run_that_fails_keeps_the_rows_that_it_reached"
    ),
    "default-share": "test_score_wishes.py::test_share_is_exact",
    "windowed-projects": (
        "test_spans.py::test_windowed_project_is_evaluated_within_the_data_window_only"
    ),
    "names-unique-in-space": (
        "test_lists_assumed.py::test_second_of_a_name_in_a_space_is_a_conflict"
    ),
    "integration-name-unique": (
        "test_sdk_ai_integrations_written.py::"
        "test_create_integration_of_a_taken_name_is_a_conflict_in_the_whole_account"
    ),
    "project-rename-taken": (
        "test_sdk_projects_written.py::test_update_renames_a_project_unless_the_name_is_taken"
    ),
    "deleted-evaluator-name": (
        "test_sdk_evaluators_written.py::test_delete_takes_the_versions_and_leaves_the_name_taken"
    ),
    "renamed-evaluator-name": (
        "test_sdk_evaluators_written.py::test_update_changes_name_and_description_and_clears_it"
    ),
    "renamed-evaluator-in-tasks": (
        "test_sdk_evaluators_written.py::test_update_of_a_name_shows_in_the_tasks_that_use_it"
    ),
    "blank-names": "test_refusals_datasets.py::test_change_unfit_is_refused",
    "evaluator-version": (
        "test_sdk_evaluators.py::test_evaluator_version_names_the_column_and_what_may_stand_in_it"
    ),
    "version-of-evaluator": (
        "test_sdk_evaluators.py::"
        "test_evaluator_by_version_answers_that_one_and_lists_all_newest_first"
    ),
    "unfit-evaluator-bodies": (
        "test_refusals_evaluators_written.py::test_create_evaluator_unfit_is_refused"
    ),
    "unfit-project-bodies": "test_refusals_written.py::test_create_project_unfit_is_refused",
    "unfit-integration-bodies": "test_refusals_written.py::test_integration_unfit_is_refused",
    "version-batch": "test_refusals_evaluators_written.py::test_delete_versions_unfit_is_refused",
    "one-configuration": (
        "test_refusals_evaluators_written.py::"
        "test_create_evaluator_with_two_configurations_is_refused"
    ),
    "column-name": TEMPLATE,
    "template-variables": TEMPLATE,
    "template-defaults": (
        "test_sdk_evaluators_written.py::test_create_template_evaluator_fills_in_what_is_left_out"
    ),
    "code-defaults": (
        "test_sdk_evaluators_written.py::test_create_code_evaluator_is_echoed_and_can_be_read"
    ),
    "choices-optional": "test_refusals_evaluators_written.py::test_template_that_fits_is_accepted",
    "integration-out-of-reach": (
        "test_refusals_evaluators_written.py::"
        "test_integration_that_is_hidden_or_of_another_space_is_not_found"
    ),
    "needed-static-params": "test_refusals_evaluators_written.py::test_code_unfit_is_refused",
    "static-param-values": "test_refusals_evaluators_written.py::test_code_unfit_is_refused",
    "evaluator-in-use": (
        "test_sdk_evaluators_written.py::"
        "test_delete_of_an_evaluator_in_use_is_refused_and_names_the_tasks"
    ),
    "last-version-in-use": ALL_VERSIONS,
    "pinned-version-deleted": (
        "test_sdk_evaluators_written.py::test_delete_versions_tells_which_and_unpins_tasks"
    ),
    "no-version-left": ALL_VERSIONS,
    "remote-evaluators": (
        "test_refusals_evaluators_written.py::test_create_remote_evaluator_is_forbidden"
    ),
    "integration-defaults": INTEGRATION,
    "integration-scopings": SCOPINGS,
    "empty-scopings": SCOPINGS,
    "no-scopings": INTEGRATION,
    "header-bytes": "test_refusals_written.py::test_integration_unfit_is_refused",
    "provider-metadata": "test_refusals_written.py::test_create_integration_unfit_is_refused",
    "deleted-integration-runs": (
        "test_sdk_ai_integrations_written.py::"
        "test_delete_is_not_refused_and_runs_that_need_it_are_cancelled"
    ),
    "deleted-project-tasks": (
        "test_sdk_projects_written.py::"
        "test_delete_takes_a_project_and_its_spans_and_leaves_its_tasks"
    ),
    "flat-rows": WRITES,
    "evaluation-writer": WRITES,
    "rows-order": "test_rows.py::test_append_adds_rows_at_the_end_and_touches_the_experiment",
    "search-order": "test_rows.py::test_both_endpoints_give_every_row_once_each_in_its_order",
    "row-page-size": "test_rows.py::test_page_of_50_if_nothing_else_is_said",
    "unfit-row-limit": "test_rows.py::test_list_rows_refuses",
    "cursor-of-question": "test_rows.py::test_cursor_is_good_for_its_own_question_only",
    "empty-filter": "test_rows.py::test_search_rows_refuses",
    "unreadable-filter": "test_rows.py::test_search_rows_refuses",
    "filter-language": "test_rows.py::test_search_filter_lets_through",
    "filter-language-end": "test_rows.py::test_search_rows_refuses",
    "missing-column": "test_rows.py::test_search_filter_lets_through",
    "experiment-scope": "test_rows.py::test_create_experiment_refuses",
    "experiment-rows": "test_rows.py::test_create_experiment_refuses",
    "brought-evaluations": (
        "test_rows.py::test_create_experiment_keeps_flat_evaluations_and_custom_columns"
    ),
    "append-is-update": "test_rows.py::test_append_adds_rows_at_the_end_and_touches_the_experiment",
    "rows-of-deleted": "test_rows.py::test_delete_experiment_takes_its_rows_along",
    "rows-of-unreadable": "test_rows.py::test_rows_of_what_is_gone_or_hidden_are_not_found",
    "spans-order": "test_spans.py::test_spans_come_newest_first_each_once",
    "span-window": "test_spans.py::test_spans_within_the_window_both_bounds_included",
    "default-span-window": (
        "test_tasks_assumed.py::test_spans_of_a_week_are_listed_unless_told_otherwise"
    ),
    "empty-span-window": "test_spans.py::test_list_spans_refuses",
    "span-columns": "test_spans.py::test_columns_that_are_asked_for_come_beside_the_fixed_ones",
    "one-choice-of-columns": "test_spans.py::test_list_spans_refuses",
    "shortened-strings": "test_spans.py::test_long_strings_in_attributes_are_cut",
    "trace-evaluations": (
        "test_spans.py::test_trace_evaluator_writes_on_the_first_span_of_each_trace"
    ),
    "new-examples": "test_refusals_datasets.py::test_create_unfit_is_refused",
    "changed-examples": "test_refusals_datasets.py::test_change_unfit_is_refused",
    "unfit-dataset-bodies": "test_refusals_datasets.py::test_create_unfit_is_refused",
    "first-version-name": DATASET,
    "dataset-answers": DATASET,
    "latest-version": "test_sdk_scores.py::test_list_examples_of_each_version",
    "examples-order": APPEND,
    "examples-of-one-request": UUIDS,
    "example-ids": UUIDS,
    "brought-annotations": (
        "test_sdk_datasets.py::"
        "test_append_writes_what_the_server_gives_over_annotations_that_are_brought"
    ),
    "examples-added-in-place": APPEND,
    "examples-deleted-in-place": (
        "test_sdk_datasets.py::test_delete_examples_in_place_names_those_that_were_not_there"
    ),
    "examples-changed-in-place": IN_PLACE,
    "new-version": NEW_VERSION,
    "empty-version-id": APPEND,
    "unknown-examples": IN_PLACE,
    "unnamed-example-fields": IN_PLACE,
    "version-name-taken": "test_sdk_datasets.py::test_update_examples_takes_a_version_name_once",
    "version-without-changes": (
        "test_sdk_datasets.py::test_update_examples_takes_a_version_name_once"
    ),
    "example-change-times": (
        "test_tasks_assumed.py::test_change_of_examples_is_in_the_times_of_version_and_dataset"
    ),
    "deleted-dataset": "test_sdk_datasets.py::test_delete_takes_all_that_belongs_to_it_along",
    "deleted-dataset-tasks": "test_sdk_datasets.py::test_delete_takes_all_that_belongs_to_it_along",
    "prompt-description": (
        "test_sdk_prompts.py::test_update_changes_the_description_and_none_clears_it"
    ),
    "prompt-name-fixed": "test_refusals_prompts.py::test_update_unfit_is_refused",
    "prompt-versions-fixed": "test_sdk_prompts.py::test_create_version_is_the_latest_at_once",
    "prompt-missing-space": "test_refusals_prompts.py::test_create_unfit_is_refused",
    "empty-commit-message": "test_refusals_prompts.py::test_create_version_unfit_is_refused",
    "unfit-labels": "test_refusals_prompts.py::test_set_labels_unfit_is_refused",
    "unfit-prompt-bodies": "test_refusals_prompts.py::test_create_unfit_is_refused",
    "prompt-params-strict": "test_refusals_prompts.py::test_create_version_unfit_is_refused",
    "prompt-defaults": PROMPT_DEFAULTS,
    "prompt-empty-model": PROMPT_DEFAULTS,
    "version-or-label": "test_sdk_prompts.py::test_get_by_version_or_label_gives_that_version",
    "labels-move": "test_sdk_prompts.py::test_set_labels_replaces_and_takes_from_other_versions",
    "label-case": "test_sdk_prompts.py::test_get_by_version_or_label_gives_that_version",
    "label-slashes": "test_sdk_prompts.py::test_delete_label_takes_one_from_its_version",
    "delete-missing-label": "test_sdk_prompts.py::test_delete_label_takes_one_from_its_version",
    "omitted-not-null": "test_nulls.py::test_run_configuration_leaves_out_what_was_not_given",
    "closed-parameters": "test_nulls.py::test_response_format_with_all_that_it_takes_is_kept",
    "longest-list-filter": "test_lists.py::test_list_filter_of_more_than_255_characters_is_refused",
    "integration-types": (
        "test_sdk_integrations.py::test_list_without_type_gives_models_and_agents_newest_first"
    ),
    "integration-id-kinds": (
        "test_identifiers.py::"
        "test_identifier_of_an_integration_of_either_type_is_a_remote_endpoints"
    ),
    "chained-scores-rows": (
        "test_run_scores.py::test_chained_evaluation_writes_on_the_new_experiment_afterwards"
    ),
    "brought-labels-count-for-nothing": (
        "test_run_scores.py::test_run_labels_rows_that_a_client_brought_labels_for"
    ),
    "span-kind-names": "test_filters.py::test_kind_of_a_span_is_among_its_attributes",
    "metadata-not-indexed": (
        "test_filters.py::test_filter_on_metadata_finds_spans_and_matches_nothing_in_evaluations"
    ),
    "trace-queries": "test_filters.py::test_queries_of_a_task_take_the_traces_that_have_such_spans",
}
