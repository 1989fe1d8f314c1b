"""The generic side of the provider: Pulumi's verbs over any kind, and what all kinds share.

Nothing here knows a field of a task by name, but for what the protocol itself needs. The module
paths and class names `arize_tasks.provider.tasks.TaskProvider`,
`arize_tasks.provider.runs.TaskRunProvider` and `arize_tasks.provider.gates.GateProvider` are in
every user's state: never rename them.
"""
