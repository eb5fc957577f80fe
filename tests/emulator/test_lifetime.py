"""What survives a stop, a kill and a restart; and that nothing is left running."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import functions_v2, run_v2

from tests.emulator.clients import HELLO, PARENT, Clients, done
from tests.emulator.conftest import Served
from tests.emulator.functions import HTTP_MAIN, function_of, uploaded
from tests.waiting import eventually

pytestmark = pytest.mark.slow


def children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *children(child)]
    return found


def gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 10
    while any(
        Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids
    ):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def deployed(clients: Clients) -> functions_v2.Function:
    functions = clients.of(functions_v2.FunctionServiceClient)
    function = function_of(uploaded(functions, {"main.py": HTTP_MAIN}), VERSION="1")
    return done(functions.create_function(parent=PARENT, function=function, function_id="kept"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_deployed_serves_again_and_no_process_is_left(own: Served, number: int) -> None:
    own.start()
    made = deployed(own.clients)
    own.clients.storage.create_bucket("kept").blob("a").upload_from_string("x")
    assert own.process
    started = children(own.process.pid)
    assert started
    own.end(number)
    assert gone(started)
    own.start()
    assert not children(own.process.pid), "instances start on demand"
    read = own.clients.of(functions_v2.FunctionServiceClient).get_function(name=made.name)
    assert read.url.startswith(own.clients.address)
    assert json.loads(own.clients.get(read.url)[1])["revision"] == made.service_config.revision
    assert own.clients.storage.bucket("kept").blob("a").download_as_bytes() == b"x"


def test_an_operation_that_a_kill_cut_short_is_taken_up_again(own: Served) -> None:
    own.start()
    services = own.clients.of(run_v2.ServicesClient)
    service = run_v2.Service(template={"containers": [{"image": HELLO}]})
    own.clients.admin("POST", "faults", {"effect": "stuck", "on": "CreateService"})
    operation = services.create_service(parent=PARENT, service=service, service_id="cut")
    assert services.get_service(name=f"{PARENT}/services/cut").reconciling
    own.end(signal.SIGKILL)
    own.start()
    services = own.clients.of(run_v2.ServicesClient)
    asked = services.transport.operations_client
    eventually(lambda: asked.get_operation(operation.operation.name).done)
    assert not services.get_service(name=f"{PARENT}/services/cut").reconciling


def test_a_port_that_is_taken_is_said_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [
            sys.executable,
            "-m",
            "deployguard",
            "emulator",
            "--port",
            str(taken.getsockname()[1]),
            "--state",
            str(tmp_path),
        ]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ran.returncode == 2
    assert "cannot listen" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_it_listens_on_loopback_only(own: Served) -> None:
    own.start()
    assert own.process
    port = int(own.clients.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)):
        pass
    for address in {
        str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    }:
        if not address.startswith("127."):
            with (
                pytest.raises(OSError, match=r"refused|timed out"),
                socket.create_connection((address, port), timeout=1),
            ):
                pass


def raw(clients: Clients, data: bytes) -> bytes:
    host, port = clients.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"CONNECT run.googleapis.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", b"403"),
        (b"GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"404"),
        (b"POST /v2/projects/p/locations/l/services?serviceId=a HTTP/1.1\r\nContent-Length: 5\r\nConnection: close\r\n\r\n{\"a\":", b"400"),
        (b"POST /v2/projects/p/locations/l/services?serviceId=a HTTP/1.1\r\nContent-Length: -5\r\n\r\n", b"413"),
        (b"POST /storage/v1/b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (b"POST /storage/v1/b HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]", b"400"),
        (b"\x00\xff\r\n\r\n", b"400"),
        (b"POST /_emulator/faults HTTP/1.1\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{\"effect\":\"no\"}", b"400"),
        (b"GET /run/p/r/absent/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"404"),
    ],
    ids=("connect", "nothing", "half-json", "negative-length", "no-chunks", "a-list", "binary", "no-fault", "no-service"),
)  # fmt: skip
def test_any_bytes_get_an_answer_and_no_traceback(cloud: Clients, data: bytes, status: bytes) -> None:
    answer = raw(cloud, data)
    assert status in answer.split(b"\r\n")[0] or status in answer
    assert b"Traceback" not in answer
    assert cloud.admin("GET", "status")["address"] == cloud.address


def test_a_dropped_connection_and_a_late_answer(cloud: Clients) -> None:
    services: Any = cloud.of(run_v2.ServicesClient)
    cloud.admin("POST", "faults", {"effect": "drop", "on": "Services.ListServices"})
    with pytest.raises(exceptions.ServiceUnavailable):
        services.list_services(parent=PARENT, retry=None)
    cloud.admin("POST", "faults", {"effect": "latency", "on": "Services.ListServices", "seconds": 0.5})
    with pytest.raises(exceptions.DeadlineExceeded):
        services.list_services(parent=PARENT, retry=None, timeout=0.2)
    cloud.admin("POST", "faults", {"effect": "drop", "on": "Services.ListServices"})
    with pytest.raises(OSError, match=r"(?i)closed|reset|disconnected"):
        urllib.request.urlopen(f"{cloud.address}/v2/{PARENT}/services")


def test_a_state_folder_has_one_emulator(own: Served) -> None:
    own.start()
    command = [sys.executable, "-m", "deployguard", "emulator", "--port", "0", "--state", str(own.state)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ran.returncode == 2
    assert "in use by another emulator" in ran.stderr


def test_a_state_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "state.sqlite").write_bytes(b"no database at all" * 100)
    command = [sys.executable, "-m", "deployguard", "emulator", "--port", "0", "--state", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ran.returncode == 2
    assert "not a database" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_build_under_way_holds_up_no_stop_and_is_done_later(own: Served) -> None:
    own.start()
    functions = own.clients.of(functions_v2.FunctionServiceClient)
    function = function_of(uploaded(functions, {"main.py": HTTP_MAIN}), VERSION="1")
    functions.create_function(parent=PARENT, function=function, function_id="late")
    assert own.process
    deadline = time.monotonic() + 10
    while not (building := children(own.process.pid)):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    began = time.monotonic()
    own.end(signal.SIGTERM)
    assert time.monotonic() - began < 8
    assert gone(building)
    own.start()
    functions = own.clients.of(functions_v2.FunctionServiceClient)
    deadline = time.monotonic() + 60
    while (
        read := functions.get_function(name=f"{PARENT}/functions/late")
    ).state == functions_v2.Function.State.DEPLOYING:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert read.state == functions_v2.Function.State.ACTIVE
