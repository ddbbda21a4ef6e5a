"""A summary that only the coordinator can read: libsodium's sealed boxes (X25519, XSalsa20-Poly1305), through PyNaCl."""

from __future__ import annotations

import base64
import binascii

from aadash.errors import SummaryError

MARK = b"aadash sealed 1\n"


def new_key() -> tuple[str, str]:
    """A private key, and the public one that the coordinator gives to the centres; text, 44 characters each."""
    from nacl.public import PrivateKey

    key = PrivateKey.generate()
    return _text(bytes(key)), _text(bytes(key.public_key))


def seal(content: bytes, public: str) -> bytes:
    """``content`` for the holder of the private key alone. Raises SummaryError for what is no key."""
    from nacl.public import PublicKey, SealedBox

    return MARK + base64.b64encode(SealedBox(PublicKey(_bytes(public))).encrypt(content)) + b"\n"


def is_sealed(content: bytes) -> bool:
    """Whether a file was sealed."""
    return content.startswith(MARK)


def unseal(content: bytes, private: str, file: str = "") -> bytes:
    """What was sealed. Raises SummaryError when it was sealed for another key, or altered since."""
    from nacl.exceptions import CryptoError
    from nacl.public import PrivateKey, SealedBox

    try:
        return SealedBox(PrivateKey(_bytes(private))).decrypt(base64.b64decode(content.removeprefix(MARK)))
    except (CryptoError, ValueError) as error:
        raise SummaryError(
            "This summary cannot be opened with this key",
            file=file,
            expected="the private key whose public half the centre used, and a file that nobody altered",
        ) from error


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SummaryError("This is no key", expected="44 characters that “summary-key” wrote") from error
    if len(raw) != 32:
        raise SummaryError("This is no key", expected="44 characters that “summary-key” wrote")
    return raw
