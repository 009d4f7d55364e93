"""A manifest that is none, or that keeps something back, is refused."""

import json

import pytest

from shared.audit import manifest as manifests
from shared.pipeline import topics
from tests.unit.audit.exports import save_manifest as save
from tests.unit.shared import test_audit_verify as exports
from tests.unit.shared.test_audit_verify import EVENTS, classified, verify


def written(folder, found):
    """The manifest of an export of these records, to be changed."""
    return json.loads(exports.written(folder, found).text)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "5",
        "[" * 5000,
        '{"format": "redress-export-2"}',
        '{"format": "redress-export-2", "partitions": 5}',
        '{"format": "redress-export-2", "partitions": [5]}',
        '{"partitions": 5}',
    ],
)
def test_a_file_that_is_no_manifest_is_one_line(tmp_path, capsys, content):
    (tmp_path / "manifest.json").write_text(content, "utf-8")

    code, said = verify(tmp_path, capsys)

    assert code == 2
    assert said.startswith("redress: this is no complete export")


def test_an_export_of_another_format_is_told_apart(tmp_path, capsys):
    (tmp_path / "manifest.json").write_text(json.dumps({"format": "other"}), "utf-8")

    assert verify(tmp_path, capsys)[1].startswith("redress: the export is of another format")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic", "../../outside"),
        ("topic", "complaints.triage.other"),
        ("partition", "0/../../outside"),
        ("partition", -1),
        ("records", "3"),
        ("first", None),
    ],
)
def test_a_partition_that_is_none_of_ours_is_refused_unread(tmp_path, capsys, field, value):
    manifest = written(tmp_path, classified())
    manifest["partitions"][0][field] = value
    save(tmp_path, manifest)

    code, said = verify(tmp_path, capsys)

    assert code == 2
    assert said.startswith("redress: this is no complete export")
    assert "outside" not in said


def without(manifest, topic, *numbers):
    manifest["partitions"] = [
        p for p in manifest["partitions"] if p["topic"] != topic or p["partition"] not in numbers
    ]


@pytest.mark.parametrize("topic", topics())
def test_a_topic_that_is_missing_is_named(tmp_path, capsys, topic):
    manifest = written(tmp_path, [])
    without(manifest, topic, 0, 1)
    save(tmp_path, manifest)

    assert verify(tmp_path, capsys) == (1, f"FAILED {topic}/0: the manifest must hold it once\n")


@pytest.mark.parametrize("number", [0, 1])
def test_a_partition_that_is_missing_is_named(tmp_path, capsys, number):
    manifest = written(tmp_path, [])
    without(manifest, EVENTS, number)
    save(tmp_path, manifest)

    assert verify(tmp_path, capsys)[1].startswith(f"FAILED {EVENTS}/{number}: ")


def test_a_partition_that_stands_twice_is_named(tmp_path, capsys):
    manifest = written(tmp_path, [])
    manifest["partitions"].append(manifest["partitions"][0])
    save(tmp_path, manifest)

    topic = manifest["partitions"][0]["topic"]
    assert verify(tmp_path, capsys)[1].startswith(f"FAILED {topic}/0: ")


def test_an_export_without_partitions_fails(tmp_path, capsys):
    manifest = written(tmp_path, [])
    save(tmp_path, {**manifest, "partitions": []})

    assert verify(tmp_path, capsys)[0] == 1


def test_a_manifest_in_another_form_is_refused(tmp_path, capsys):
    manifest = written(tmp_path, [])
    (tmp_path / manifests.FILE).write_text(json.dumps(manifest), "utf-8")

    assert verify(tmp_path, capsys) == (2, "redress: the manifest is not as it was written\n")


@pytest.mark.parametrize("folder", ["schemas", "policies"])
def test_a_file_beside_that_is_changed_or_missing_is_named(tmp_path, capsys, folder):
    written(tmp_path, [])
    file = min((tmp_path / folder).iterdir())
    told = f"FAILED {folder}/{file.name}: the file is not the one that was exported\n"

    file.write_bytes(file.read_bytes() + b" ")
    assert verify(tmp_path, capsys) == (1, told)
    file.unlink()
    assert verify(tmp_path, capsys) == (1, told)


@pytest.mark.parametrize("field", ["records", "first"])
def test_a_number_of_the_manifest_that_differs_from_the_log_is_noticed(tmp_path, capsys, field):
    manifest = written(tmp_path, classified())
    part = next(p for p in manifest["partitions"] if p["topic"] == EVENTS and p["partition"])
    part[field] -= 1
    save(tmp_path, manifest)

    code, said = verify(tmp_path, capsys)

    assert code == 1
    assert said.startswith(f"FAILED {EVENTS}")


@pytest.mark.parametrize("field", ["size", "segments", "root"])
def test_a_manifest_whose_parts_do_not_fit_is_noticed(tmp_path, capsys, field):
    manifest = written(tmp_path, classified())
    save(tmp_path, manifest | {field: {"size": 2, "segments": [], "root": "0" * 64}[field]})

    assert verify(tmp_path, capsys)[0] == (1 if field == "root" else 2)
