"""Uses the unmodified clearml package: ends with an exception."""

from clearml import Task

Task.init(project_name="SDK tests/inner", task_name="fails", auto_connect_frameworks=False)
raise ValueError("this is how it fails")
