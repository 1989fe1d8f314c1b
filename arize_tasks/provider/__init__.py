"""Pulumi's verbs (check, diff, create, read, update, delete) over specs and the API.

Nothing here knows a field of a task by name, but for what the protocol itself needs. The module
paths and class names `arize_tasks.provider.tasks.TaskProvider` and
`arize_tasks.provider.runs.TaskRunProvider` stand in every user's state: never rename them.
"""
