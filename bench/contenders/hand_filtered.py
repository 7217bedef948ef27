"""A contender: an application without RLS, in which each handler filters by user."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import Column, DateTime, FetchedValue
from sqlmodel import Field, Session, SQLModel, col, select

from bench.contenders.ordinary import TaskRead, TaskWrite, UserDep, engine

app = FastAPI()


class Task(SQLModel, table=True):
    """A task. The database sets its dates and its version."""

    __tablename__ = "tasks"
    __table_args__ = {"schema": "plain"}

    user_id: str = Field(primary_key=True)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    title: str
    description: str | None = None
    completed: bool = False
    completed_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), FetchedValue())
    )
    created_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), FetchedValue())
    )
    updated_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), FetchedValue())
    )
    version: int | None = Field(default=None, sa_column_kwargs={"server_default": FetchedValue()})


def get_session() -> Iterator[Session]:
    """A session for one request."""
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]


def find(session: Session, user: str, task_id: UUID) -> Task:
    """The user's task, or 404."""
    task = session.exec(select(Task).where(Task.user_id == user, Task.id == task_id)).first()
    if task is None:
        raise HTTPException(404, "Task not found")
    return task


def save(session: Session, task: Task) -> Task:
    """Write a task, and read the values that the database set."""
    session.add(task)
    session.commit()
    session.refresh(task)
    return task


@app.get("/api/tasks", response_model=list[TaskRead])
def list_tasks(session: SessionDep, user: UserDep, limit: int = 50) -> object:
    """Return the user's newest tasks."""
    newest = col(Task.created_at).desc(), col(Task.id).desc()
    return session.exec(
        select(Task).where(Task.user_id == user).order_by(*newest).limit(limit)
    ).all()


@app.post("/api/tasks", status_code=201, response_model=TaskRead)
def create_task(session: SessionDep, user: UserDep, body: TaskWrite) -> object:
    """Create a task."""
    return save(session, Task(user_id=user, title=body.title, description=body.description))


@app.get("/api/tasks/{task_id}", response_model=TaskRead)
def read_task(session: SessionDep, user: UserDep, task_id: UUID) -> object:
    """Return a task."""
    return find(session, user, task_id)


@app.put("/api/tasks/{task_id}", response_model=TaskRead)
def update_task(session: SessionDep, user: UserDep, task_id: UUID, body: TaskWrite) -> object:
    """Replace a task's text."""
    task = find(session, user, task_id)
    task.title, task.description = body.title, body.description
    return save(session, task)


@app.patch("/api/tasks/{task_id}/complete", response_model=TaskRead)
def toggle_task(session: SessionDep, user: UserDep, task_id: UUID) -> object:
    """Complete a pending task, or make a completed task pending."""
    task = find(session, user, task_id)
    task.completed = not task.completed
    return save(session, task)
