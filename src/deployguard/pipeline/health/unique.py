"""`unique`: no key comes twice within a day. Nulls are equal to each other here, as a merge or a load would see them."""

from __future__ import annotations

from deployguard.model.amounts import counted
from deployguard.model.health import Verdict
from deployguard.pipeline.health.database import column_of
from deployguard.pipeline.health.question import (
    Answer,
    Question,
    ask,
    example,
    number,
    rows_of_day,
    source_of,
)

_COUNT = "deployguard_count"


def judge(question: Question) -> Answer:
    """Count the keys that come more than once, and show the most frequent ones."""
    import ibis

    source = source_of(question)
    key = tuple(column_of(source.shape, name).name for name in question.check.key)
    groups = (
        rows_of_day(question, source, question.day)
        .group_by(list(key))
        .aggregate(**{_COUNT: lambda table: table.count()})
    )
    times = groups[_COUNT]
    summary = ask(
        question,
        groups.aggregate(rows=times.sum(), keys=(times > 1).sum(), surplus=(times - 1).sum()),
    )
    rows, keys, surplus = (number(summary.rows[0], name) for name in ("rows", "keys", "surplus"))
    counts = (("rows", rows), ("keys", keys), ("surplus", surplus))
    if not keys:
        said = f"{counted(rows, 'row')}, no key twice" if rows else "no rows, so no key twice"
        return Answer(Verdict.PASS, said, counts, read=summary.read)
    most = question.check.examples
    worst = groups.filter(times > 1).order_by([ibis.desc(_COUNT), *key]).limit(most)
    found = ask(question, worst, most).rows if most else ()
    return Answer(
        Verdict.FAIL,
        f"{counted(keys, 'key')} ({', '.join(key)}) {'comes' if keys == 1 else 'come'} more than once: "
        f"{counted(surplus, 'row')} too many of {rows}",
        counts,
        tuple(example(row, key, number(row, _COUNT)) for row in found),
        read=summary.read,
    )
