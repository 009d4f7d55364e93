"""`python -I jars.py SITE FOLDER ENDPOINT...` puts the jars of Maven endpoints into FOLDER/lib.

Runs in a child, because SITE (where jgo is) belongs to the servers, not to the services. Endpoints
are resolved one by one: together, one's bill of materials picks old versions for the other.
"""

import shutil
import sys
from pathlib import Path


def main(site: str, folder: str, *endpoints: str) -> None:
    """Write the jars and `classpath`: their names, one a line, in the order of the resolution."""
    sys.path.insert(0, site)
    from jgo.env import EnvironmentBuilder, LinkStrategy  # noqa: PLC0415 - found only in SITE
    from jgo.maven import MavenContext  # noqa: PLC0415 - found only in SITE

    home = Path(folder)
    maven = MavenContext(repo_cache=home / "m2")
    builder = EnvironmentBuilder(
        context=maven, cache_dir=home / "envs", link_strategy=LinkStrategy.HARD
    )
    (home / "lib").mkdir()
    names: dict[str, None] = {}
    for endpoint in endpoints:
        for jar in builder.from_endpoint(endpoint).all_jars:
            shutil.copyfile(jar, home / "lib" / jar.name)
            names[jar.name] = None
    (home / "classpath").write_text("\n".join(names), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
