"""What is missing is told in one sentence that says what to do."""

import pytest

from shared.errors import UsageError
from shared.local import preflight
from shared.local.preflight import (
    require_disk,
    require_library,
    require_platform,
    require_this_platform,
)


@pytest.mark.parametrize(
    ("system", "machine", "libc"),
    [("Darwin", "arm64", ""), ("Linux", "aarch64", "glibc"), ("Linux", "x86_64", "")],
)
def test_another_platform_is_told_to_bring_its_own_servers(system, machine, libc):
    with pytest.raises(UsageError, match=r"Linux x86-64.*set REDRESS_KAFKA and REDRESS_MONGO"):
        require_platform(system, machine, libc)


def test_this_platform_will_do():
    require_this_platform()


def test_a_missing_libcurl_names_the_package_to_install(monkeypatch):
    monkeypatch.setitem(preflight.PACKAGES, "libredress-none.so.4", "libcurl4")

    with pytest.raises(
        UsageError, match=r"mongod needs libredress-none\.so\.4: install .*libcurl4"
    ):
        require_library("libredress-none.so.4")


def test_a_library_that_is_there_is_no_error():
    require_library("libc.so.6")


def test_a_full_disk_names_the_setting_that_moves_the_folder(tmp_path):
    with pytest.raises(UsageError, match=r"MB free and needs .*set REDRESS_CACHE_DIR"):
        require_disk(tmp_path / "not" / "yet" / "there", 10**9, "REDRESS_CACHE_DIR")


def test_a_disk_with_room_is_no_error(tmp_path):
    require_disk(tmp_path, 1, "REDRESS_CACHE_DIR")
