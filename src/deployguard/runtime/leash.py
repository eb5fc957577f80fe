"""Runs a command that ends with whoever started it: started by path, with a pipe as standard input.

When the pipe closes, because its holder stopped or was killed, the whole process group of the command is killed.
Standard library only, and no import of this package: it must start in milliseconds.
"""

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the command of the arguments; return its exit status, as a shell would say it."""
    try:
        child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as problem:
        os.write(2, f"{sys.argv[1]}: {problem.strerror}\n".encode())
        return 127

    def hold() -> None:
        while os.read(0, 1):
            pass
        kill(child.pid, signal.SIGKILL)

    def end(number: int, _frame: object) -> None:
        kill(child.pid, number)

    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=hold, daemon=True).start()
    status = child.wait()
    kill(child.pid, signal.SIGKILL)
    return status if status >= 0 else 128 - status


def kill(group: int, number: int) -> None:
    """Send a signal to a process group that may be gone."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass


if __name__ == "__main__":
    sys.exit(main())
