"""The only patterns that a form may use, by name: none of them can be made slow, whatever is typed in."""

# What Tinos and Times New Roman can print: Latin with all Vietnamese letters (composed or as letter and mark), Greek,
# Cyrillic, punctuation and currency. No line ends, no controls, nothing invisible or right-to-left.
PRINTED = (
    "\\u0020-\\u007E\\u00A0-\\u00AC\\u00AE-\\u017F\\u01A0\\u01A1\\u01AF\\u01B0\\u0300-\\u0303\\u0306\\u0309\\u031B\\u0323"
    "\\u0391-\\u03A1\\u03A3-\\u03CE\\u0401-\\u040C\\u040E-\\u044F\\u0451-\\u045C\\u045E\\u045F\\u1EA0-\\u1EF9"
    "\\u2013\\u2014\\u2018-\\u201A\\u201C-\\u201E\\u2022\\u2026\\u2030\\u20AB\\u20AC\\u2264\\u2265"
)
PATTERNS = {
    "printed": f"^[{PRINTED}]*$",
    "phone": "^\\+?[0-9][0-9 .()-]{6,19}$",
    "registration_number": "^[0-9A-Z][0-9A-Z./-]{6,19}$",
    "citizen_number": "^[0-9]{12}$",
    "tax_code": "^[0-9]{10}(-[0-9]{3})?$",
}
