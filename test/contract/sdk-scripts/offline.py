"""A session without a server, imported by a second process."""

import os
import subprocess
import sys

from clearml import Task


def record() -> str:
    Task.set_offline(offline_mode=True)
    task = Task.init(project_name="SDK tests/offline", task_name="offline", auto_connect_frameworks=False)
    task.connect({"depth": 3})
    for step in range(2):
        task.get_logger().report_scalar("loss", "train", iteration=step, value=1.0 / (step + 1))
    task.upload_artifact("numbers", artifact_object={"a": 1}, wait_on_upload=True)
    print("told without a server")
    task.close()
    return f"{task.get_offline_mode_folder()}.zip"


def read(session: str) -> None:
    task = Task.get_task(task_id=Task.import_offline_session(session))
    assert task.status == "completed", task.status
    assert task.get_parameters()["General/depth"] == "3", "parameters"
    assert task.artifacts["numbers"].get() == {"a": 1}, "artifact"
    assert task.get_reported_scalars()["loss"]["train"]["y"] == [1.0, 0.5], "scalars"
    assert any("told without a server" in line for line in task.get_reported_console_output(20)), "console"


if len(sys.argv) > 1:
    read(sys.argv[1])
    sys.exit(0)
arguments = [sys.executable, __file__, record()]
online = {name: value for name, value in os.environ.items() if "OFFLINE" not in name}
sys.exit(subprocess.call(arguments, env=online))
