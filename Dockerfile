# The image of the API, without the embedded Postgres. compose.yaml shows how to run it.
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS packages
# Without a package index: set PIP_NO_INDEX=1, and put the wheels into .wheels.
ARG PIP_NO_INDEX
COPY requirements-server.txt .wheels* /wheels/
# pip is in a separate environment, which is not copied into the image.
RUN python3 -m venv /pip && python3 -m venv --without-pip /venv \
    && /pip/bin/pip --python /venv/bin/python install --no-cache-dir --require-hashes \
        --only-binary :all: --find-links /wheels --requirement /wheels/requirements-server.txt

FROM ${BASE}
COPY --from=packages /venv /venv
WORKDIR /app
COPY pyproject.toml ./
COPY alembic alembic
COPY db db
COPY api api
RUN ["/venv/bin/python", "-m", "compileall", "-q", "alembic", "db", "api"]

# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
ENV HOST=0.0.0.0 PORT=8000
EXPOSE 8000
# Not /health/ready: a query every few seconds would keep a serverless database from being suspended.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/venv/bin/python", "-c", \
    "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); c.request('GET', '/health/live'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["/venv/bin/python", "-m", "api"]
CMD ["serve"]
