"""What a declared thing is, whatever its kind: fields, marks, judging, plans and states.

Everything here is pure: pydantic models and functions of values. No I/O, no HTTP, no
Pulumi. A value that is not known yet (a Pulumi Output at preview) is `UNKNOWN`, at any
depth; every rule that would need it is left for later.

`behaviour.py` has the marks of fields, `base.py` and `forms.py` the machinery that reads them;
`plan.py` and `state.py` compare; `kind.py` says what a kind of resource is, and `kinds.py` lists
them.
"""
