"""Random lives of stacks: real commands, killed processes, lost answers and changes by others, for as long as you like.

program.py   what a stack's program declares, and its text
steps.py     the random steps of a life: an edit, what others do, a command, the trouble that it meets
edits.py     edits the program
others.py    what others do: in the user interface, and by the API
trouble.py   makes trouble: faults of the API, killed and stopped processes, refused tokens
advice.py    does what docs/reference/errors.md says about each code
checks.py    what must hold whenever a stack has settled
world.py     the emulator and the database that all stacks share
life.py      one stack: takes steps, settles, checks
crowd.py     one stack of a thousand connections, while a part of all requests fails
shorten.py   looks for the shortest history that repeats a failure
report.py    writes what was done and found
"""
