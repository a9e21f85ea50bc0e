"""Runs a program in a group of its own and ends the whole group with whoever holds the other end of a pipe.

Started as `guard.py LIFELINE PROGRAM ARGUMENT...`, isolated: it imports nothing of ours. A process that is
killed tells nobody; but its end of the pipe is closed, and that is heard here.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from functools import partial

PATIENCE = 1.0  # seconds to leave by itself once its input is closed, and once more when asked to
PR_SET_PDEATHSIG = 1  # from linux/prctl.h
NOT_FOUND = 127  # what a shell reports of a program that is not there


def main(lifeline: int, command: list[str]) -> int:
    """Return the program's exit code, as a shell would report it."""
    try:
        program = subprocess.Popen(command, process_group=0, preexec_fn=partial(end_with, os.getpid()))
    except OSError as error:
        sys.stderr.write(f"{command[0]} cannot be started: {error.strerror}\n")
        return NOT_FOUND
    # Or the program's own end would not be seen while this one has its pipes too.
    os.close(0)
    os.close(1)
    threading.Thread(target=end_by, args=(lifeline, program), daemon=True).start()
    code = program.wait()
    tell_group(program, signal.SIGKILL)
    return code if code >= 0 else 128 - code


def end_with(guard: int) -> None:
    """Have the kernel end the program should its guard be killed; only Linux knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != guard:  # it was killed before that
            os._exit(NOT_FOUND)


def end_by(lifeline: int, program: "subprocess.Popen[bytes]") -> None:
    while os.read(lifeline, 1):
        pass
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            program.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            tell_group(program, number)


def tell_group(program: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    try:
        os.killpg(program.pid, number)
    except OSError:
        return


if __name__ == "__main__":
    os._exit(main(int(sys.argv[1]), sys.argv[2:]))
