"""Begins here and goes on at a worker: this process ends with its task in a queue."""

from clearml import Task

task = Task.init(project_name="SDK tests/remote", task_name="remote", auto_connect_frameworks=False)
width = task.connect({"width": 8})["width"]
task.execute_remotely(queue_name="default", clone=False, exit_process=True)
print("at the worker, width", width)
task.get_logger().report_scalar("loss", "train", iteration=3, value=0.5)
