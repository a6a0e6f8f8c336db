"""The vault of protected persons (SG14, SG18): a table and a key of its own, in no index but its own blind one.

    protection_of(asked, message_id=…)     -> core.policy Protection, for the verb that answers an enquiry
    persons(officer) / enter / release     the protection officer's alone

Nobody else learns that anybody is in it: the officer at the desk reads an ordinary hold, the other side RF00.
"""

from lienlac.apps.records.vault.asking import known, protection_of
from lienlac.apps.records.vault.keeping import Person, enter, persons, release, remove

__all__ = ["Person", "enter", "known", "persons", "protection_of", "release", "remove"]
