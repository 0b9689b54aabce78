"""The resource classes that programs use.

`dynamic.py` and `native.py` have one class for each type of resource and are generated, as `properties.py` is; how they
are registered is written here by hand.
"""
