"""Every rule with its default limit, advisory; a config file decides the rest.

pulumi preview --policy-pack policypack --policy-pack-config policy.json
"""

from pulumi_policy import EnforcementLevel, PolicyPack

from arize_tasks.policy import all_rules

PolicyPack("arize-tasks", all_rules(), enforcement_level=EnforcementLevel.ADVISORY)
