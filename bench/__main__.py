"""The bench as one tool.

python -m bench load L1M            # makes a reference world, or goes on making it; --again: from the start
python -m bench run pages L1M       # measures a scenario and keeps the result: pages, search, api, sql,
                                    # limits, day, start, batch
python -m bench table pages L1M     # prints the newest result; two worlds: what the larger costs more
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib import import_module

from bench import results
from bench.reference import WORLDS
from bench.world import BASE_DIR, VAR, cluster, create, database_of, environment, manage

FACES = ("pages", "search", "api")
OTHERS = {
    "sql": "controls",
    "limits": "limits",
    "day": "day",
    "start": "starting",
    "batch": "batch",
}
QUICK = {"wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "8GB", "autovacuum": "off"}


def load(world: str, again: bool) -> None:
    VAR.mkdir(parents=True, exist_ok=True)
    name = database_of(world)
    with cluster(**QUICK).running() as server:
        create(server, name, again=again)
        manage(server, name, "migrate", "--verbosity=0", "--skip-checks")
        settings = environment(server, name) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        print(f"{world}: {WORLDS[world].words}", flush=True)
        subprocess.run([sys.executable, "-m", "bench.filling", world], cwd=BASE_DIR, env=settings, check=True)


def run(arguments: argparse.Namespace) -> None:
    if arguments.scenario in FACES:
        from bench import faces

        users = tuple(arguments.users.split(","))
        faces.run(arguments.scenario, arguments.world, arguments.requests, users, arguments.only)
    else:
        import_module(f"bench.{OTHERS[arguments.scenario]}").run(arguments)


def table(scenario: str, worlds: list[str]) -> None:
    files = [results.latest(scenario, world) for world in worlds or ["*"]]
    if None in files:
        raise SystemExit(f"There is no result yet: python -m bench run {scenario} {(worlds or ['L1M'])[0]}")
    print("\n".join(results.grown(*files)) if len(files) == 2 else results.table(files[0]))


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("load")
    one.add_argument("world", choices=WORLDS)
    one.add_argument("--again", action="store_true")
    one = commands.add_parser("run")
    one.add_argument("scenario", choices=[*FACES, *OTHERS])
    one.add_argument("world", choices=WORLDS)
    one.add_argument("--requests", type=int, default=40)
    one.add_argument("--users", default="rep,lead,admin")
    one.add_argument("--only", default="", help="what has this in its name; the result is not kept")
    one.add_argument("--seconds", type=float, default=5)
    one = commands.add_parser("table")
    one.add_argument("scenario")
    one.add_argument("worlds", nargs="*")
    arguments = parser.parse_args()
    os.chdir(BASE_DIR)
    if arguments.command == "load":
        load(arguments.world, arguments.again)
    elif arguments.command == "run":
        run(arguments)
    else:
        table(arguments.scenario, arguments.worlds)


if __name__ == "__main__":
    main()
