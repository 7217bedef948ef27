"""The command: python -m bench."""

import sys
import time
import tempfile
from pathlib import Path
from bench import data
from bench.postgres import running_postgres
from bench.rounds import Field, Plan, run
from tests.support.issuer import Issuer

with tempfile.TemporaryDirectory() as name, running_postgres({}) as postgres:
    users = data.load(postgres, data.QUICK)
    folder = Path(name)
    issuer = Issuer(folder)
    file = folder / "users"
    expiry = int(time.time()) + 86400
    file.write_text("".join(f"{n} {issuer.token(data.user_id(n), exp=expiry)}\n" for n in users))
    field = Field(postgres, issuer, users, file, folder)
    plan = Plan(sys.argv[1].split(","), sys.argv[2].split(","), 2, 1, 1, time.monotonic() + 600)
    with field.contenders(plan.contenders, print) as drivers:
        for r in run(field, plan, drivers, lambda s: None):
            print(r.contender, r.workload, round(r.load.rate), r)
