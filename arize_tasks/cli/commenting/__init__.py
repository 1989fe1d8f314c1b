"""What a command of Pulumi's means for evaluation tasks, for people who review or deploy a change.

Pure: text that the engine wrote goes in, and text comes out. `reading` makes steps of it, `review`
makes of them what people must know (of each kind in `preview/` or `update/`), and `markdown` writes
that down. Only `preview/asking` asks the service, where there is a key.
"""
