"""The error tree, with what the runner does for each.

RedressError
├── TransientError       a server is away or slow: wait and try again, never a dead letter
├── PoisonError          this record can never be read: dead letter at once
│   └── OversizeError    it reads, but is larger than an event may be
├── KeyMissingError      a sealed field's key is unknown: the complaint is parked
├── BadDeployError       too many different complaints raised in a row: the consumer stops
└── UsageError           a person's command cannot be carried out as given: one line, exit 2
"""


class RedressError(Exception):
    """Anything Redress raises on purpose; `slug` goes into metrics, logs and headers."""

    slug = "error"


class TransientError(RedressError):
    """Infrastructure is away or slow; the same call may succeed later."""

    slug = "transient"


class PoisonError(RedressError):
    """A record that no retry will make readable; `slug` says which rule it broke."""

    def __init__(self, slug: str, detail: str = "") -> None:
        super().__init__(detail or slug)
        self.slug = slug


class OversizeError(PoisonError):
    """An event or a document is larger than the limit that keeps the log readable."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("too_large", detail)


class KeyMissingError(RedressError):
    """A sealed field names a key that the key store never held."""

    slug = "key_missing"


class ParkedError(RedressError):
    """The complaint was parked before, for a reason that its first notice names."""

    slug = "parked"


class BadDeployError(RedressError):
    """More different complaints raised in a row than bad data explains."""

    slug = "bad_deploy"


class UsageError(RedressError):
    """A command that cannot be carried out as given; the message says what to do next."""

    slug = "usage"
