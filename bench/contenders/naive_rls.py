"""RLS as in many tutorials: `set_config` is a separate statement in each transaction.

Handlers do not filter, because the policies do. The setting ends with the transaction, so the
values that the database wrote are read before the commit.
"""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import text
from sqlmodel import Session, col, select

from api.tables.tasks.model import Task
from bench.contenders.ordinary import TaskRead, TaskWrite, UserDep, engine

app = FastAPI()

BIND = text("select set_config('app.user_id', :user_id, true)")


def get_session(user: UserDep) -> Iterator[Session]:
    """A session for one request, in a transaction in which the user id is set."""
    with Session(engine, expire_on_commit=False) as session:
        session.connection().execute(BIND, {"user_id": user})
        yield session


SessionDep = Annotated[Session, Depends(get_session)]


def find(session: Session, task_id: UUID) -> Task:
    """The user's task, or 404."""
    task = session.exec(select(Task).where(Task.id == task_id)).first()
    if task is None:
        raise HTTPException(404, "Task not found")
    return task


def save(session: Session, task: Task) -> Task:
    """Write a task, and read the values that the database set."""
    session.add(task)
    session.flush()
    session.refresh(task)
    session.commit()
    return task


@app.get("/api/tasks", response_model=list[TaskRead])
def list_tasks(session: SessionDep, limit: int = 50) -> object:
    """Return the user's newest tasks."""
    newest = col(Task.created_at).desc(), col(Task.id).desc()
    return session.exec(select(Task).order_by(*newest).limit(limit)).all()


@app.post("/api/tasks", status_code=201, response_model=TaskRead)
def create_task(session: SessionDep, body: TaskWrite) -> object:
    """Create a task."""
    return save(session, Task(title=body.title, description=body.description))


@app.get("/api/tasks/{task_id}", response_model=TaskRead)
def read_task(session: SessionDep, task_id: UUID) -> object:
    """Return a task."""
    return find(session, task_id)


@app.put("/api/tasks/{task_id}", response_model=TaskRead)
def update_task(session: SessionDep, task_id: UUID, body: TaskWrite) -> object:
    """Replace a task's text."""
    task = find(session, task_id)
    task.title, task.description = body.title, body.description
    return save(session, task)


@app.patch("/api/tasks/{task_id}/complete", response_model=TaskRead)
def toggle_task(session: SessionDep, task_id: UUID) -> object:
    """Complete a pending task, or make a completed task pending."""
    task = find(session, task_id)
    task.completed = not task.completed
    return save(session, task)
