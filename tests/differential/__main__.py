"""``bin/differential``: starts Parsley and the reference, plays the script and the SDK's calls, prints the table.

Ends with 0 where at least 95 % of the answers are equal, 90 % of each kind, and something was compared at all.
``--itself`` compares the reference with a second reference: that shows what chance decides, and should be all equal.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from config.postgres import BASE_DIR
from peer.server import FOLDER, KEYS, empty_database, free_port, postgres, reference, served
from tests.differential.play import Player
from tests.differential.programs import sdk_pairs
from tests.differential.report import Pair, counted, is_good, table, write
from tests.differential.script import script

LATEST = BASE_DIR / "var" / "differential" / "latest.md"


@contextmanager
def parsley() -> Iterator[str]:
    """The shipped server over an empty database; sign-in tries are not counted, as the script makes too many."""
    with postgres().running() as server:
        own = {
            **KEYS,
            "DATABASE_URL": empty_database(server, "differential"),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or "only-for-a-comparison-" * 3,
            "PARSLEY_DEV": "1",
            "SIGN_IN_WINDOW_SECONDS": "0",
            "HOST": "127.0.0.1",
            "PORT": str(free_port()),
            "LAUNCHER_FD": "0",
        }
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=BASE_DIR, env={**os.environ, **own}, check=True)
        url = f"http://127.0.0.1:{own['PORT']}/parse"
        with served([sys.executable, "-m", "config.serve"], url, FOLDER / "parsley.log", own):
            yield url


def main(arguments: list[str]) -> int:
    other = reference(database="itself") if "--itself" in arguments else parsley()
    with reference() as expected, other as given:
        players = Player(expected), Player(given)
        pairs = [Pair(step, *(player.play(step) for player in players)) for step in script()]
        pairs += sdk_pairs(expected, given)
    if any(pair.expected.status == 0 for pair in pairs):
        raise SystemExit("The reference stopped in the middle: there is nothing to compare with.")
    counts = counted(pairs)
    write(pairs, counts, LATEST)
    print(table(counts), f"\nEvery difference: {LATEST.relative_to(BASE_DIR)}")
    return 0 if is_good(counts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
