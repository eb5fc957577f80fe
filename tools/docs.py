"""Write the files that are generated from the code: `python -m tools.docs`."""

from __future__ import annotations

import json
from pathlib import Path

from deployguard.config.json_schema import FILE, json_schema
from deployguard.config.page import page
from tools.pages import commands_page, rule_pages

ROOT = Path(__file__).resolve().parent.parent


def generated() -> dict[str, str]:
    """Return the text of each generated file, by its path from the root of the repository."""
    return {
        "docs/commands.md": commands_page(),
        "docs/configuration.md": page(),
        f"src/deployguard/config/{FILE}": json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n",
        **rule_pages(),
    }


def main() -> None:
    """Write every generated file, and name it."""
    for path, text in generated().items():
        at = ROOT / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
