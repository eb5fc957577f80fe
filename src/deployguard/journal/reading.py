"""What an object of the bucket holds: JSON of a schema that this version knows, or an error that names the object."""

from __future__ import annotations

import json
from typing import Any

from deployguard.model.errors import CloudError

_SCHEMA = 1


def values_of(name: str, content: bytes, what: str) -> dict[str, Any]:
    """Return the values of an object that is kept as `what`, such as `a lock`.

    Raises:
        CloudError: it is damaged, or a later version of this program wrote it.
    """
    try:
        values = dict(json.loads(content).items())
    except (ValueError, AttributeError, RecursionError) as error:
        raise damaged(name, what, error) from error
    schema = values.pop("schema", _SCHEMA)
    if schema != _SCHEMA:
        raise CloudError(
            "refused",
            f"{name}: has schema {str(schema)[:20]!r}, and this deployguard knows {_SCHEMA} only; a later one wrote it: "
            "update this one",
        )
    return values


def damaged(name: str, what: str, error: Exception) -> CloudError:
    """Return the error to raise for an object whose values are none of `what`."""
    return CloudError(
        "refused",
        f"{name}: is damaged and cannot be read as {what} ({str(error)[:200] or type(error).__name__}); put a good copy "
        "there, or remove that object of the bucket",
    )
