"""The path under which a reverse proxy publishes the API."""

from starlette.types import ASGIApp, Receive, Scope, Send


class RootPath:
    """ASGI middleware that sets `root_path`, and adds it to a path from which a proxy removed it.

    Some proxies remove it and others do not, and a probe may not use the proxy. uvicorn's own
    setting assumes that every path lacks it. No path of the API itself begins with it
    (api/settings/types.py).
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self.app = app
        self.root_path = root_path
        self.prefix = f"{root_path}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with a path that begins with the root path, as ASGI requires."""
        if scope["type"] == "http":
            scope = {**scope, "root_path": self.root_path}
            if not scope["path"].startswith(self.prefix):
                scope["path"] = self.root_path + scope["path"]
                scope["raw_path"] = self.root_path.encode() + scope["raw_path"]
        await self.app(scope, receive, send)
