"""What a run leaves behind: plots, images, tables, artifacts up and down, models, a clone."""

import sys
from pathlib import Path

import numpy
from clearml import InputModel, OutputModel, Task

task = Task.init(project_name="SDK tests/outputs", task_name="outputs", output_uri=True)
task.connect_configuration({"depth": 3, "name": "ä"}, name="net")
logger = task.get_logger()
logger.report_histogram("hist", "v", iteration=1, values=[1, 2, 3])
logger.report_confusion_matrix("confusion", "v", iteration=2, matrix=numpy.array([[5, 1], [2, 7]]))
logger.report_table("table", "v", iteration=1, table_plot=[["name", "F1"], ["cat", 0.5]])
logger.report_image("image", "v", iteration=3, image=numpy.zeros((8, 12, 3), dtype=numpy.uint8))
task.upload_artifact("numbers", artifact_object={"a": 1}, wait_on_upload=True)
file = Path("kept file.txt")
file.write_text("kept")
task.upload_artifact("file", artifact_object=str(file), wait_on_upload=True)
weights = Path("weights.bin")
weights.write_bytes(bytes(range(256)) * 10)
model = OutputModel(task=task, name="net", framework="PyTorch", tags=["best"])
model.update_weights(weights_filename=str(weights), auto_delete_file=False)
model.set_metadata("accuracy", "0.9", v_type="float")
model.publish()
task.flush(wait_for_uploads=True)
task.close()

again = Task.get_task(task_id=task.id)
assert again.artifacts["numbers"].get() == {"a": 1}, "artifact object"
assert Path(again.artifacts["file"].get_local_copy(force_download=True)).read_text() == "kept", "artifact file"
assert again.models["output"][0].name == "net", "output model"
copy = InputModel(model_id=model.id).get_weights()
assert Path(copy).read_bytes() == weights.read_bytes(), "model weights"
assert again.get_configuration_object_as_dict("net")["depth"] == 3, "configuration"
clone = Task.clone(source_task=again, name="copy of outputs")
assert clone.status == "created" and not clone.artifacts, "clone"
Task.enqueue(clone, queue_name="default")
assert Task.get_task(task_id=clone.id).status == "queued", "enqueue"
Task.dequeue(clone)
found = Task.get_tasks(project_name="SDK tests/outputs", task_name="copy of outputs")
assert [each.id for each in found] == [clone.id], "get_tasks"
assert clone.delete(raise_on_error=True), "delete"
sys.exit(0)
