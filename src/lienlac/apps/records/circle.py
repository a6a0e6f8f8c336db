"""Is a search about the officer himself or about a colleague, as the accounts of this node tell (SG27)?

It denies nothing: who searches for his own circle is told so by the ledger, to the inspector. Families are not known
here; nobody has declared them.
"""

from __future__ import annotations

from functools import lru_cache

from lienlac.apps.accounts.models import User
from lienlac.core import names
from lienlac.core.errors import Malformed

SELF, COLLEAGUE = "self", "colleague"
_AGREES = frozenset({"same", "likely"})


def about(officer: User, text: str) -> frozenset[str]:
    """Return `self` and `colleague` as far as the text agrees with their names, in whatever script it is written."""
    asked = _keys(text)  # not kept: what is searched for leaves nothing behind but its leaf
    accounts = User.objects.filter(is_active=True).exclude(full_name="").values_list("pk", "full_name")
    return frozenset(
        SELF if key == officer.pk else COLLEAGUE
        for key, full_name in accounts
        if asked & _keys_of_officer(full_name) and names.compare(text, full_name).tier in _AGREES
    )


@lru_cache(maxsize=1024)
def _keys_of_officer(full_name: str) -> frozenset[str]:
    return _keys(full_name)


def _keys(name: str) -> frozenset[str]:
    """Return what a name can be found by; nothing for a number."""
    try:
        return frozenset(names.keys(name))
    except Malformed:
        return frozenset()
