"""What drift costs: 50 services of two kinds in two regions on the emulator; then many services and a long history.

`python -m benchmarks.drift` prints API calls, git processes and wall time, and fails where more than three calls go to an
API and region, or the number of git processes grows with the services. `--only judge` leaves out what needs the emulator.
The services of the second part are made up: what is measured there is reading history and judging, not an API.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

from google.cloud import functions_v2, run_v2

from benchmarks.emulator import started
from benchmarks.monorepo import Shape, generate
from deployguard.emulator.pointing import environment
from deployguard.model.live import Stamp
from tests.drift.judging import judged as judge_all
from tests.drift.judging import stamped
from tests.emulator.clients import HELLO, Clients, done
from tests.emulator.functions import HTTP_MAIN, zipped

PROJECT, REGIONS = "bench-project", ("us-west2", "europe-west4")
MOST_CALLS, SAMPLED = 3, 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("cloud", "judge"))
    parser.add_argument("--services", type=int, default=50)
    chosen = parser.parse_args()
    good = True
    if chosen.only != "judge":
        good = cloud(chosen.services) and good
    if chosen.only != "cloud":
        judged()
    return 0 if good else 1


def cloud(count: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        repository, commits = written(Path(folder) / "repository", count, 300)
        process, address, _ = started(Path(folder))
        try:
            shipped(Clients(address), count, commits)
            return measured(repository, address, count, Path(folder))
        finally:
            process.terminate()
            process.wait(20)


def measured(repository: Path, address: str, count: int, folder: Path) -> bool:
    best, value, processes = 1e9, {}, 0
    for _ in range(4):
        trace = folder / "trace"
        trace.unlink(missing_ok=True)
        environment = {**os.environ, "DEPLOYGUARD_ENDPOINT": address, "GIT_TRACE": str(trace)}
        command = [
            sys.executable,
            "-m",
            "deployguard",
            "drift",
            "-C",
            str(repository),
            "--output-format",
            "json",
        ]
        began = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        best = min(best, time.perf_counter() - began)
        value = json.loads(done.stdout)
        processes = trace.read_text().count("trace: built-in: git")
    calls = int(value["notes"][0].rpartition("(")[2].split()[0])
    verdicts = {word: number for word, number in value["summary"].items() if number}
    print(
        f"{count} services, two kinds, {len(REGIONS)} regions: {best:.2f} s, {calls} API calls, {processes} git processes"
    )
    print(f"  verdicts: {verdicts}")
    compared(address, folder, count, best)
    return calls <= MOST_CALLS * len(REGIONS) * 2 and processes < 20 and "unknown" not in verdicts


def compared(address: str, folder: Path, count: int, ours: float) -> None:
    """Say what a `gcloud run services describe` for each service takes, by a few of them."""
    if shutil.which("gcloud") is None:
        print("  gcloud is not installed here: nothing to compare with")
        return
    plain = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    variables = {**plain, **environment(address, PROJECT), "CLOUDSDK_CONFIG": str(folder / "gcloud")}
    began = time.perf_counter()
    for number in range(SAMPLED):
        name, region = f"service{number}", REGIONS[number // 2 % 2]
        words = ["gcloud", "run", "services", "describe", name, f"--region={region}", "--format=json"]
        subprocess.run(words, env=variables, capture_output=True, check=True)
    each = (time.perf_counter() - began) / SAMPLED
    print(
        f"  one `gcloud run services describe` takes {each:.2f} s against the same emulator (mean of {SAMPLED}): "
        f"{count} of them about {each * count:.0f} s (scaled, not measured), {each * count / ours:.0f} times as long"
    )


def shipped(clients: Clients, count: int, commits: list[str]) -> None:
    """Deploy every second service as a function, the others as services, each from some former commit."""
    chance = random.Random(5)
    stamps = [chance.choice(commits) for _ in range(count)]
    began = time.perf_counter()
    _ship(clients, 0, stamps[0])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: _ship(clients, number, stamps[number]), range(1, count)))
    print(f"{count} services made in {time.perf_counter() - began:.0f} s")


def _ship(clients: Clients, number: int, commit: str) -> None:
    parent = f"projects/{PROJECT}/locations/{REGIONS[number // 2 % 2]}"
    if number % 2:
        container = run_v2.Container(image=HELLO, env=[run_v2.EnvVar(name="BUILD_COMMIT", value=commit)])
        service = run_v2.Service(template=run_v2.RevisionTemplate(containers=[container]))
        client = clients.of(run_v2.ServicesClient)
        done(client.create_service(parent=parent, service=service, service_id=f"service{number}"))
        return
    functions = clients.of(functions_v2.FunctionServiceClient)
    given = functions.generate_upload_url(request={"parent": parent})
    headers = {"Content-Type": "application/zip"}
    content = zipped({"main.py": HTTP_MAIN})
    with urlopen(Request(given.upload_url, content, headers, method="PUT")):  # noqa: S310  the emulator's own
        pass
    build = {
        "runtime": "python311",
        "entry_point": "serve",
        "source": {"storage_source": given.storage_source},
    }
    config = {"environment_variables": {"BUILD_COMMIT": commit}}
    function = functions_v2.Function(build_config=build, service_config=config)
    done(functions.create_function(parent=parent, function=function, function_id=f"service{number}"), 300)


def judged() -> None:
    """The curve: services and commits, with made-up revisions stamped all over the history."""
    for count, length in ((50, 400), (200, 4000), (1000, 400), (1000, 4000)):
        with tempfile.TemporaryDirectory() as folder:
            repository, commits = written(Path(folder) / "repository", count, length)
            chance = random.Random(7)
            live = tuple(
                stamped(f"service{number}", Stamp(commit=chance.choice(commits)), REGIONS[number // 2 % 2])
                for number in range(count)
            )
            began = time.perf_counter()
            found = judge_all(repository, live)
            seconds = time.perf_counter() - began
            drifted = sum(one.verdict not in {"current", "equivalent"} for one in found.values())
            print(
                f"{count} services, {length} commits, {len({one.serving and one.serving.commit for one in found.values()})} "
                f"different ones served: {seconds:.2f} s in-process, {drifted} drifted"
            )


def written(folder: Path, count: int, length: int) -> tuple[Path, list[str]]:
    """Write a monorepo of two kinds of services and a history of edits; return its commits, the oldest first."""
    generate(folder, Shape(services=count, files=count * 40, links=count * 7, lines=8))
    (folder / "deployguard.toml").write_text("".join(_configuration(count)))
    for number in range(1, count, 2):
        source = f"functions/group{number % 7}/service{number}"
        (folder / source / "Dockerfile").write_text(
            f"FROM python:3.12-slim\nCOPY shared /app/shared\nCOPY {source} /app\n"
            'RUN pip install -r /app/requirements.txt\nCMD ["python", "/app/main.py"]\n'
        )
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=Ana", "-c", "user.email=ana@example.com", "commit", "-q", "-m", "Configure")
    paths = [path for path in git(folder, "ls-files").split() if path.endswith("work1.py")]
    shared = [path for path in git(folder, "ls-files", "shared").split() if "module" in path]
    lines = "".join(_edits(length, paths, shared))
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=lines.encode(), check=True)
    git(folder, "reset", "-q", "--hard", "main")
    return folder, git(folder, "rev-list", "--reverse", "main").split()


def _edits(length: int, paths: list[str], shared: list[str]) -> Iterator[str]:
    chance, now = random.Random(3), int(datetime.now(UTC).timestamp()) - length * 60
    for number in range(length):
        path = chance.choice(shared) if chance.random() < 0.02 else chance.choice(paths)
        text = f"value = {number}\n"
        yield f"commit refs/heads/main\ncommitter Ana <ana@example.com> {now + number * 60} +0000\ndata 5\nEdit\n\n"
        yield "from refs/heads/main^0\n" if number == 0 else ""
        yield f"M 100644 inline {path}\ndata {len(text)}\n{text}\n"


def _configuration(count: int) -> Iterator[str]:
    yield f'[project]\nid = "{PROJECT}"\nregion = "{REGIONS[0]}"\n'
    for number in range(count):
        source, region = f"functions/group{number % 7}/service{number}", REGIONS[number // 2 % 2]
        yield f'\n[services.service{number}]\nregion = "{region}"\n'
        if number % 2:
            yield f'kind = "run"\ndockerfile = "{source}/Dockerfile"\n'
        else:
            yield f'kind = "function"\nsource = "{source}"\nentry-point = "handle"\n'


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
