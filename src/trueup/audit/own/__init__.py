"""Own checks of an organisation: declared in a file, tried by their cases, asked like the rest."""

from trueup.audit.own.declaring import OwnCheck, keep_files, kept_files, load, load_all, parse
from trueup.audit.own.testing import prove, table_of, try_cases

__all__ = [
    "OwnCheck",
    "keep_files",
    "kept_files",
    "load",
    "load_all",
    "parse",
    "prove",
    "table_of",
    "try_cases",
]
