"""What one user can learn of another over HTTP: nothing."""

from tests.support.api import Client


def test_stranger_cannot_read_task(alice: Client, bob: Client) -> None:
    """Bob gets 404 for Alice's task, and Alice still reads it."""
    task = alice.create_task(title="mine")

    assert bob.get(f"/api/tasks/{task['id']}").status_code == 404
    assert alice.get(f"/api/tasks/{task['id']}").json() == task
