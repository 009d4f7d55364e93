"""`python -I tether.py NICENESS PARENT COMMAND...` becomes COMMAND, which dies when PARENT does.

A small program in front of the command needs no code between fork and exec, which is unsafe in a
process with threads. The kernel follows the thread that started the child, not its whole process.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(niceness: str, parent: str, *command: str) -> None:
    """Replace this process by `command`; end at once when the parent is gone already."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        sys.exit("the parent died first")
    os.nice(int(niceness))
    os.execvp(command[0], command)  # noqa: S606 - becoming the command is all that this file is for


if __name__ == "__main__":
    main(*sys.argv[1:])
