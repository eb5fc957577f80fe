"""Runs attempts to import a service, each in a process of its own, until nothing more is missing.

Started by path with `-I`, and with a file that says what to do; what it finds is written to another file. A missing
module that ends an attempt is given a stand-in in the next: so all are found, and what the code itself guards is not.
"""

from __future__ import annotations

import faulthandler
import importlib.util
import json
import os
import signal
import sys
import time
from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__))
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h
_NEW_USER_AND_NET = 0x10000000 | 0x40000000  # CLONE_NEWUSER | CLONE_NEWNET, linux/sched.h
_NEW_NET = 0x40000000
_MOST_PROCESSES = 50
_MOST_ATTEMPTS = 200
_PAUSE_S = 0.02
_LAST_WORDS_S = 0.3  # before its time is over, an attempt writes where it is

Result = dict[str, Any]


def main() -> None:
    """Do what the file of the first argument says, and write the report to the second."""
    with open(sys.argv[1], encoding="utf-8") as given:
        spec = json.load(given)
    _seal()
    report = supervise(spec)
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        json.dump(report, out)


def supervise(spec: dict[str, Any]) -> Result:
    """Attempt, give stand-ins, attempt again; the report holds every missing name and the last outcome."""
    deadline = time.monotonic() + spec["seconds"]
    missing: list[Result] = []
    known: set[str] = set()
    result: Result = {}
    for _ in range(_MOST_ATTEMPTS):
        result = _attempted(spec, missing, deadline)
        if result["outcome"] != "missing" or result["name"] in known:
            break
        known.add(result["name"])
        missing.append(result)
    return {"missing": missing, "last": result}


def _attempted(spec: dict[str, Any], missing: list[Result], deadline: float) -> Result:
    into = spec["result"]
    if os.path.exists(into):
        os.remove(into)
    child = os.fork()
    if not child:
        _attempt(spec, missing, into, deadline)
    ended = _waited(child, deadline)
    _kill_all(child)
    try:
        with open(into, encoding="utf-8") as written:
            result = json.load(written)
        return result if isinstance(result, dict) and "outcome" in result else ended
    except (OSError, ValueError):
        return ended


def _attempt(spec: dict[str, Any], missing: list[Result], into: str, deadline: float) -> None:
    """In the new process: it never returns."""
    pid = os.getpid()

    def leave(result: Result) -> None:
        if os.getpid() == pid:
            for stream in (sys.stdout, sys.stderr):
                try:
                    stream.flush()
                except Exception:
                    pass
            with open(into, "w", encoding="utf-8") as out:
                json.dump(result, out)
        os._exit(0)

    try:
        os.setpgid(0, 0)
        faulthandler.dump_traceback_later(max(0.05, deadline - time.monotonic() - _LAST_WORDS_S))
        stubs, surveillance, attempt, described = map(
            _load, ("stubs", "surveillance", "attempt", "described")
        )
        surveillance.limit(spec["memory"])
        surveillance.refuse_network(lambda: leave({"outcome": "serving"}))
        surveillance.watch_environment(spec["root"])
        kinds = {kind: frozenset(one["name"] for one in missing if one["kind"] == kind) for kind in ("module", "name")}  # fmt: skip
        stubs.provide(kinds["module"], kinds["name"])
        result = attempt.attempt(
            spec,
            lambda error, given: described.described(error, given, surveillance.UNSET, surveillance.REFUSED),
        )
        leave(result)
    except BaseException as problem:
        try:
            leave({"outcome": "died", "message": f"{type(problem).__name__}: {problem}"})
        finally:
            os._exit(70)


def _load(name: str) -> Any:
    found = importlib.util.spec_from_file_location(f"_smoke_{name}", f"{_HERE}/{name}.py")
    if found is None or found.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def _waited(child: int, deadline: float) -> Result:
    turn = 0
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            if os.WIFSIGNALED(status):
                return {"outcome": "died", "message": f"signal {os.WTERMSIG(status)} ended it"}
            return {"outcome": "died", "message": f"it ended by itself, with status {os.WEXITSTATUS(status)}"}
        if time.monotonic() > deadline:
            return {"outcome": "late"}
        turn += 1
        if turn % 5 == 0 and len(_below()) > _MOST_PROCESSES:
            return {"outcome": "forked", "most": _MOST_PROCESSES}
        time.sleep(_PAUSE_S)


def _kill_all(child: int) -> None:
    """Kill the attempt's group, then whatever left the group; what is left comes back to us, who adopted it."""
    for _ in range(100):
        try:
            os.killpg(child, signal.SIGKILL)
        except OSError:
            pass
        below = _below()
        for pid in below:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            if not below:
                return
        time.sleep(0.005)


def _below() -> list[int]:
    """Every process that descends from this one; none where there is no /proc."""
    parents: dict[int, int] = {}
    try:
        names = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []
    for name in names:
        try:
            with open(f"/proc/{name}/stat", "rb") as stat:
                parents[int(name)] = int(stat.read().rpartition(b")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
    found = {os.getpid()}
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found and pid not in found}
        grown = bool(more)
        found |= more
    return sorted(found - {os.getpid()})


def _seal() -> None:
    """Adopt orphans, and leave the network behind where the kernel lets us; both are a help, not a need."""
    try:
        import ctypes

        libc = ctypes.CDLL(None)
        libc.prctl(_SUBREAPER, 1, 0, 0, 0)
        user, group = os.getuid(), os.getgid()
        if libc.unshare(_NEW_NET) == 0:
            return
        if libc.unshare(_NEW_USER_AND_NET) == 0:
            for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):  # fmt: skip
                with open(f"/proc/self/{name}", "w", encoding="ascii") as out:
                    out.write(text)
    except (ImportError, OSError, AttributeError):
        return


if __name__ == "__main__":
    main()
