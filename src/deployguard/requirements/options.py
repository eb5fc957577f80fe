"""The options that a line of a requirements file may carry ("Requirements File Format", pip's documentation)."""

from __future__ import annotations

import shlex

_SHORT = {
    "-i": "--index-url",
    "-c": "--constraint",
    "-r": "--requirement",
    "-e": "--editable",
    "-f": "--find-links",
    "-C": "--config-settings",
}
_ALIASES = {"--pypi-url": "--index-url", "--config-setting": "--config-settings"}
_FLAGS = frozenset({"--no-index", "--prefer-binary", "--require-hashes", "--pre"})
_VALUED = frozenset(
    {
        *_SHORT.values(),
        "--extra-index-url",
        "--no-binary",
        "--only-binary",
        "--trusted-host",
        "--use-feature",
        "--hash",
        "--global-option",
    }
)
_LONG = _FLAGS | _VALUED | frozenset(_ALIASES)


class BadOptionError(ValueError):
    """pip would refuse the line; the message says why."""


def split_line(line: str) -> tuple[str, str]:
    """Split a logical line into its requirement and its options, at the first word that starts with a dash."""
    words = line.split(" ")
    cut = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    return " ".join(words[:cut]), " ".join(words[cut:])


def read_options(text: str) -> tuple[tuple[str, str], ...]:
    """Read options as (long name, value); a flag's value is `""`.

    Raises:
        BadOptionError: unbalanced quotes, an unknown option, a missing value, or a word that belongs to no option.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise BadOptionError(f"{error} in the options") from error
    options, waiting = list[tuple[str, str]](), iter(words)
    for word in waiting:
        name, given = _option(word)
        if name in _FLAGS:
            options.append((name, ""))
            continue
        value = next(waiting, None) if given is None else given
        if value is None:
            raise BadOptionError(f"{name} has no value")
        options.append((name, value))
    return tuple(options)


def _option(word: str) -> tuple[str, str | None]:
    if word[:2] in _SHORT:
        return _SHORT[word[:2]], word[2:] or None
    if not word.startswith("-") or word == "-":  # optparse takes a lone dash for a word
        raise BadOptionError(
            f"pip passes over {word!r}: a requirement must stand before options, on a line of its own"
        )
    stem, equals, value = word.partition("=")
    # pip reads options with optparse, which takes any unambiguous beginning of a long name.
    matches = {stem} & _LONG or {name for name in _LONG if len(stem) > 2 and name.startswith(stem)}
    names = {_ALIASES.get(name, name) for name in matches}
    if len(names) != 1:
        raise BadOptionError(f"{stem} is not an option that pip takes in a requirements file")
    name = names.pop()
    if equals and name in _FLAGS:
        raise BadOptionError(f"{name} takes no value")
    return name, value if equals else None
