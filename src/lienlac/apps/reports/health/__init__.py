"""Is this node well, and if not, what to do? Checks look and measure and change nothing; they find codes and facts.

The command `lienlac doctor`, the page for administrators and the address for monitors read the same findings; the
words are in `wording/findings.csv` (what is so) and `wording/cures.csv` (what to do).
"""
