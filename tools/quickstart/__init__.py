"""What `make up` and `make down` are made of: a workspace in `.work`, the emulator, the stack, and where it points."""
