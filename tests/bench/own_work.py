"""Intake with its own outside work, which needs MongoDB alone; the exchange is answered for."""

import sys

from tests.bench.ours import main

if __name__ == "__main__":
    main(sys.argv[1], kept=("intake",))
