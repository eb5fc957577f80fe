"""Several services at once: in the order of their `after` keys, and side by side where nothing orders them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from deployguard.model.errors import UsageError
from deployguard.release.means import Means
from deployguard.release.order import Order
from deployguard.release.result import End, Ended

_AT_ONCE = 8
_LOOK = 0.2  # seconds until a signal is noticed


def deploy_all(
    means: Means, orders: Iterable[Order], deploy: Callable[[Means, Order], Ended]
) -> tuple[Ended, ...]:
    """Deploy every order, in the order given where nothing else orders them; one that fails stops those after it.

    SIGINT is to set `means.stop`; what has not begun by then is not begun.

    Raises:
        UsageError: services are to come after each other in a circle.
    """
    waiting = {order.service.name: order for order in orders}
    names = tuple(waiting)
    before = {name: set(order.service.after) & set(names) for name, order in waiting.items()}
    refuse_circles(before)
    ended: dict[str, Ended] = {}
    running: dict[Future[Ended], str] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while waiting or running:
            for name in [name for name in waiting if before[name] <= ended.keys()]:
                order = waiting.pop(name)
                left = _left_out(means, order, [ended[each] for each in before[name]])
                if left is None:
                    running[pool.submit(_safely, deploy, means, order)] = name
                else:
                    ended[name] = left
            for future in wait(running, _LOOK, FIRST_COMPLETED).done:
                ended[running.pop(future)] = future.result()
    return tuple(ended[name] for name in names)


def refuse_circles(before: Mapping[str, set[str]]) -> None:
    """Raise UsageError where services wait for each other in a circle."""
    left = dict(before)
    while left:
        free = [name for name, waits in left.items() if not waits & left.keys()]
        if not free:
            raise UsageError(f"{', '.join(sorted(left))}: each is to come `after` another of them")
        for name in free:
            del left[name]


def _left_out(means: Means, order: Order, earlier: list[Ended]) -> Ended | None:
    plan = order.plan
    failed = [one.service for one in earlier if not one.is_well]
    if means.stop.is_set():
        return Ended(plan.name, plan.region, End.INTERRUPTED, plan.commit, message="nothing was begun")
    if failed:
        message = f"it comes after {', '.join(failed)}, which did not ship"
        return Ended(plan.name, plan.region, End.SKIPPED, plan.commit, message=message)
    return None


def _safely(deploy: Callable[[Means, Order], Ended], means: Means, order: Order) -> Ended:
    """A bug that strikes one service must not take the news of the others with it."""
    try:
        return deploy(means, order)
    except Exception as error:
        plan = order.plan
        message = f"this is a bug in deployguard: {type(error).__name__}: {error}"
        return Ended(plan.name, plan.region, End.UNKNOWN, plan.commit, message=message)
