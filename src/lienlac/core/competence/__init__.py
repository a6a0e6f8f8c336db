"""Who is competent for what: competences of a matter, the desk it lands on, the office to propose."""

from lienlac.core.competence.desks import Desk, Matter, desk_for
from lienlac.core.competence.matter import competences
from lienlac.core.competence.proposal import Candidate, Proposal, propose

__all__ = ["Candidate", "Desk", "Matter", "Proposal", "competences", "desk_for", "propose"]
