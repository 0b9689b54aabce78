"""Emulate Adobe Experience Platform's Flow Service; made from its public documentation alone.

Every behaviour names its source or is marked as assumed: see docs/engineering/emulator.md. It runs as a command
(`flowservice-emulator`), inside a test (`flowservice_emulator.server.Emulator`) and as a pytest fixture
(`flowservice_emulator`). Importing this package imports nothing else.
"""
