"""This node's signing keys in a token (PKCS#11): a smart card, an HSM. They are made there and never leave it.

The token holds Ed25519 pairs, labelled `lienlac-node` and `lienlac-author`; which of them is which is told by the key
id of the public half. Sealing keys rest as files: no token knows their algorithm. A key that was a file before the
token came stays one until it is renewed.

One session serves a process. A wrong PIN is tried once: a token counts, and locks itself for good.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lienlac.core.envelope.keys import PublicKey, VerifyKey
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.errors import Unauthentic, Unavailable

if TYPE_CHECKING:
    from lienlac.apps.directory.keystore import FileStore, OwnSigner
    from lienlac.core.envelope.suite import Unwrapper

IN_TOKEN = ("node", "author")
ED25519 = bytes.fromhex("06032b6570")  # DER of the object identifier 1.3.101.112 (RFC 8410)
POINT = bytes.fromhex("0420")  # DER of an octet string of 32 bytes
ID_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class TokenAt:
    """Where the token is: the driver's file, the token's label, and what gives its PIN."""

    module: str
    label: str
    pin: Callable[[], str]


class Token:
    """The token, with one session for this process, opened when it is first needed and anew after it was lost."""

    def __init__(self, at: TokenAt) -> None:
        self._at = at
        self._lock = threading.RLock()
        self._session: Any = None
        self._private: dict[tuple[str, str], Any] = {}  # handles, of this session
        self._refused = False

    @contextmanager
    def session(self) -> Iterator[Any]:
        """Give the session to one thread at a time.

        Raises Unavailable (`token_driver_missing`, `token_unreachable`, `token_pin_missing`),
        Unauthentic(`token_pin_wrong`).
        """
        pkcs11 = _driver()
        with self._lock:
            try:
                if self._session is None:
                    self._session = self._opened(pkcs11)
                yield self._session
            except pkcs11.exceptions.PKCS11Error as error:
                self._drop(pkcs11)
                raise self._unreachable(error) from error

    def sign(self, use: str, kid: str, payload: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) of a key; raises as `session`, Unavailable('key_missing')."""
        from pkcs11 import Mechanism

        with self.session() as session:
            if (use, kid) not in self._private:
                self._private[use, kid] = _pair(session, use, kid)[1]
            return bytes(self._private[use, kid].sign(payload, mechanism=Mechanism.EDDSA))

    def destroy(self, use: str, kid: str) -> None:
        """Destroy a pair, the private half first; nothing happens when it is gone."""
        with self.session() as session:
            self._private.pop((use, kid), None)
            for half in reversed(_found(session, use, kid)):
                half.destroy()

    def _drop(self, pkcs11: Any) -> None:
        """Close the session, for the login is the process's: while it lasts, no other session can be opened."""
        session, self._session = self._session, None
        self._private.clear()
        if session is not None:
            with suppress(pkcs11.exceptions.PKCS11Error):
                session.close()

    def _opened(self, pkcs11: Any) -> Any:
        try:
            token = pkcs11.lib(self._at.module).get_token(token_label=self._at.label)
        except RuntimeError as error:  # no such file, no driver in it
            raise self._unreachable(error) from error
        if self._refused or pkcs11.TokenFlag.USER_PIN_COUNT_LOW in token.flags:
            raise Unauthentic("token_pin_wrong", token=self._at.label)
        try:
            return token.open(rw=True, user_pin=self._at.pin())
        except (pkcs11.exceptions.PinIncorrect, pkcs11.exceptions.PinLocked) as error:
            self._refused = True
            raise Unauthentic("token_pin_wrong", token=self._at.label) from error

    def _unreachable(self, error: Exception) -> Unavailable:
        detail = type(error).__name__  # never its text: a driver may put anything into it
        return Unavailable("token_unreachable", token=self._at.label, detail=detail)


@dataclass(frozen=True, kw_only=True)
class TokenKey:
    """An Ed25519 key that signs in the token."""

    public: VerifyKey
    use: str
    token: Token
    suite: int = 1

    @property
    def kid(self) -> str:
        """Give the key id of the public half."""
        return self.public.kid

    def sign(self, payload: bytes) -> bytes:
        """Return the 64-byte signature; raises as `Token.sign`."""
        return self.token.sign(self.use, self.kid, payload)


class TokenStore:
    """A key store: signing keys in the token, all others and those from before it in files."""

    def __init__(self, token: Token, files: FileStore) -> None:
        self._token, self._files = token, files
        self._kept: dict[tuple[str, str], TokenKey] = {}  # a look into the token costs more than a signature

    def make(self, use: str) -> PublicKey:
        """Make a new key and keep it; a signing key is made in the token."""
        if use not in IN_TOKEN:
            return self._files.make(use)
        with self._token.session() as session:
            return _made(session, use)

    def signer(self, use: str, kid: str) -> OwnSigner:
        """Return the key that signs, from the token or, if it is none of the token's, from its file."""
        if self._files.has(use, kid):
            return self._files.signer(use, kid)
        if (use, kid) not in self._kept:
            with self._token.session() as session:
                public = _public(_pair(session, use, kid)[0])
            self._kept[use, kid] = TokenKey(public=public, use=use, token=self._token)
        return self._kept[use, kid]

    def unwrapper(self, kid: str) -> Unwrapper:
        """Return the key that opens envelopes."""
        return self._files.unwrapper(kid)

    def lasting(self, kid: str) -> LastingKey:
        """Return the key that signs heads for decades: no token signs with ML-DSA."""
        return self._files.lasting(kid)

    def destroy(self, use: str, kid: str) -> None:
        """Destroy a key for good; nothing happens when it is gone."""
        self._files.destroy(use, kid)
        self._kept.pop((use, kid), None)
        if use in IN_TOKEN:
            self._token.destroy(use, kid)

    def rests_in(self, use: str, kid: str) -> str:
        """Say where a key rests: `file` or `token`."""
        return "token" if use in IN_TOKEN and not self._files.has(use, kid) else "file"


def _driver() -> Any:
    try:
        import pkcs11
        import pkcs11.exceptions
    except ImportError as error:
        raise Unavailable("token_driver_missing") from error
    return pkcs11


def _made(session: Any, use: str) -> VerifyKey:
    from pkcs11 import Attribute, KeyType, Mechanism

    parameters = session.create_domain_parameters(
        KeyType.EC_EDWARDS, {Attribute.EC_PARAMS: ED25519}, local=True
    )
    public, _private = parameters.generate_keypair(
        mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
        store=True,
        id=os.urandom(ID_BYTES),
        label=_label(use),
        private_template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
    )
    return _public(public)


def _pair(session: Any, use: str, kid: str) -> tuple[Any, Any]:
    halves = _found(session, use, kid)
    if len(halves) != 2:
        raise Unavailable("key_missing", file=f"{use}-{kid}")
    return halves[0], halves[1]


def _found(session: Any, use: str, kid: str) -> list[Any]:
    """Return public and private half of a key, or nothing."""
    from pkcs11 import Attribute, KeyType, ObjectClass

    named = {Attribute.LABEL: _label(use), Attribute.KEY_TYPE: KeyType.EC_EDWARDS}
    for public in list(
        session.get_objects({Attribute.CLASS: ObjectClass.PUBLIC_KEY, **named})
    ):  # one search at a time
        if _public(public).kid == kid:
            mine = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, **named, Attribute.ID: public.id}
            return [public, *session.get_objects(mine)]
    return []


def _public(public: Any) -> VerifyKey:
    from pkcs11 import Attribute

    point = bytes(public[Attribute.EC_POINT])
    return VerifyKey(point[len(POINT) :] if len(point) > 32 and point.startswith(POINT) else point)


def _label(use: str) -> str:
    return f"lienlac-{use}"
