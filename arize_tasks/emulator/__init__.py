"""A second opinion: an emulator of Arize AX's REST API for tasks, written from the API's text.

It imports nothing from the rest of `arize_tasks`, and nothing there imports it, so that one
misreading of the API cannot pass on both sides.
"""
