"""What Django imports by a text: the settings, the applications and middleware that they list, and the URLs of others.

Sources: Django's documentation, "Applications" (how applications are loaded), "Settings" and "URL dispatcher" (`include`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from deployguard.imports.by_text import unit_at
from deployguard.imports.calls import name_of
from deployguard.imports.facts import ModuleFacts, Site, Term, Unit

WORDS = (b"DJANGO_SETTINGS_MODULE", b"INSTALLED_APPS", b"ROOT_URLCONF", b"django.urls", b"django.conf.urls")
_VARIABLE = "DJANGO_SETTINGS_MODULE"
_APPLICATIONS = re.compile(r"(?:[A-Z_]*_)?APPS")
_CLASSES = frozenset({"MIDDLEWARE", "AUTHENTICATION_BACKENDS"})
_URLS = frozenset({"django.urls", "django.conf.urls"})
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_WHERE_PRESENT = (Term("present"),)

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def with_django(tree: ast.Module, facts: ModuleFacts) -> ModuleFacts:
    """Add the sites that Django's texts stand for. What stands under a condition is left out: much of it is for development."""
    sites = (*_settings(tree, facts.units), *_of_settings(tree), *_included(tree, facts.units))
    return facts._replace(sites=(*facts.sites, *sites)) if sites else facts


def _settings(tree: ast.Module, units: tuple[Unit, ...]) -> Iterator[Site]:
    """The settings that wsgi.py, asgi.py or manage.py name."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Call(
                    func=ast.Attribute(attr="setdefault"),
                    args=[ast.Constant(value=name), ast.Constant(value=str(text))],
                )
                | ast.Assign(
                    targets=[ast.Subscript(slice=ast.Constant(value=name))],
                    value=ast.Constant(value=str(text)),
                )
            ) if name == _VARIABLE:
                yield from _site(text, node.lineno, _unit_around(units, tree, node.lineno))
            case _:
                pass


def _of_settings(tree: ast.Module) -> Iterator[Site]:
    assigned = [(name, value) for node in tree.body for name, value in _assigned(node)]
    names = {name for name, _ in assigned}
    if not names & {"INSTALLED_APPS", "ROOT_URLCONF"}:
        return
    has_admin = any("admin" in text for name, value in assigned for text, _ in _texts(value) if name)
    for name, value in assigned:
        if name == "ROOT_URLCONF" and isinstance(value, ast.Constant):
            yield from _site(str(value.value), value.lineno, 0)
        for text, line in _texts(value):
            if name in _CLASSES:
                yield from _named(text, line)
            elif _APPLICATIONS.fullmatch(name):
                yield from _application(text, line, has_admin)


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case (
            ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            | ast.AugAssign(target=ast.Name(id=name), value=value)
        ):
            yield name, value
        case _:
            pass


def _texts(value: ast.expr) -> Iterator[tuple[str, int]]:
    match value:
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            for part in parts:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value, part.lineno
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _texts(left)
            yield from _texts(right)
        case _:
            pass


def _application(text: str, line: int, has_admin: bool) -> Iterator[Site]:
    """An application is a package, or the class that configures it; these modules of it are imported where it has them."""
    if text.rpartition(".")[2][:1].isupper():
        yield from _named(text, line)
        package = text.rpartition(".")[0].removesuffix(".apps")
    else:
        yield from _site(text, line, 0)
        package = text
    for name in ("apps", "models", "admin") if has_admin else ("apps", "models"):
        yield from _site(f"{package}.{name}", line, 0, _WHERE_PRESENT)


def _named(text: str, line: int) -> Iterator[Site]:
    module, _, name = text.rpartition(".")
    if _DOTTED.fullmatch(text) and module:
        yield Site(module, (name,), 0, line, 0)


def _included(tree: ast.Module, units: tuple[Unit, ...]) -> Iterator[Site]:
    if not any(_imports_include(node) for node in tree.body):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) == "include" and node.args:
            match node.args[0]:
                case ast.Constant(value=str(text)) | ast.Tuple(elts=[ast.Constant(value=str(text)), *_]):
                    yield from _site(text, node.lineno, _unit_around(units, tree, node.lineno))
                case _:
                    pass


def _imports_include(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.ImportFrom)
        and node.module in _URLS
        and any(alias.name == "include" for alias in node.names)
    )


def _site(text: str, line: int, unit: int, when: tuple[Term, ...] = ()) -> Iterator[Site]:
    if _DOTTED.fullmatch(text):
        yield Site(text, (), 0, line, unit, when)


def _unit_around(units: tuple[Unit, ...], tree: ast.Module, line: int) -> int:
    """Return the outermost function around a line, else the module itself."""
    around = (
        node
        for node in tree.body
        if isinstance(node, _Function) and node.lineno <= line <= (node.end_lineno or 0)
    )
    found = next(around, None)
    return max(unit_at(units, found), 0) if found is not None else 0
