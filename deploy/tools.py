"""The programs that check what is deployed: fetched once, as hashed packages, into the cache."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from shared.errors import UsageError
from shared.local.folders import built, locked
from shared.local.places import cache_dir

LOCK = Path(__file__).parents[1] / "requirements" / "deploy.lock"
LAYER = "package/lib/layer.zip"
PIP = (
    *("-I", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"),
    *("--root-user-action", "ignore", "--require-hashes", "--no-deps", "--only-binary", ":all:"),
)


@dataclass(frozen=True)
class Tools:
    """Where they are."""

    folder: Path

    @property
    def kubectl(self) -> Path:
        """Of Kubernetes 1.37, with kustomize 5.8."""
        return self.folder / "kubectl"

    @property
    def hadolint(self) -> Path:
        """The checker of Dockerfiles."""
        return self.folder / "bin" / "hadolint"


def tools() -> Tools:
    """The programs, downloaded when they are not there yet. Raises UsageError."""
    cache = cache_dir()
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    found = Tools(cache / f"deploy-{digest}")
    if not found.folder.exists():
        with locked(cache):
            if not found.folder.exists():
                with built(found.folder) as new:
                    _fetch(new)
    return found


def _fetch(folder: Path) -> None:
    command = (sys.executable, *PIP, "--target", str(folder), "-r", str(LOCK))
    if subprocess.run(command, check=False).returncode:  # noqa: S603 - arguments of our own
        raise UsageError("the programs of deploy-check could not be downloaded: check the network")
    (archive,) = folder.rglob("lambda-layer-kubectl-*.tgz")
    with tarfile.open(archive) as package:
        layer = package.extractfile(LAYER)
        if layer is None:
            raise UsageError(f"the package of kubectl holds no {LAYER}")
        with zipfile.ZipFile(io.BytesIO(layer.read())) as packed:
            kubectl = folder / "kubectl"
            kubectl.write_bytes(packed.read("kubectl/kubectl"))
            kubectl.chmod(0o755)
    archive.unlink()
