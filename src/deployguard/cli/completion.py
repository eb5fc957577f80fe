"""`deployguard completion`: what a shell needs to complete commands, options and services."""

from __future__ import annotations

import argparse

from deployguard.cli.output import show
from deployguard.cli.parsers import options_of
from deployguard.cli.trees import add_repository_arguments, default_tree, project_of, repository_of
from deployguard.cli.verbs import VERBS

_SHELLS = ("bash", "zsh", "fish")
_SERVICES = "deployguard completion services 2>/dev/null"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=(*_SHELLS, "services"), help="the shell; or the names of the configured services"
    )
    add_repository_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.what == "services":
        show("".join(f"{name}\n" for name in _services(arguments)))
    else:
        show({"bash": _bash, "zsh": _zsh, "fish": _fish}[arguments.what]())
    return 0


def _services(arguments: argparse.Namespace) -> tuple[str, ...]:
    tree = default_tree(repository_of(arguments))
    return tuple(service.name for service in project_of(arguments, tree).services)


def _words(verb: str) -> tuple[str, ...]:
    options = options_of(verb)
    flags = [flag for option in options for flag in option.flags]
    return (*flags, *(choice for option in options if not option.flags for choice in option.choices))


def _takes_services(verb: str) -> bool:
    return any(option.takes == "SERVICE" for option in options_of(verb))


def _values(verb: str) -> dict[str, str]:
    """Return, for each flag that takes something, what it may be; "" for a file or a word of the user's own."""
    return {
        flag: " ".join(option.choices) for option in options_of(verb) if option.takes for flag in option.flags
    }


def _bash() -> str:
    cases = "".join(_bash_case(verb) for verb in VERBS)
    return (
        "# deployguard completion bash >> ~/.bash_completion\n"
        "_deployguard() {\n"
        '  local word="${COMP_WORDS[COMP_CWORD]}" last="${COMP_WORDS[COMP_CWORD-1]}" words=\n'
        '  case "${COMP_WORDS[1]}" in\n'
        f"{cases}"
        "  esac\n"
        f'  [ "$COMP_CWORD" -eq 1 ] && words={_quoted(" ".join(VERBS))}\n'
        '  COMPREPLY=($(compgen -W "$words" -- "$word"))\n'
        "}\n"
        "complete -o default -F _deployguard deployguard\n"
    )


def _bash_case(verb: str) -> str:
    words = _quoted(" ".join(_words(verb)))
    services = f'; [[ $word == -* ]] || words+=" $({_SERVICES})"' if _takes_services(verb) else ""
    values = "".join(f" {flag}) words={_quoted(words)} ;;" for flag, words in _values(verb).items())
    return f'    {verb}) case "$last" in{values} *) words={words}{services} ;; esac ;;\n'


def _zsh() -> str:
    return (
        "#compdef deployguard\n"
        "# deployguard completion zsh > a file _deployguard in a folder of $fpath, or eval it after compinit\n"
        "autoload -U +X bashcompinit && bashcompinit\n"
        f"{_bash()}"
        # zsh runs the file at the first Tab: what it defined has to answer that one too.
        "[[ ${funcstack[1]} != _deployguard ]] || _bash_complete -o default -F _deployguard\n"
    )


def _fish() -> str:
    lines = ["# deployguard completion fish > ~/.config/fish/completions/deployguard.fish"]
    for verb, told in VERBS.items():
        lines.append(f"complete -c deployguard -n __fish_use_subcommand -a {verb} -d {_quoted(told.does)}")
        inside = f"complete -c deployguard -n '__fish_seen_subcommand_from {verb}'"
        if _takes_services(verb):
            lines.append(f"{inside} -a '({_SERVICES})'")
        values = _values(verb)
        lines += [f"{inside} {_fish_word(word, values.get(word))}" for word in _words(verb)]
    return "".join(f"{line}\n" for line in lines)


def _fish_word(word: str, values: str | None) -> str:
    """`values` is what the word takes, None for nothing."""
    takes = "" if values is None else f" -x -a {_quoted(values)}" if values else " -r"
    if word.startswith("--"):
        return f"-l {word[2:]}{takes}"
    return f"-s {word[1:]}{takes}" if word.startswith("-") else f"-a {word}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
