"""`python -m tests.faults.wrong no_inbox`: the pipeline in one process with that one part wrong."""

import importlib
import sys

from tests.faults import one_process

if __name__ == "__main__":
    wrong = importlib.import_module(f"tests.faults.wrong.{sys.argv[1]}")
    one_process.main(consumer=getattr(wrong, "Consumer", one_process.Stumbling))
