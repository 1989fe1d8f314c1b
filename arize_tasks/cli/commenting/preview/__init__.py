"""What a preview of Pulumi's means for evaluation tasks, for people who review a change.

Pure: text that the engine wrote goes in, and text comes out. `reading` makes steps of it, `review`
makes of them what a reviewer must know, and `markdown` writes that down.
"""
