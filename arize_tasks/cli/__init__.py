"""The command `arize-tasks`: what people and CI jobs do beside `pulumi up`.

One module per subcommand, with `NAME`, `HELP`, `add_arguments` and `run`; nothing here imports
Pulumi.
"""
