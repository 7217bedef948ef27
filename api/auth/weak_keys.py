"""Detects weak public keys: anybody can sign for them, or compute the private key. Pure arithmetic.

`cryptography` accepts such keys: it only checks their form.
"""

from itertools import count
from math import gcd

_P = 2**255 - 19  # the field of Curve25519 (RFC 8032 section 5.1)
_D = -121665 * pow(121666, -1, _P) % _P

_GENERATOR = 65537
_LAST_PRIME = 167  # of the smallest primorial that the flawed library used, for keys of 512 bits
_PRIMES = tuple(n for n in range(3, _LAST_PRIME + 1) if all(n % divisor for divisor in range(2, n)))
_LOGARITHMS = {
    prime: {
        pow(_GENERATOR, exponent, prime): exponent
        for exponent in range(
            next(k for k in count(1) if pow(_GENERATOR, k, prime) == 1)  # the order
        )
    }
    for prime in _PRIMES
}


def ed25519_flaw(public: bytes) -> str | None:
    """Say what is wrong with the 32 octets of an Ed25519 public key, or nothing.

    A key is refused if RFC 8032 section 5.1.3 does not decode it (y is not below the field's prime,
    there is no such point, x is zero but has a sign), or if its point has order 1, 2, 4 or 8. For
    such a point, a signature that is valid for every message, or for one in eight, needs no private
    key.
    """
    encoded = int.from_bytes(public, "little")
    y, sign = encoded & (2**255 - 1), encoded >> 255
    if y >= _P:
        return "its point is not encoded canonically"
    x_squared = _x_squared(y)
    if x_squared == 0 and sign:
        return "its point is not encoded canonically"
    if pow(x_squared, (_P - 1) // 2, _P) == _P - 1:  # Euler's criterion: no square root
        return "it is no point of its curve"
    for _ in range(3):
        y = _doubled(y)
    if y == 1:  # eight times the point is the identity, which alone has this y
        return "its point has a low order"
    return None


def _x_squared(y: int) -> int:
    # From -x² + y² = 1 + d x² y²; d is not a square, so the divisor is never zero.
    return (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P


def _doubled(y: int) -> int:
    """Return y of the doubled point. It only needs x², which the curve's equation gives."""
    x_squared = _x_squared(y)
    return (y * y + x_squared) * pow(1 - _D * x_squared * y * y, -1, _P) % _P


def rsa_flaw(modulus: int) -> str | None:
    """Say what is wrong with an RSA modulus, or nothing."""
    if modulus % 2 == 0:
        return "its modulus is even"
    if _has_roca_fingerprint(modulus):
        return "its modulus has the fingerprint of ROCA (CVE-2017-15361), so it can be factored"
    return None


def _has_roca_fingerprint(modulus: int) -> bool:
    """Tell whether the modulus is a power of 65537 modulo the product of the primes 3 to 167.

    Source: Nemec, Sys, Svenda, Klinec, Matyas, "The Return of Coppersmith's Attack", 2017,
    section 2.3. The logarithm exists if there is one for each prime and all of them agree (the
    Chinese remainder theorem). The product for a larger key contains these primes as well; a
    modulus without the flaw is reported with probability below 2**-100.
    """
    exponent, order = 0, 1
    for prime, logarithms in _LOGARITHMS.items():
        logarithm = logarithms.get(modulus % prime)
        if logarithm is None:
            return False
        cycle = len(logarithms)
        common = gcd(order, cycle)
        if (logarithm - exponent) % common:
            return False
        step = (logarithm - exponent) // common * pow(order // common, -1, cycle // common)
        exponent += order * (step % (cycle // common))
        order *= cycle // common
    return True
