"""The application: which path leads to which endpoint, the control paths, and the gateway in front of all."""
