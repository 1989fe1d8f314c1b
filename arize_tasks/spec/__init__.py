"""What tasks and runs are, as people declare them.

Everything here is pure: pydantic models and functions of values. No I/O, no HTTP, no
Pulumi. A value that is not known yet (a Pulumi Output at preview) is `UNKNOWN`, at any
depth; every rule that would need it is left for later.
"""
