"""The pure core: values in, values or codes out. No Django, no clock, no I/O, no language."""
