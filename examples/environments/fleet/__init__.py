"""Provisions, refreshes or destroys many environments side by side, by Pulumi's Automation API.

__main__.py     the command and its rules: what needs an explicit word
run.py          the environments side by side, and a clean stop
environment.py  one environment: one stack, one action, one outcome
stopping.py     `pulumi` processes that stop in order
board.py        what the terminal shows
"""
