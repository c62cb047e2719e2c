"""A dataset made, uploaded, finalised and fetched again."""

from pathlib import Path

from clearml import Dataset

folder = Path("data")
folder.mkdir(exist_ok=True)
(folder / "a.csv").write_text("x,y\n1,2\n")
dataset = Dataset.create(dataset_project="SDK tests/data", dataset_name="numbers")
dataset.add_files(str(folder))
dataset.upload(show_progress=False)
dataset.finalize()
copy = Path(Dataset.get(dataset_id=dataset.id).get_local_copy())
assert (copy / "a.csv").read_text() == "x,y\n1,2\n", "content"
child = Dataset.create(dataset_project="SDK tests/data", dataset_name="numbers", parent_datasets=[dataset.id])
(folder / "b.csv").write_text("x\n")
child.add_files(str(folder / "b.csv"))
child.upload(show_progress=False)
child.finalize()
assert sorted(Dataset.get(dataset_id=child.id).list_files()) == ["a.csv", "b.csv"], "files of the child"
