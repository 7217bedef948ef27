"""The services of compose.yaml serve, isolate users, and have minimal rights."""

import json
import time

import pytest

from tests.docker.conftest import Stack, attempt, docker

REQUIRED = ["ROWLOCK_OWNER_PASSWORD", "ROWLOCK_API_PASSWORD"]
NEON = "https://ep-cool-darkness-123456.neonauth.eu-central-1.aws.neon.tech/neondb/auth"


def test_users_are_kept_apart(stack: Stack) -> None:
    """Bob gets 404 for Alice's task, and Alice reads it; without a token it is 401."""
    with stack.client("alice") as alice, stack.client("bob") as bob:
        created = alice.post("/api/tasks", json={"title": "mine"})
        assert created.status_code == 201
        task = created.headers["Location"]

        assert bob.get(task).status_code == 404
        assert bob.get("/api/tasks").json() == []
        assert alice.get(task).json() == created.json()
        assert alice.get(task, headers={"Authorization": ""}).status_code == 401


def test_doctor_finds_nothing(stack: Stack) -> None:
    """`rowlock doctor` passes in a container of the API's."""
    stack.compose("run", "--rm", "--no-deps", "api", "doctor")


@pytest.mark.parametrize("service", ["postgres", "api"])
def test_service_has_no_rights_to_spare(stack: Stack, service: str) -> None:
    """The main process is not root, has no capability, and cannot gain one."""
    lines = stack.compose("exec", "-T", service, "cat", "/proc/1/status").splitlines()
    status = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}

    assert "0" not in status["Uid"] + status["Gid"]
    assert int(status["CapEff"][0], 16) == int(status["CapBnd"][0], 16) == 0
    assert status["NoNewPrivs"] == ["1"]


@pytest.mark.parametrize("service", ["postgres", "api"])
def test_not_even_root_can_write_to_the_root_file_system(stack: Stack, service: str) -> None:
    """The file system is read-only, even for root."""
    container = stack.inspect(service)["Id"]
    refused = attempt("exec", "--user", "0", container, "touch", "/usr/x")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Read-only file system" in refused.stderr


def test_api_does_not_know_the_owner(stack: Stack) -> None:
    """The owner's password is in the environment of migrate, and in none of the API's."""
    password = stack.variables["ROWLOCK_OWNER_PASSWORD"]
    inside = stack.compose("exec", "-T", "api", "cat", "/proc/1/environ")

    assert password in json.dumps(stack.inspect("migrate")["Config"]["Env"])
    assert stack.variables["ROWLOCK_API_PASSWORD"] in inside
    assert password not in inside + json.dumps(stack.inspect("api"))
    assert "MIGRATION_DATABASE_URL" not in inside


def test_only_the_api_can_be_reached_and_from_here_alone(stack: Stack) -> None:
    """The API's port is published on 127.0.0.1, and Postgres publishes none."""
    published = {"HostIp": "127.0.0.1", "HostPort": stack.variables["PORT"]}

    assert stack.inspect("api")["NetworkSettings"]["Ports"] == {"8000/tcp": [published]}
    ports = stack.inspect("postgres")["NetworkSettings"]["Ports"]
    assert [hosts for hosts in ports.values() if hosts] == []


def test_health_is_that_of_the_process(stack: Stack) -> None:
    """Without Postgres the container is healthy but not ready, because a restart would not help."""
    api = stack.inspect("api")
    assert api["State"]["Health"]["Status"] == "healthy"
    check = ("exec", api["Id"], *api["Config"]["Healthcheck"]["Test"][1:])

    with stack.client("alice") as client:
        stack.compose("stop", "postgres")
        try:
            assert attempt(*check).returncode == 0
            assert client.get("/health/ready", timeout=30).status_code == 503
        finally:
            stack.compose("up", "--wait", "--no-build", "--no-deps", "postgres")

        assert client.get("/health/ready", timeout=30).status_code == 200


def test_sigterm_stops_the_api(stack: Stack) -> None:
    """SIGTERM ends the API within seconds, with status 0."""
    name = stack.compose("run", "--detach", "--no-deps", "api").strip()
    try:
        deadline = time.monotonic() + 60
        while "Rowlock on" not in docker("logs", name):
            assert time.monotonic() < deadline
            time.sleep(0.1)

        before = time.monotonic()
        docker("kill", "--signal", "TERM", name)
        assert docker("wait", name) == "0\n"
        assert time.monotonic() - before < 10
    finally:
        docker("rm", "--force", name)


@pytest.mark.parametrize("missing", REQUIRED)
def test_missing_variable_is_named(variables: dict[str, str], missing: str) -> None:
    """Without a password nothing starts, and a sentence names the variable."""
    config = ("compose", "config", "--quiet")
    refused = attempt(*config, **variables | {missing: ""})

    assert refused.returncode != 0
    assert f"{missing} is missing a value: " in refused.stderr
    assert docker(*config, **variables) == ""


def test_neon_is_an_issuer_by_itself(variables: dict[str, str]) -> None:
    """Both services get NEON_AUTH_BASE_URL, which replaces three other settings."""
    nothing = dict.fromkeys(("JWT_ISSUER", "JWT_AUDIENCE", "JWKS_FILE"), "")
    given = variables | nothing | {"NEON_AUTH_BASE_URL": NEON}
    services = json.loads(docker("compose", "config", "--format", "json", **given))["services"]

    for name in ("api", "migrate"):
        environment = services[name]["environment"]
        assert environment["NEON_AUTH_BASE_URL"] == NEON
        assert {environment[name] for name in nothing} == {""}
