"""Register codes: random, readable aloud, never reused, with an ISO 7064 MOD 37-2 check character at the end.

MOD 37-2 finds every single wrong character and every swap of two neighbours; the hybrid MOD 37,36 of the same
standard lets some swaps pass. Its check character may be `*` or a letter that is misread on paper: such codes are
drawn again, so that a code has only the characters of `CODE_ALPHABET`.
"""

from __future__ import annotations

from config.sentences import later
from config.tokens import CODE_ALPHABET, random_code
from registry.entries.errors import CodeMalformed

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
RANDOM = 12  # characters of 5 bits each
LENGTH = RANDOM + 1
BETWEEN = " \t\u00a0-._\u2010\u2011\u2012\u2013\u2014\u2212"  # what people and their keyboards put between groups
MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"} | dict.fromkeys(BETWEEN))


def new_register_code() -> str:
    """Thirteen characters, the last one the check character; 60 bits are random."""
    while True:
        code = with_check_character(random_code(RANDOM))
        if code[-1] in CODE_ALPHABET:
            return code


def with_check_character(body: str) -> str:
    """`body` with its check character (ISO/IEC 7064, MOD 37-2)."""
    return body + CHARACTERS[(1 - _weighted(body) * 2) % 37]


def parse_register_code(text: str) -> str:
    """The code as we keep it, from what a person typed or a QR holds; raises CodeMalformed."""
    code = text.strip().upper().translate(MISREAD) if len(text) <= 40 else ""
    if len(code) != LENGTH or not set(code) <= set(CODE_ALPHABET) or _weighted(code) % 37 != 1:
        raise CodeMalformed(later("This is no register code; compare it with the paper, character by character."))
    return code


def readable(code: str) -> str:
    """`7K3M9QWX2ABDF` as `7K3M-9QWX-2ABDF`."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def _weighted(text: str) -> int:
    """The weighted sum whose remainder is 1 in a right code: 2 to the power of the place, counted from the end."""
    total = 0
    for character in text:
        total = (total * 2 + CHARACTERS.index(character)) % 37
    return total
