"""How often one caller may ask: a token bucket for each, in this process."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.requests import Request

from shared.http.address import bucket
from shared.http.errors import ProblemError

CALLERS = 10_000


@dataclass
class Rate:
    """`per_s` calls a second and `burst` at once; the longest silent callers are forgotten."""

    per_s: float
    burst: int
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def count(self, request: Request) -> None:
        """Count one request of its address, or of its IPv6 line. Raises ProblemError 429."""
        self.check(bucket(request.client.host if request.client else ""), time.monotonic())

    def check(self, caller: str, now: float) -> None:
        """Count one call at `now` (seconds, monotonic). Raises ProblemError 429."""
        left, at = self._buckets.pop(caller, (float(self.burst), now))
        left = min(self.burst, left + (now - at) * self.per_s)
        allowed = left >= 1
        self._buckets[caller] = (left - allowed, now)
        if len(self._buckets) > CALLERS:
            self._buckets.popitem(last=False)
        if not allowed:
            wait = max(1, round((1 - left) / self.per_s))
            raise ProblemError(429, "too_often", headers={"Retry-After": str(wait)})
