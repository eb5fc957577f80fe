"""Names that modules of the standard library gained and lost: what `from module import name` finds on a runtime.

Only names that a change of Python brings and takes are here; of any other name nothing is said. Source: "What's New in
Python 3.9" to "3.14"; tests/model/test_stdlib_names.py asks every interpreter it finds. `_NEVER` are Python 2's, and what
was gone before 3.8.
"""

from __future__ import annotations

from functools import cache

from deployguard.model.runtime import Runtime

# The first version that has a name.
_ADDED = {
    (3, 9): {
        "asyncio": "to_thread",
        "functools": "cache",
        "importlib.abc": "Traversable TraversableResources",
        "importlib.resources": "files as_file",
        "math": "lcm nextafter ulp",
        "pkgutil": "resolve_name",
        "random": "randbytes",
        "typing": "Annotated",
    },
    (3, 10): {
        "contextlib": "aclosing AsyncContextDecorator",
        "dataclasses": "KW_ONLY",
        "importlib.metadata": "packages_distributions",
        "inspect": "get_annotations",
        "itertools": "pairwise",
        "statistics": "covariance correlation linear_regression",
        "types": "NoneType EllipsisType UnionType NotImplementedType",
        "typing": "Concatenate ParamSpec ParamSpecArgs ParamSpecKwargs TypeAlias TypeGuard is_typeddict",
    },
    (3, 11): {
        "asyncio": "TaskGroup timeout timeout_at Runner Barrier BrokenBarrierError",
        "contextlib": "chdir",
        "datetime": "UTC",
        "enum": "StrEnum ReprEnum EnumType EnumCheck FlagBoundary verify member nonmember global_enum property CONFORM EJECT "
        "KEEP STRICT CONTINUOUS NAMED_FLAGS UNIQUE",
        "hashlib": "file_digest",
        "inspect": "getmembers_static",
        "locale": "getencoding",
        "logging": "getLevelNamesMapping",
        "math": "cbrt exp2",
        "operator": "call",
        "typing": "LiteralString Never NotRequired Required Self TypeVarTuple Unpack assert_never assert_type clear_overloads "
        "dataclass_transform get_overloads reveal_type",
    },
    (3, 12): {
        "asyncio": "eager_task_factory",
        "calendar": "Month Day",
        "collections.abc": "Buffer",
        "inspect": "markcoroutinefunction BufferFlags",
        "itertools": "batched",
        "logging": "getHandlerByName getHandlerNames",
        "math": "sumprod",
        "random": "binomialvariate",
        "types": "get_original_bases",
        "typing": "TypeAliasType override",
    },
    (3, 13): {
        "asyncio": "QueueShutDown",
        "copy": "replace",
        "math": "fma",
        "os": "process_cpu_count",
        "pathlib": "UnsupportedOperation",
        "queue": "ShutDown",
        "statistics": "kde kde_random",
        "types": "CapsuleType",
        "typing": "NoDefault ReadOnly TypeIs get_protocol_members is_protocol",
        "warnings": "deprecated",
    },
    (3, 14): {
        "functools": "Placeholder",
        "io": "Reader Writer",
        "operator": "is_none is_not_none",
        "string": "templatelib",
        "typing": "evaluate_forward_ref",
        "uuid": "uuid6 uuid7 uuid8",
    },
}

# The first version that no longer has it.
_REMOVED = {
    (3, 9): {
        "base64": "encodestring decodestring",
        "fractions": "gcd",
        "plistlib": "readPlist writePlist readPlistFromBytes writePlistToBytes Data",
    },
    (3, 10): {
        "collections": "AsyncGenerator AsyncIterable AsyncIterator Awaitable ByteString Callable Collection Container Coroutine "
        "Generator Hashable ItemsView Iterable Iterator KeysView Mapping MappingView MutableMapping MutableSequence MutableSet "
        "Reversible Sequence Set Sized ValuesView",
    },
    (3, 11): {
        "asyncio": "coroutine",
        "binascii": "a2b_hqx b2a_hqx rlecode_hqx rledecode_hqx",
        "gettext": "lgettext ldgettext lngettext ldngettext",
        "inspect": "getargspec formatargspec",
    },
    (3, 12): {
        "configparser": "SafeConfigParser",
        "importlib": "find_loader",
        "importlib.util": "set_package set_loader module_for_loader",
        "locale": "format",
        "pkgutil": "ImpImporter ImpLoader",
        "sqlite3": "enable_shared_cache OptimizedUnicode",
        "ssl": "match_hostname wrap_socket RAND_pseudo_bytes",
    },
    (3, 13): {
        "configparser": "LegacyInterpolation",
        "re": "template TEMPLATE",
        "typing": "io re",
        "unittest": "findTestCases makeSuite getTestCaseNames",
    },
    (3, 14): {
        "ast": "Bytes Ellipsis NameConstant Num Str",
        "asyncio": "get_child_watcher set_child_watcher",
        "importlib.abc": "ResourceReader Traversable TraversableResources",
        "pkgutil": "find_loader get_loader",
        "sqlite3": "version version_info",
        "urllib.request": "URLopener FancyURLopener",
    },
}

_NEVER = {
    "asyncio": "JoinableQueue",
    "cgi": "escape",
    "html.parser": "HTMLParseError",
    "itertools": "izip imap ifilter izip_longest ifilterfalse",
    "os": "getcwdu errno",
    "platform": "linux_distribution dist popen",
    "string": "maketrans letters lowercase uppercase join atoi atof replace split strip",
    "sys": "maxint",
    "time": "clock",
    "types": "StringType StringTypes UnicodeType ListType DictType IntType ClassType InstanceType",
    "urllib": "urlencode quote quote_plus unquote unquote_plus urlopen urlretrieve Request",
}


def lacks_name(module: str, name: str, runtime: Runtime) -> bool:
    """Whether a module of the runtime's own library is known to have no such name (or submodule)."""
    return name in _absent(runtime.major, runtime.minor).get(module, ())


@cache
def _absent(major: int, minor: int) -> dict[str, frozenset[str]]:
    version = (major, minor)
    tables = [names for first, names in _ADDED.items() if version < first]
    tables += [names for first, names in _REMOVED.items() if version >= first]
    absent: dict[str, frozenset[str]] = {}
    for table in (*tables, _NEVER):
        for module, names in table.items():
            absent[module] = absent.get(module, frozenset()) | frozenset(names.split())
    return absent
