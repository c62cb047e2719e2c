"""Tasks that start by themselves: at a time, and when a task, a dataset or a model changes."""

import threading
import time

from clearml import OutputModel, Task
from clearml.automation import TaskScheduler, TriggerScheduler

PROJECT = "SDK tests/schedulers"
job = Task.create(project_name=PROJECT, task_name="job")
earlier = Task.create(project_name=PROJECT, task_name="ended before")
earlier.mark_started(force=True)
earlier.mark_completed(force=True)
called = []


def begin(scheduler):
    threading.Thread(target=scheduler.start, daemon=True).start()


def until(what, ready, seconds=60):
    end = time.time() + seconds
    while not ready():
        assert time.time() < end, what
        time.sleep(0.2)


scheduler = TaskScheduler(sync_frequency_minutes=0.1)
scheduler.add_task(schedule_task_id=job.id, queue="default", name="at once", minute=30, execute_immediately=True)
begin(scheduler)
until("a task is made and queued", lambda: Task.query_tasks(project_name=PROJECT, task_filter={"status": ["queued"]}))

triggers = TriggerScheduler(pooling_frequency_minutes=0.02, sync_frequency_minutes=60)
triggers.add_task_trigger(
    schedule_function=lambda task_id: called.append(task_id),
    name="completed",
    trigger_project=PROJECT,
    trigger_on_status=["completed"],
)
triggers.add_model_trigger(
    schedule_function=lambda model_id: called.append(model_id), name="published", trigger_on_publish=True
)
begin(triggers)
until("the triggers have looked", lambda: all(each.last_update for each in triggers.get_triggers()))
ended = Task.create(project_name=PROJECT, task_name="ends now")
ended.mark_started(force=True)
ended.mark_completed(force=True)
until("the task triggers", lambda: ended.id in called)
model = OutputModel(task=Task.current_task(), name="net")
model.update_weights(register_uri="https://example.com/net.bin", is_package=False)
model.publish()
until("the model triggers", lambda: model.id in called)
assert sorted(called) == sorted([ended.id, model.id]), "nothing that was there before triggers"
