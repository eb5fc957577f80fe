"""Which top-level modules the standard library of each runtime has.

The base is `sys.stdlib_module_names` of CPython 3.11 (the reference says: the same on every platform, so `winreg` is
in it); other versions differ from it by the two tables below, read from the same attribute of 3.10, 3.12 and 3.13,
from the library folders of 3.8 and 3.9, and for 3.14 from "What's New in Python 3.14". tests/model/test_stdlib.py
compares them with every interpreter it finds.
"""

from __future__ import annotations

from functools import cache

from deployguard.model.runtime import Runtime

_BASE = """
__future__ _abc _aix_support _ast _asyncio _bisect _blake2 _bootsubprocess _bz2 _codecs _codecs_cn
_codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections _collections_abc _compat_pickle
_compression _contextvars _crypt _csv _ctypes _curses _curses_panel _datetime _dbm _decimal _elementtree
_frozen_importlib _frozen_importlib_external _functools _gdbm _hashlib _heapq _imp _io _json _locale
_lsprof _lzma _markupbase _md5 _msi _multibytecodec _multiprocessing _opcode _operator _osx_support
_overlapped _pickle _posixshmem _posixsubprocess _py_abc _pydecimal _pyio _queue _random _scproxy _sha1
_sha256 _sha3 _sha512 _signal _sitebuiltins _socket _sqlite3 _sre _ssl _stat _statistics _string _strptime
_struct _symtable _thread _threading_local _tkinter _tokenize _tracemalloc _typing _uuid _warnings
_weakref _weakrefset _winapi _zoneinfo abc aifc antigravity argparse array ast asynchat asyncio asyncore
atexit audioop base64 bdb binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code
codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg
crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings
ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc
genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib
imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma
mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib
nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes
pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc
pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select
selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3
sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable
sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit
tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata
unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc
zipapp zipfile zipimport zlib zoneinfo
"""

# The first version that has a module.
_ADDED = {
    (3, 9): "_aix_support _bootsubprocess _zoneinfo graphlib zoneinfo",
    (3, 11): "_tokenize _typing tomllib",
    (3, 12): "_pydatetime _pylong _sha2",
    (3, 13): (
        "_android_support _apple_support _colorize _interpchannels _interpqueues _interpreters _ios_support _opcode_metadata "
        "_pyrepl _suggestions _sysconfig _wmi"
    ),
    (3, 14): ("_ast_unparse _hmac _py_warnings _remote_debugging _types _zstd annotationlib compression"),
}

# The first version that no longer has it: PEP 594 (3.13), PEP 632 (distutils, 3.12), and single removals.
_REMOVED = {
    (3, 9): "_dummy_thread dummy_threading",
    (3, 10): "_bootlocale formatter parser symbol",
    (3, 11): "binhex",
    (3, 12): "_bootsubprocess _sha256 _sha512 asynchat asyncore distutils imp smtpd",
    (3, 13): (
        "_crypt _msi aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap msilib nis nntplib ossaudiodev "
        "pipes sndhdr spwd sunau telnetlib uu xdrlib"
    ),
}


def is_stdlib(top_level: str, runtime: Runtime) -> bool:
    """Whether `import top_level` finds a module of the runtime's own library, on some platform at least."""
    return top_level == "__main__" or top_level in _names(runtime.major, runtime.minor)


@cache
def _names(major: int, minor: int) -> frozenset[str]:
    version = (major, minor)
    later = {name for first, names in _ADDED.items() if version < first for name in names.split()}
    added = {name for first, names in _ADDED.items() if version >= first for name in names.split()}
    removed = {name for first, names in _REMOVED.items() if version >= first for name in names.split()}
    still = {name for first, names in _REMOVED.items() if version < first for name in names.split()}
    return frozenset((set(_BASE.split()) - later | added | still) - removed)
