"""Which dotted prefixes each distribution owns, once all layouts are known."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from tools.map.layout import Kind, Node

Layout = Mapping[str, Node]
_CODE = ""  # stands for "has code of its own" among the children of a package


def owned(layouts: Mapping[str, Iterable[Layout]]) -> dict[str, tuple[str, ...]]:
    """Distribution -> the minimal prefixes it owns, over all its versions.

    A package whose `__init__.py` does nothing is a namespace when another distribution has a module below it
    that this one lacks, or has code in its `__init__.py`; otherwise it is the distribution's own.
    """
    every = {name: list(versions) for name, versions in layouts.items()}
    below = _children_by_distribution(every)
    return {
        name: minimal(prefix for layout in versions for prefix in _claims(layout, "", name, below))
        for name, versions in every.items()
    }


def minimal(prefixes: Iterable[str]) -> tuple[str, ...]:
    """Sorted, without those that stand below another one.

    >>> minimal(["a.b.c", "a.b", "ab"])
    ('a.b', 'ab')
    """
    names = set(prefixes)
    return tuple(sorted(name for name in names if not any(parent in names for parent in _parents(name))))


def _parents(dotted: str) -> Iterator[str]:
    parts = dotted.split(".")
    return (".".join(parts[:size]) for size in range(1, len(parts)))


def _children_by_distribution(every: Mapping[str, Iterable[Layout]]) -> dict[str, dict[str, set[str]]]:
    below: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, versions in every.items():
        for layout in versions:
            for dotted, node in _walk(layout, ""):
                below[dotted][name].update({_CODE} if node.kind is Kind.CODE else node.children)
    return below


def _walk(layout: Layout, prefix: str) -> Iterator[tuple[str, Node]]:
    for part, node in layout.items():
        yield prefix + part, node
        yield from _walk(node.children, f"{prefix}{part}.")


def _claims(
    layout: Layout, prefix: str, name: str, below: Mapping[str, dict[str, set[str]]]
) -> Iterator[str]:
    for part, node in layout.items():
        dotted = prefix + part
        if node.kind is Kind.NAMESPACE or (node.kind is Kind.BARE and _is_shared(below[dotted], name)):
            yield from _claims(node.children, f"{dotted}.", name, below)
        else:
            yield dotted


def _is_shared(children: Mapping[str, set[str]], name: str) -> bool:
    return any(theirs - children[name] for other, theirs in children.items() if other != name)
