"""Which tasks are used again, and which are found by what is asked."""

import os

from clearml import Task

PROJECT = "SDK tests/queries"
os.environ.pop("CLEARML_TASK_NO_REUSE", None)


def init(**more):
    return Task.init(project_name=PROJECT, task_name="again", auto_connect_frameworks=False, **more)


first = init(tags=["one"])
first.connect({"depth": 3})
first.close()
second = init()
assert second.id == first.id, "a task without outputs is used again"
assert second.get_parameters() == {}, "its parameters are gone"
second.upload_artifact("kept", artifact_object={"a": 1}, wait_on_upload=True)
second.close()
third = init(tags=["two", "best"])
assert third.id != first.id, "a task with artifacts is kept"
third.close()
draft = Task.create(project_name=f"{PROJECT}/inner", task_name="draft.a+b", task_type="testing")
draft.set_tags(["two"])


def found(**asked):
    return set(Task.query_tasks(**asked))


def filtered(**task_filter):
    return found(project_name=[PROJECT, f"{PROJECT}/inner"], task_filter=task_filter)


pair, everything = {first.id, third.id}, {first.id, third.id, draft.id}
expected = [
    ("project", found(project_name=PROJECT), pair),
    ("projects", filtered(), everything),
    ("part of a name", found(project_name=PROJECT, task_name="aga"), pair),
    ("pattern", found(task_name=r"draft\.a\+b"), {draft.id}),
    ("tag", found(tags=["best"]), {third.id}),
    ("tags", found(tags=["two", "-best"]), {draft.id}),
    ("all tags", found(tags=["__$all", "two", "best"]), {third.id}),
    ("any tag", found(tags=["two", "best"]), {third.id, draft.id}),
    ("status", filtered(status=["completed"]), pair),
    ("type", filtered(type=["testing"]), {draft.id}),
    ("any field", found(task_filter={"_any_": {"fields": ["name", "id"], "pattern": "draft"}}), {draft.id}),
    ("time", filtered(status_changed=[">2020-01-01"]), everything),
    ("id", filtered(id=[draft.id]), {draft.id}),
    ("order", Task.get_tasks(project_name=PROJECT, task_filter={"order_by": ["-last_update"]})[0].id, third.id),
    ("newest by name", Task.get_task(project_name=PROJECT, task_name="again").id, third.id),
    ("fields", sorted(Task.query_tasks(project_name=PROJECT, additional_return_fields=["name"])[0]), ["id", "name"]),
]
wrong = [f"{what}: {was}, not {right}" for what, was, right in expected if was != right]
assert not wrong, "; ".join(wrong)
