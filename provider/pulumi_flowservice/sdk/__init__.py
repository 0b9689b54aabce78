"""The resource classes that programs use, with the signature of each kind; `dynamic` and `native` register them."""
