"""Text that is safe in a cell of a CSV: quoted where needed, never a formula."""

# The last four are the full-width forms, which some spreadsheets take for the plain ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BLANKS = " \u00a0\u3000\ufeff\u200b"
MUST_QUOTE = frozenset(',"\r\n')


def defused(text: str) -> str:
    """`text` with an apostrophe in front where a spreadsheet would read a formula.

    Some spreadsheets look past leading blanks, so this does too. Source: OWASP, "CSV Injection".
    """
    return f"'{text}" if text.lstrip(BLANKS).startswith(FORMULA_STARTS) else text


def text_cell(text: str) -> str:
    """`text` defused and quoted as RFC 4180 asks. NUL, which few readers take, is left out."""
    safe = defused(text.replace("\0", ""))
    if MUST_QUOTE.isdisjoint(safe) and safe == safe.strip():
        return safe
    return '"' + safe.replace('"', '""') + '"'
