"""What starting to classify loads: nothing that only the stages need."""

import subprocess
import sys

SHOW = "import sys, services.triage.cli; print(*sys.modules)"
RUN = [sys.executable, "-c", SHOW]
HEAVY = {"pydantic", "numpy", "py3langid", "holidays", "confluent_kafka", "motor", "pymongo"}


def test_classifying_loads_no_library_of_the_stages():
    done = subprocess.run(RUN, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert HEAVY.isdisjoint(done.stdout.split())
