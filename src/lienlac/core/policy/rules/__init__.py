"""The checks, one module a part of the safeguards; which rule runs which check stands in `policy.table`."""
