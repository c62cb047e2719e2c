"""Arguments and configurations of every form: as the script has them, and as a worker gets them after they were edited."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import yaml
from clearml import Task

IS_WORKER = "CLEARML_TASK_ID" in os.environ
task = Task.init(project_name="SDK tests/configurations", task_name="configured", auto_connect_frameworks=False)
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--sizes", type=int, nargs="+", default=[1, 2])
parser.add_argument("--fast", action="store_true")
args = parser.parse_args()


class Options:
    def __init__(self):
        self.depth = 3
        self.name = "ä b"


Path("net.yaml").write_text("layers:\n  - 8\n  - 16\n")
Path("data.json").write_text('{"split": 0.5}')
options = task.connect(Options(), name="Options")
table = task.connect_configuration({"depth": 3, "names": ["a", "b"]}, name="table")
net = yaml.safe_load(Path(task.connect_configuration(Path("net.yaml"), name="net.yaml")).read_text())
data = json.loads(Path(task.connect_configuration("data.json", name="data")).read_text())
seen = [args.lr, args.sizes, args.fast, options.depth, options.name, table, net, data]

if IS_WORKER:
    expected = [0.7, [3], True, 4, "c", {"depth": 9}, {"layers": [32]}, {"split": 0.25}]
    assert json.loads(json.dumps(seen)) == expected, seen
    sys.exit(0)

task.close()
first = Task.get_task(task_id=task.id)
assert first.get_configuration_object("net.yaml") == "layers:\n  - 8\n  - 16\n", "a file is kept as it is"
assert first.get_configuration_object_as_dict("table") == {"depth": 3, "names": ["a", "b"]}, "a table is read back"
assert first.get_parameters()["Args/sizes"] == "[1, 2]", first.get_parameters()
clone = Task.clone(source_task=first, name="configured otherwise")
clone.set_parameter("Args/lr", 0.7)
clone.update_parameters({"Args/sizes": [3], "Args/fast": True, "Options/depth": 4, "Options/name": "c"})
clone.set_configuration_object("table", config_dict={"depth": 9})
clone.set_configuration_object("net.yaml", config_text="layers: [32]\n")
clone.set_configuration_object("data", config_text='{"split": 0.25}')
environment = {**os.environ, "CLEARML_TASK_ID": clone.id, "CLEARML_LOG_TASK_TO_BACKEND": "1"}
for name in ("CLEARML_PROC_MASTER_ID", "TRAINS_PROC_MASTER_ID"):
    environment.pop(name, None)
ended = subprocess.run([sys.executable, __file__, *sys.argv[1:]], env=environment, capture_output=True, text=True)
assert ended.returncode == 0, ended.stdout + ended.stderr
