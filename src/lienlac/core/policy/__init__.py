"""May this be asked, sent, searched, kept? Safeguards and agreements as one table and one function."""

from lienlac.core.policy.case import Case
from lienlac.core.policy.decide import decide
from lienlac.core.policy.finding import Decision, Finding, Result

__all__ = ["Case", "Decision", "Finding", "Result", "decide"]
