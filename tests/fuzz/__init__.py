"""Random programs, faults, interruptions and meddling; and what must hold whatever happens.

`program.py` is what a program asks for, `steps.py` are the kinds of steps, `author.py` draws those
of a life from a seed, `world.py` is the server as the fuzz sees it, `life.py` plays the steps, and
`promises.py` judges after each command.
"""
