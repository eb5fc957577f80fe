"""What issue 4 promises of the emulator: start-up under 2 s, 200 services.list a second, no process at rest.

Run with `python benchmarks/emulator.py`; it starts an emulator of its own in a temporary folder.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

SERVICES = 50
SECONDS = 5.0
PARENT = "projects/demo-project/locations/us-west2"
HELLO = "us-docker.pkg.dev/cloudrun/container/hello"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        process, address, seconds = started(Path(folder))
        try:
            print(f"start-up until the first answer: {seconds:.2f} s (promise: 2 s)")
            good = seconds < 2.0
            channel = connected(address)
            fill(channel)
            children = len(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())
            print(f"{SERVICES} services at rest: {children} child processes (promise: 0)")
            rate, median = listed(channel)
            print(
                f"services.list of {SERVICES} services, gRPC, one client: {rate:.0f} a second, median {median * 1000:.1f} ms (promise: 200 a second)"
            )
            print(f"services.list, REST, one connection: {rest(address):.0f} a second")
            return 0 if good and not children and rate >= 200 else 1
        finally:
            process.terminate()
            process.wait(20)


def started(folder: Path) -> tuple[subprocess.Popen[bytes], str, float]:
    said = folder / "env"
    began = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "deployguard",
        "emulator",
        "--port",
        "0",
        "--state",
        str(folder / "state"),
        "--print-env",
        str(said),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while not (said.is_file() and said.read_text().endswith("\n")):
        time.sleep(0.005)
    address = said.read_text().splitlines()[0].partition("=")[2]
    with urllib.request.urlopen(f"{address}/v2/{PARENT}/services") as answer:  # noqa: S310 - our own loopback server
        answer.read()
    return process, address, time.perf_counter() - began


def connected(address: str) -> Any:
    import grpc
    from google.cloud import run_v2

    channel = grpc.insecure_channel(address.removeprefix("http://"))
    return run_v2.ServicesClient(transport=run_v2.ServicesClient.get_transport_class("grpc")(channel=channel))


def fill(client: Any) -> None:
    template = {
        "containers": [{"image": HELLO, "env": [{"name": f"V{number}", "value": "x"} for number in range(8)]}]
    }
    for number in range(SERVICES):
        client.create_service(
            parent=PARENT, service={"template": template}, service_id=f"service-{number:02d}"
        )
    while any(one.reconciling for one in client.list_services(parent=PARENT)):
        time.sleep(0.05)


def listed(client: Any) -> tuple[float, float]:
    took = []
    end = time.perf_counter() + SECONDS
    while (began := time.perf_counter()) < end:
        answer = client.list_services(parent=PARENT)
        took.append(time.perf_counter() - began)
    assert len(list(answer)) == SERVICES  # noqa: S101 - a benchmark of nothing would be quick
    return len(took) / SECONDS, statistics.median(took)


def rest(address: str) -> float:
    import http.client

    connection = http.client.HTTPConnection(address.removeprefix("http://"))
    count, end = 0, time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        connection.request("GET", f"/v2/{PARENT}/services")
        connection.getresponse().read()
        count += 1
    return count / SECONDS


if __name__ == "__main__":
    sys.exit(main())
