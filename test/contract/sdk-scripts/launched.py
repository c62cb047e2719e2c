"""Reports through clearml and prints the same figures: each point must be stored once."""

import time

from clearml import Task

task = Task.init(project_name="SDK tests/launched", task_name="named by the script", auto_connect_frameworks=False)
logger = task.get_logger()
for step in range(5):
    logger.report_scalar("loss", "loss", iteration=step, value=10.0 + step)
    print(f"step {step} loss={step + 0.5} printed_loss={step + 0.5}", flush=True)
    time.sleep(0.1)
print("the end")
