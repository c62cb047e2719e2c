"""Uses the unmodified clearml package: arguments, scalars, text, a single value, the console, a normal end."""

import argparse

from clearml import Task

task = Task.init(project_name="SDK tests/inner", task_name="reports (#1) a&b", auto_connect_frameworks=False)
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--title", default="a b")
arguments = parser.parse_args()
task.connect({"depth": 3, "nested": {"width": 8}}, name="Model")
logger = task.get_logger()
for step in range(5):
    logger.report_scalar("loss", "train", iteration=step, value=1.0 / (step + 1))
logger.report_text("told by report_text")
logger.report_single_value("final accuracy", 0.75)
print("told by print")
