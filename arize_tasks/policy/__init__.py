"""Rules for stacks with evaluation tasks: a company puts its policy pack together from them.

Each function gives one rule for `pulumi_policy.PolicyPack`, with its limit. `enforcement_level`
says what a violation of it does; without one the pack says so, and a config file
(`--policy-pack-config`) has the last word. Rules judge what a program declares and need neither
key nor network.

What is declared wrongly stands in `rules.py`, as functions of plain specs; `seen.py` makes specs of
what Pulumi shows to a policy, `judging.py` makes a policy of a rule, and `policies.py` lists them.
"""

from arize_tasks.policy.policies import (
    all_rules,
    continuous_filtered,
    evaluators_gated,
    evaluators_pinned,
    integrations_allowed,
    models_allowed,
    override_only_named,
    production_datasets_protected,
    production_gated,
    production_waits,
    run_gated,
    run_spans_cap,
    run_window_cap,
    sampling_rate_cap,
    stack_spans_cap,
    task_names,
)

__all__ = [
    "all_rules",
    "continuous_filtered",
    "evaluators_gated",
    "evaluators_pinned",
    "integrations_allowed",
    "models_allowed",
    "override_only_named",
    "production_datasets_protected",
    "production_gated",
    "production_waits",
    "run_gated",
    "run_spans_cap",
    "run_window_cap",
    "sampling_rate_cap",
    "stack_spans_cap",
    "task_names",
]
