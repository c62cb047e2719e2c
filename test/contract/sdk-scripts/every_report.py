"""Reports of every kind, of the task and of a model, read back through the package."""

import io
from pathlib import Path

import numpy
from clearml import InputModel, OutputModel, Task
from PIL import Image

task = Task.init(project_name="SDK tests/every", task_name="every report", output_uri=True, auto_connect_frameworks=False)
log = task.get_logger()
points = numpy.array([[0, 1], [1, 3], [2, 2]])
space = numpy.array([[0, 1, 2], [1, 3, 1], [2, 2, 5]])
log.report_vector("vector", "v", values=[1, 2, 3], iteration=1)
log.report_histogram("histogram", "h", values=[4, 5, 6], iteration=1, xlabels=["a", "b", "c"])
log.report_table("table", "t", iteration=1, csv=None, table_plot=[["name", "F1"], ["ä <b>", 0.5]])
log.report_line_plot("lines", series=[{"name": "line", "data": [[0, 1], [1, 3]]}], xaxis="x", yaxis="y", iteration=1)
log.report_scatter2d("scatter", "s", scatter=points, iteration=1, mode="markers")
log.report_scatter3d("space", "s", scatter=space, iteration=1)
log.report_confusion_matrix("confusion", "c", matrix=numpy.eye(2), iteration=1, xlabels=["a", "b"], ylabels=["a", "b"])
log.report_matrix("matrix", "m", matrix=numpy.eye(3), iteration=1)
log.report_surface("surface", "f", matrix=space, iteration=1)
log.report_plotly("plotly", "p", iteration=1, figure={"data": [{"type": "bar", "x": [1], "y": [float("nan")]}], "layout": {}})
PLOTS = {"lines", "vector", "histogram", "table", "scatter", "space", "confusion", "matrix", "surface", "plotly"}

picture = Path("picture.png")
Image.new("RGB", (4, 4), "red").save(picture)
log.report_image("images", "array", iteration=1, image=numpy.zeros((4, 4), dtype=numpy.float64))
log.report_image("images", "file", iteration=1, local_path=str(picture))
log.report_image("images", "elsewhere", iteration=1, url="https://example.com/x.png")
log.report_media("media", "text", iteration=1, stream=io.StringIO("as a stream"), file_extension="txt")
page = Path("page.html")
page.write_text("<p>page</p>")
log.report_media("media", "page", iteration=1, local_path=str(page))

for step in range(3):
    log.report_scalar("loss", "train", iteration=step, value=3.0 - step)
    log.report_scalar("loss", "val", iteration=step, value=float("nan"))
log.report_single_value("best", 0.25)
log.report_text("only told here", print_console=False)

weights = Path("weights.bin")
weights.write_bytes(b"w" * 100)
model = OutputModel(task=task, name="net", label_enumeration={"cat": 0}, config_dict={"depth": 3})
# Later, the thread that uploads would put back the comment and the tags that it began with.
model.update_weights(str(weights), auto_delete_file=False, async_enable=False)
model.report_scalar("quality", "F1", value=0.5, iteration=2)
model.report_table("per class", "t", iteration=2, table_plot=[["a"], [1]])
model.report_single_value("size", 100)
model.comment = "made by a test"
model.tags = ["best"]
used = InputModel.import_model(weights_url="https://example.com/given.bin", name="given")
task.connect(used)

task.set_comment("first\nsecond")
task.add_tags(["one", "two"])
task.set_user_properties(owner="ä", score={"value": 3, "type": "int"})
task.set_progress(40)
task.set_script(entry_point="other.py")
task.flush(wait_for_uploads=True)

again = Task.get_task(task_id=task.id)
wrong = []


def same(what, was, right):
    if was != right:
        wrong.append(f"{what}: {was!r}, not {right!r}")


same("plots", {plot["metric"] for plot in again.get_reported_plots()}, PLOTS)
same("scalars", again.get_reported_scalars()["loss"]["train"]["y"], [3.0, 2.0, 1.0])
same("all scalars", again.get_all_reported_scalars()["loss"]["val"]["y"], [0.0, 0.0, 0.0])
same("single", again.get_reported_single_values(), {"best": 0.25})
same("one single", again.get_reported_single_value("best"), 0.25)
same("last", again.get_last_scalar_metrics()["loss"]["train"]["last"], 1.0)
same("last iteration", again.get_last_iteration(), 2)
same("samples", len(again.get_debug_samples("images", "array")), 1)
same("media", again.get_debug_samples("media", "page")[0]["url"].rsplit(".", 1)[-1], "html")
same("text", "only told here" in "".join(again.get_reported_console_output(10)), True)
same("comment", again.comment, "first\nsecond")
same("tags", sorted(again.get_tags()), ["one", "two"])
same("properties", again.get_user_properties(value_only=True), {"owner": "ä", "score": "3"})
same("progress", again.get_progress(), 40)
same("entry point", again.get_script()["entry_point"], "other.py")
same("inputs", [each.name for each in again.models["input"]], ["given"])
known = again.models["output"][0]
same("labels", known.labels, {"cat": 0})
same("design", known.config_dict, {"depth": 3})
same("model's comment", known.comment, "made by a test")
same("model's tags", known.tags, ["best"])
task.close()

log_before = task.get_last_iteration()
on = Task.init(continue_last_task=task.id, auto_connect_frameworks=False)
same("continued", on.id, task.id)
same("goes on after", on.get_initial_iteration(), log_before + 1)
on.get_logger().report_scalar("loss", "train", iteration=0, value=0.5)
on.flush(wait_for_uploads=True)
on.close()
same("points of both", Task.get_task(task_id=task.id).get_reported_scalars()["loss"]["train"]["x"], [0, 1, 2, 3])
same("status", Task.get_task(task_id=task.id).status, "completed")
assert not wrong, "; ".join(wrong)
