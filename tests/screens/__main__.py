"""``bin/screens``: a picture of each page in each variant, into ``docs/screens/``. Exits with 1 where one is not right.

It starts a PostgreSQL and a server of its own, over the demo data. With names only those pages: ``bin/screens board``.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests import embedded  # sets the environment: before Django reads its settings
from tests.deploy.reading import ROOT


def main() -> int:
    options = asked()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with tempfile.TemporaryDirectory(prefix="parsley-screens-") as var:
        os.environ |= {"VAR_DIR": var, "LOG_LEVEL": "ERROR"}  # what is refused on purpose is not to be told
        (Path(var) / "static").mkdir()
        import django

        django.setup()
        embedded.pytest_configure(None)
        from tests.screens.scene import prepare
        from tests.screens.taking import take
        from tests.serving import serving

        ids = prepare()
        with serving(os.environ["DATABASE_URL"], Path(var)) as server:
            wrong = take(server, ids, options)
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(wrong)} wrong." if wrong else f"Every picture is in {options.folder}.")
    return 1 if wrong else 0


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/screens", description=__doc__.split("\n\n")[0].partition(": ")[2])
    parser.add_argument("names", nargs="*", metavar="PAGE", help="as in tests/screens/pages.py; all, if none is named")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs/screens")
    parser.add_argument("--variants", nargs="+", metavar="VARIANT", help="light, dark, phone, arabic, contrast, print")
    parser.add_argument("--whole", action="store_true", help="the page down to its end, not one screen of it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
