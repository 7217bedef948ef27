"""A request does not read more rows when the number of users grows."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from pydantic import SecretStr

from api.main import create_app
from api.settings import Settings
from tests.support.api import Client, running_api
from tests.support.contract import operations
from tests.support.crowd import Crowd, grown
from tests.support.issuer import Issuer
from tests.support.server import text

# The OpenAPI document needs no database, so this URL is never used.
DOCUMENT = create_app(
    Settings(
        _env_file=None,
        database_url=SecretStr("postgresql://rowlock_api:unused@localhost/unused"),
        allow_development_key=True,
    )
).openapi()
OPERATIONS = {f"{method} {path}": (method, path) for method, path, _ in operations(DOCUMENT)}
PLANT = """
create function trail.planted() returns trigger language plpgsql security definer as $$
begin
    perform from trail.heads as h where h.user_id = new.user_id collate "C";
    return null;
end
$$;
create trigger planted after insert on app.tasks
for each row execute function trail.planted()
"""
UPROOT = "drop function trail.planted() cascade"
NAMES = {"slug": "not-found"}  # values of path parameters that are not ids of rows


@pytest.fixture
def settings(many: Crowd, api_settings: Settings) -> Settings:
    """The API's settings with the database of many users, without a pooler in front of it."""
    url = SecretStr(text(many.server.direct_api_url(many.name)))
    return api_settings.model_copy(update={"database_url": url})


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, or the one that it refers to with $ref."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][name] if name else schema
    return found


def example(method: str, path: str) -> Any:
    """The example body of an operation in the document, or None if it has no body."""
    body = DOCUMENT["paths"][path][method].get("requestBody")
    return body and resolved(body["content"]["application/json"]["schema"])["examples"][0]


def queries(method: str, path: str) -> Iterator[dict[str, Any]]:
    """Each combination of query parameters that are enumerations, with a limit of one row."""
    parameters = DOCUMENT["paths"][path][method].get("parameters", ())
    asked = {p["name"]: p["schema"] for p in parameters if p["in"] == "query"}
    limits = {"limit": [1]} if "limit" in asked else {}
    choices = {name: schema["enum"] for name, schema in asked.items() if "enum" in schema} | limits
    for values in product(*choices.values()):
        yield dict(zip(choices, values, strict=True))


def collections(client: Client) -> dict[str, str]:
    """Create two rows in each collection, and return the id of the first one by its path."""
    ids: dict[str, str] = {}
    for path, methods in DOCUMENT["paths"].items():
        for _ in range(2 if "post" in methods else 0):
            response = client.post(path, json=example("post", path))
            assert response.status_code == 201, response.text
            ids.setdefault(path, response.json()["id"])
    return ids


def send(client: Client, method: str, path: str) -> None:
    """Send each combination of parameters and request the next page; all must succeed."""
    collection, _, rest = path.partition("/{")
    name = rest.partition("}")[0]
    known = collections(client).get(collection) or NAMES.get(name, "")
    url = path.replace(f"{{{name}}}", known)
    for query in queries(method, path):
        response = client.request(method, url, params=query, json=example(method, path))
        assert response.is_success, response.text
        if "next" in response.links:
            assert client.get(response.links["next"]["url"]).is_success


def work(settings: Settings, issuer: Issuer, user: str, *requests: tuple[str, str]) -> None:
    """Start the API, send the requests for a user, and stop it."""
    with running_api(settings, issuer) as api, api.client(issuer.token(user), user) as client:
        for method, path in requests:
            send(client, method, path)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_request_reads_no_other_users_rows(
    many: Crowd, settings: Settings, issuer: Issuer, operation: str
) -> None:
    """The request makes no full scan of a growing table, and reads few rows and pages."""
    user = f"user-{1 + list(OPERATIONS).index(operation)}"

    found = many.reads(lambda: work(settings, issuer, user, OPERATIONS[operation]))

    assert grown(found) == {}
    assert any(read.rows for read in found.values())  # at least those that it created first


def test_planted_trigger_shows(many: Crowd, settings: Settings, issuer: Issuer) -> None:
    """The control: a trigger that scans the heads of all users is found."""
    method, path = next(o for o in OPERATIONS.values() if o[0] == "get" and "/api/" in o[1])

    def planted() -> None:
        with running_api(settings, issuer) as api, api.client(issuer.token("user-90")) as client:
            many.server.execute(PLANT, database=many.name)
            try:
                send(client, method, path)
            finally:
                many.server.execute(UPROOT, database=many.name)

    found = grown(many.reads(planted))

    assert found.keys() == {"trail.heads"}
    assert found["trail.heads"].scans == 2
