"""What the tests of deployment read: documents, and the environment variables that the code asks for."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PRIVATE = {"LISTEN_FD", "LAUNCHER_FD"}  # handed from bin/dev to the server it starts
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def variables_read(folder: Path) -> set[str]:
    """Names of the environment variables that the modules in ``folder`` read, by ``env`` or ``os.environ``."""
    trees = [ast.parse(file.read_text()) for file in folder.rglob("*.py")]
    return {name for tree in trees for node in ast.walk(tree) for name in _asked(node)} - PRIVATE


def _asked(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Call) and node.args:
        door = ast.unparse(node.func)
        if door in ("env", "os.environ.get", "os.environ.pop", "os.getenv") or re.fullmatch(r"env\.\w+", door):
            return _constant(node.args[0])
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ" and isinstance(node.ctx, ast.Load):
        return _constant(node.slice)
    return []


def _constant(node: ast.AST) -> list[str]:
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def variables_documented() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE))


def variables_in_example() -> set[str]:
    return set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def variables_wanted_by_compose() -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))
