import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.setup.checkout import NOBODY, Checkout

USERS = {"an ordinary user": NOBODY} if os.geteuid() == 0 else {"the one who runs the tests": None}


@contextmanager
def home() -> Iterator[Path]:
    """A folder with a space in its name, closed to everybody else."""
    root = Path(tempfile.mkdtemp(prefix="parsley-setup-"))
    root.chmod(0o755)
    folder = root / "a home"
    folder.mkdir(mode=0o700)
    yield folder
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def seed() -> Iterator[Path]:
    """The home of one that was started before, so that only the tests of the first start have to wait for one."""
    with checkouts() as make:
        checkout = make()
        started = checkout.dev()
        checkout.wait_until_ready(started)
        checkout.stop(started)
        yield checkout.folder.parent


@contextmanager
def checkouts() -> Iterator[Callable[..., Checkout]]:
    """Makes checkouts; whatever they leave running is ended."""
    with ExitStack() as made:

        def make(user: int | None = None, like: Path | None = None) -> Checkout:
            checkout = Checkout(made.enter_context(home()) / "a checkout", user, like)
            made.callback(checkout.remove)
            return checkout

        yield make


@pytest.fixture
def make_checkout() -> Iterator[Callable[..., Checkout]]:
    with checkouts() as make:
        yield make


@pytest.fixture(params=USERS.values(), ids=USERS.keys())
def new_checkout(make_checkout, request) -> Checkout:
    """Fresh from git."""
    return make_checkout(request.param)


@pytest.fixture
def checkout(make_checkout, seed) -> Checkout:
    """One that was started before."""
    return make_checkout(like=seed)


@pytest.fixture(scope="module")
def served(seed, request) -> Iterator[Checkout]:
    """One that runs for all the tests of a module, in the environment that the module names."""
    with checkouts() as make:
        checkout = make(like=seed)
        started = checkout.dev(**request.module.ENVIRONMENT)
        checkout.wait_until_ready(started)
        checkout.announced = checkout.said()
        yield checkout
        checkout.stop(started)
