"""Tests of the policy room: `cases` is its table of examples."""
