"""Versions of a dataset: made of others, with files taken out, changed and linked, found and fetched again."""

import io
import logging
from pathlib import Path

from clearml import Dataset

PROJECT = "SDK tests/versions"
folder = Path("files")
folder.mkdir(exist_ok=True)
(folder / "a.csv").write_text("x\n1\n")
(folder / "b.csv").write_text("x\n2\n")


def make(change, **more):
    made = Dataset.create(dataset_project=PROJECT, dataset_name="digits", **more)
    change(made)
    made.upload(show_progress=False)
    made.finalize()
    return made


first = make(lambda each: each.add_files(str(folder)), dataset_version="1.0.0", dataset_tags=["raw"], description="two")


def second_change(each):
    each.remove_files("a.csv")
    (folder / "b.csv").write_text("x\n3\n")
    each.add_files(str(folder / "b.csv"))
    each.add_tags(["clean"])
    each.set_metadata({"rows": 1}, metadata_name="counts")
    each.get_logger().report_table("head", "b", iteration=0, table_plot=[["x"], [3]])


second = make(second_change, parent_datasets=[first.id])
(folder / "c.csv").write_text("x\n4\n")
third = make(lambda each: each.add_files(str(folder / "c.csv")), parent_datasets=[first.id, second.id])
wrong = []


def same(what, was, right):
    if was != right:
        wrong.append(f"{what}: {was!r}, not {right!r}")


newest = Dataset.get(dataset_project=PROJECT, dataset_name="digits")
same("newest", newest.id, third.id)
same("by version", Dataset.get(dataset_project=PROJECT, dataset_name="digits", dataset_version="1.0.0").id, first.id)
same("version", newest.version, "1.0.2")
same("by tag", Dataset.get(dataset_project=PROJECT, dataset_name="digits", dataset_tags=["clean"]).id, second.id)
same("files of the second", sorted(Dataset.get(dataset_id=second.id).list_files()), ["b.csv"])
copy = Path(Dataset.get(dataset_id=second.id).get_local_copy())
same("content", {each.name: each.read_text() for each in copy.iterdir()}, {"b.csv": "x\n3\n"})
own = Path(Dataset.get(dataset_id=third.id).get_mutable_local_copy("own", overwrite=True))
same("content of the third", sorted(each.name for each in own.iterdir()), sorted(newest.list_files()))
same("changes", len(newest.list_added_files()) > 0, True)
same("dependencies", set(newest.get_dependency_graph()[third.id]), {first.id, second.id})
same("metadata", Dataset.get(dataset_id=second.id).get_metadata("counts"), {"rows": 1})
same("listed", {each["id"] for each in Dataset.list_datasets(dataset_project=PROJECT)}, {first.id, second.id, third.id})
same("tags", Dataset.get(dataset_id=first.id).tags, ["raw"])
second.publish()
same("published", Dataset.get(dataset_id=second.id).is_final(), True)
told = io.StringIO()
logging.getLogger("clearml").addHandler(logging.StreamHandler(told))
Dataset.delete(dataset_id=third.id, force=True)
same("deleted", third.id in {each["id"] for each in Dataset.list_datasets(dataset_project=PROJECT)}, False)
same("files of the deleted", "Failed deleting" in told.getvalue(), False)
assert not wrong, "; ".join(wrong)
