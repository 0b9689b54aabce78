"""Write the Python classes that programs use, from the kinds, their common properties and the settings.

`python -m tools.generate_sdk` writes the files, `tests/test_generated.py` asks whether they are in step.
"""
