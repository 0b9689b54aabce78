"""What goes wrong on request: the kinds of fault, and which requests meet one."""
