"""A search over parameters of a task, with its runs on this machine."""

import os

from clearml import Task
from clearml.automation import DiscreteParameterRange, GridSearch, HyperParameterOptimizer

if "CLEARML_TASK_ID" in os.environ:
    task = Task.init(auto_connect_frameworks=False)
    width = task.connect({"width": 1})["width"]
    task.get_logger().report_scalar("accuracy", "val", iteration=0, value=1.0 / width)
    task.close()
    os._exit(0)

task = Task.init(
    project_name="SDK tests/search",
    task_name="search",
    task_type=Task.TaskTypes.optimizer,
    auto_connect_frameworks=False,
)
base = Task.create(project_name="SDK tests/search", task_name="base")
base.set_script(entry_point=__file__, diff=open(__file__).read(), repository="", working_dir=".")
base.set_parameter("General/width", 1)
optimizer = HyperParameterOptimizer(
    base_task_id=base.id,
    hyper_parameters=[DiscreteParameterRange("General/width", values=[2, 4])],
    objective_metric_title="accuracy",
    objective_metric_series="val",
    objective_metric_sign="max",
    optimizer_class=GridSearch,
    max_number_of_concurrent_tasks=2,
    execution_queue="default",
    pool_period_min=0.02,
    total_max_jobs=2,
    save_top_k_tasks_only=-1,
)
optimizer.set_report_period(0.05)
optimizer.start_locally()
optimizer.wait()
top = optimizer.get_top_experiments(top_k=2)
found = [(each.get_parameter("General/width"), each.status) for each in top]
assert found == [("2", "completed"), ("4", "completed")], found
optimizer.stop()
task.flush(wait_for_uploads=True)
plots = {plot["metric"] for plot in Task.get_task(task_id=task.id).get_reported_plots()}
assert plots, "the search reports what it found"
