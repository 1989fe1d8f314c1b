"""The parts of `arize-tasks verify`.

Asking the service, its own things, the probes, what is printed.
"""
