"""What tasks and runs are, as people declare them.

Everything here is pure: pydantic models and functions of values. No I/O, no HTTP, no
Pulumi. A value that is not known yet (a Pulumi Output at preview) is `UNKNOWN`, at any
depth; every rule that would need it is left for later.

`tasks.py` and `runs.py` say what there is, with `evaluators.py` and `run_configuration.py` for
what is inside; `plan.py` and `state.py` compare. `behaviour.py` has the marks of fields,
`base.py` and `forms.py` the machinery that reads them.
"""
