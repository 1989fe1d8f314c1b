"""What holds for evaluation tasks in every stack of ours."""

from pulumi_policy import EnforcementLevel, PolicyPack

from arize_tasks import policy

PolicyPack(
    "company-evaluations",
    [
        policy.sampling_rate_cap(0.2),
        policy.continuous_filtered(),
        policy.run_spans_cap(5_000),
        policy.stack_spans_cap(20_000),
        policy.run_window_cap(7),
        policy.run_gated(),
        policy.override_only_named("backfill-.*"),
        policy.task_names("[a-z][a-z0-9-]*"),
        policy.production_waits("prod.*"),
        policy.evaluators_pinned(enforcement_level=EnforcementLevel.ADVISORY),
    ],
    enforcement_level=EnforcementLevel.MANDATORY,
)
