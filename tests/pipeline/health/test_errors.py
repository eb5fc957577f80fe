"""What goes wrong is an error with its cause, never a pass and never the end of the other checks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from datetime import date
from pathlib import Path

import pytest

from deployguard.model.errors import ConfigurationError
from deployguard.model.health import Verdict
from deployguard.pipeline.health import duckdb_file
from tests.pipeline.health.tables import checks, made, orders, report, result

VOLUME = 'kind="volume"\ntable="sales.orders"\nmin=1\n'
ROW = "(1, '2026-02-01', '2026-02-01 07:00+00', 'paid')"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (VOLUME.replace("orders", "ordrs"), "did you mean `sales.orders`"),
        (VOLUME + 'partition="dya"', "did you mean `day`"),
        (VOLUME + 'where="stat = 1"', "stat"),
        ('kind="fresh"\ntable="sales.orders"\ncolumn="status"\nmax-age="1h"', "holds text, not a time"),
        (
            'kind="on-time"\ntable="sales.orders"\ncolumn="day"\nschedule="0 6 * * *"',
            "holds a date, not a time",
        ),
        ('kind="sql"\nquery="select nope from sales.orders"', "nope"),
        ('kind="sql"\nquery="select cast(status as int) from sales.orders"', "paid"),
    ],
)
def test_wrong_names_and_types(tmp_path: Path, text: str, said: str) -> None:
    found = result(orders(tmp_path, ROW), text)
    assert found.verdict is Verdict.ERROR
    assert said in found.reason
    assert "\n" not in found.reason


def test_an_optional_table_may_be_missing_and_its_columns_may_not(tmp_path: Path) -> None:
    file = orders(tmp_path, ROW)
    assert result(file, VOLUME.replace("orders", "other") + "optional=true").verdict is Verdict.NOT_DUE
    assert result(file, VOLUME + 'optional=true\npartition="x"').verdict is Verdict.ERROR
    gone = VOLUME + 'optional=true\ncalendar={table="sales.days", column="d"}'
    assert result(file, gone).verdict is Verdict.ERROR


@pytest.mark.parametrize("content", [b"", b"hello" * 9000, None])
def test_a_file_that_is_none(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "shop.duckdb"
    if content is not None:
        file.write_bytes(content)
    found = report(file, f"[health.one]\n{VOLUME}[health.two]\n{VOLUME}")
    assert [one.verdict for one in found.results] == [Verdict.ERROR] * 2
    assert found.exit_code == 2
    assert all(str(file) in one.reason for one in found.results)


@pytest.mark.slow
def test_a_file_that_another_program_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb_file, "_SECONDS_TO_WAIT", 0.3)
    file = orders(tmp_path, ROW)
    hold = f"import duckdb; held = duckdb.connect({str(file)!r}); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        found = result(file, VOLUME)
        assert found.verdict is Verdict.ERROR
        assert f"in use by another program (process {writer.pid})" in found.reason
        writer.communicate("\n")
    assert result(file, VOLUME).verdict is Verdict.PASS


@pytest.mark.slow
def test_a_query_that_takes_too_long(tmp_path: Path) -> None:
    endless = 'kind="sql"\ntimeout="1s"\nquery="select count(*) from range(10000000) a, range(10000000) b where a.range <> b.range"'
    found = result(orders(tmp_path, ROW), endless)
    assert found.verdict is Verdict.ERROR
    assert "no answer within 1 s" in found.reason


@pytest.mark.slow
def test_an_interrupt_ends_a_query(tmp_path: Path) -> None:
    file = made(tmp_path)
    program = f"""
    import signal
    from datetime import date
    from pathlib import Path
    from deployguard.model.table import Bounds
    from deployguard.pipeline.health.duckdb_file import DuckdbFile
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background inherits that it is ignored
    database = DuckdbFile(Path({str(file)!r}))
    print(1, flush=True)
    try:
        database.ask("select count(*) from range(10000000) a, range(10000000) b where a.range <> b.range", Bounds(date.today()))
    except KeyboardInterrupt:
        raise SystemExit(130)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True
    ) as asking:
        assert asking.stdout is not None
        asking.stdout.readline()
        time.sleep(0.5)
        os.kill(asking.pid, signal.SIGINT)
        try:
            assert asking.wait(30) == 130
        finally:
            asking.kill()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind="volume"\ntable="s.t"\nmin=1', "health.one.partition: is missing"),
        ('kind="volume"\ntable="t"\nmin=1\npartition="d"', "needs its dataset"),
        ('kind="sql"\nquery="select 1"', "health.one.partition: is missing"),
        ('kind="volume"\ntable="s.t"\npartition="d"', "needs `min`, `max` or both"),
        ('kind="volume"\ntable="s.t"\npartition="d"\nmin=2\nmax=1', "more than `max`"),
        ('kind="unique"\ntable="s.t"\npartition="d"\nkey=[]', "names no column"),
        ('kind="volume"\ntable="s.t"\npartition="d"\nmin=1\ntimezone="Mars/North"', "no such time zone"),
        ('kind="volume"\ntable="s.t"\npartition="d"\nmin=1\npartition-format="%d%m%Y"', "in this order"),
        ('kind="volume"\ntable="s.t"\npartition="d"\nmin=1\ncalendar="/etc/days"', "is absolute"),
        (
            'kind="on-time"\ntable="s.t"\npartition="d"\ncolumn="c"\nschedule="99 * * * *"',
            "not within 0 to 59",
        ),
        ('kind="fresh"\ntable="s.t"\npartition="d"\ncolumn="c"\nmax-age="99999999999d"', "too long"),
    ],
)
def test_what_the_configuration_gets_wrong_is_said_before_anything_is_asked(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        checks(f"[health.one]\n{text}", "")
    assert said in str(caught.value)
    assert str(caught.value).startswith("deployguard.toml:")


def test_a_day_at_the_edge_of_time(tmp_path: Path) -> None:
    assert result(orders(tmp_path, ROW), VOLUME + 'partition="day"', day=date(1, 1, 1)).verdict in {
        Verdict.ERROR,
        Verdict.FAIL,
    }
