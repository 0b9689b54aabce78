"""The resource classes that programs use.

`dynamic.py` and `native.py` have one class for each kind and are generated, as `properties.py` is; how their
connections are registered is written here by hand.
"""
