"""Where the map and an inventory say different things."""

from collections.abc import Iterable, Iterator

from deployguard.requirements.evidence import Providers
from deployguard.requirements.names import prefixes
from deployguard.requirements.resolving.inventory import Inventory


def contradictions(providers: Providers, inventories: Iterable[Inventory]) -> Iterator[str]:
    """Yield a sentence for each module of which the map names other owners than the wheel that holds it.

    Silence is no contradiction: the map knows some versions, and leaves out what lies in wheels by accident. Nor is an
    empty package that two distributions bring: the map gives each what it has below.
    """
    for inventory in inventories:
        own = providers.modules_of(inventory.name)
        if own is None:
            continue
        for module in (*inventory.modules, *inventory.packages):
            owners = providers.providers_of(module)
            shared = providers.is_namespace(module) or any(name.startswith(f"{module}.") for name in own)
            known = [part for part in prefixes(module) if inventory.name in providers.providers_of(part)]
            if owners and not known and not shared:
                yield f"{inventory.name} {inventory.version} holds {module}, which the map gives to {', '.join(owners)}"
