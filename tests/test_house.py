"""The house itself: imports go one way, each foreign library has one home, the README tells what is true.

`python tests/test_house.py` (or `make docs`) writes the --help texts into the README.
"""

import ast
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ["indexes", "qa", "evals"]
SOURCES = sorted([*(p for name in PACKAGES for p in (ROOT / name).rglob("*.py")), ROOT / "app.py"])

# What each package may import of ours; qa/cli.py is where the commands meet.
ALLOWED = {
    "indexes": set(),
    "qa": {"indexes"},
    "evals": {"qa", "indexes"},
    "app.py": {"evals", "qa", "indexes"},
}
COMMAND_LINE = ROOT / "qa" / "cli.py"

TRAINING = {f"qa/training/{name}.py" for name in ("network", "fit", "export")}
HOMES = {
    "chromadb": {"indexes/vectors.py", "evals/stock.py", "evals/peers.py"},
    "sqlite3": {
        "indexes/catalogue.py",
        "indexes/database.py",
        "indexes/schema.py",
        "indexes/sayings.py",
        "indexes/settle.py",
        "indexes/audit.py",
    },
    "gradio": {"app.py", "qa/panes.py"},
    "llama_index": {"qa/llama.py", "qa/llm.py", "qa/prompt.py", "evals/stock.py", "evals/peers.py"},
    "httpx": {"qa/llm.py"},
    "ollama": {"qa/llm.py"},
    "sentence_transformers": {"indexes/engines.py", "evals/peers.py"},
    "torch": {"indexes/engines.py", "qa/foreign.py", *TRAINING},
    "transformers": {"indexes/engines.py", "qa/foreign.py", "qa/training/network.py", "evals/peers.py"},
    "sklearn": {"qa/training/calibrate.py"},
    "tokenizers": {"indexes/weights.py"},
    "onnxruntime": {"indexes/engines.py", "qa/model.py"},
    "openvino": {"indexes/compiled.py"},
    "onnx": {"indexes/graph.py", "qa/training/export.py"},
    "nltk": {"indexes/split.py"},
    "yaml": {"indexes/load.py"},
    "trafilatura": {"indexes/pages.py"},
    "htmldate": {"indexes/metadata.py"},
    "lxml": {"indexes/pages.py", "indexes/metadata.py", "indexes/feeds.py"},
    "pypdf": {"indexes/documents.py"},
    "docx": {"indexes/documents.py"},
    "socket": {"indexes/fetch.py"},
    "subprocess": {"indexes/sandbox.py", "evals/race.py", "evals/limit.py", "evals/growth.py"},
    "filelock": {"indexes/vectors.py", "indexes/index.py", "indexes/shards.py", "evals/building.py"},
    "tqdm": {"evals/support.py", "qa/bar.py", "qa/training/__main__.py", "evals/baselines.py"},
    "langchain_chroma": {"evals/peers.py"},
    "langchain_huggingface": {"evals/peers.py"},
    "langchain_text_splitters": {"evals/peers.py"},
    "langchain_core": {"evals/peers.py"},
    "txtai": {"evals/peers.py"},
    "haystack": {"evals/peers.py"},
    "haystack_integrations": {"evals/peers.py"},
    "jinja2": {"evals/report_page.py"},
    "markupsafe": {"evals/report_page.py"},
}
BANNED_SUFFIXES = (
    "Manager",
    "Service",
    "Factory",
    "Handler",
    "Helper",
    "Processor",
    "Base",
    "Impl",
    "Util",
    "Utils",
)
SYNONYMS = re.compile(
    r"chunk|snippet", re.IGNORECASE
)  # the word is passage; only the adapters know the others


def imported(path: Path) -> set[str]:
    """The top-level modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_keeps_to_its_place(path: Path):
    place = path.relative_to(ROOT).as_posix()
    names = imported(path)

    if path != COMMAND_LINE:
        assert names & {*PACKAGES, "app"} <= ALLOWED[place.split("/")[0]] | {place.split("/")[0]}
    strangers = {library for library, homes in HOMES.items() if library in names and place not in homes}
    assert not strangers
    assert "unittest" not in names
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_names_are_the_projects_words(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [
        n.name for n in ast.walk(tree) if isinstance(n, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert not [name for name in names if name.endswith(BANNED_SUFFIXES)]
    if path.name != "llama.py":
        assert not [name for name in names if SYNONYMS.search(name)]
    assert path.stem not in {"utils", "util", "helpers", "common", "misc", "base"}
    assert ast.get_docstring(tree)


def test_no_function_body_stands_twice():
    seen: dict[str, str] = {}
    twins = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                dump = ast.dump(ast.Module(body, []))
                if len(list(ast.walk(ast.Module(body, [])))) >= 40:
                    if dump in seen:
                        twins.append((seen[dump], f"{path.name}:{node.name}"))
                    seen[dump] = f"{path.name}:{node.name}"

    assert not twins


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_are_there_sorted_and_documented(package: str):
    module = __import__(package)

    assert list(module.__all__) == sorted(
        module.__all__, key=lambda n: (not n.isupper(), not n[0].isupper(), n)
    )
    for name in module.__all__:
        assert getattr(module, name).__doc__ or isinstance(getattr(module, name), str)


def test_every_error_tells_its_place_in_one_tree():
    import qa
    from indexes import errors

    tree = errors.__doc__ or ""
    assert all(c.__name__ in tree for c in vars(errors).values() if isinstance(c, type))
    assert issubclass(qa.QuestionError, qa.QAError)


# -- the README ------------------------------------------------------------------------------------------------

README = ROOT / "README.md"
COMMANDS = ["", "index", "ask", "verify", "articles", "quotes", "check", "chat", "eval", "gold", "gold add"]
HELP_BLOCK = re.compile(r"(<!-- help -->\n```text\n).*?(\n```\n)", re.DOTALL)


def help_texts() -> str:
    """What every command says of itself, at a width of 100."""
    texts = []
    for command in COMMANDS:
        run = subprocess.run(
            [sys.executable, "-m", "qa", *command.split(), "--help"],
            capture_output=True, text=True, check=True, cwd=ROOT, env={"COLUMNS": "100", "PATH": "", "NO_COLOR": "1"},
        )  # fmt: skip
        texts.append(f"$ qa {command}{' ' if command else ''}--help\n{run.stdout.strip()}")
    return "\n\n".join(texts)


def with_help(readme: str) -> str:
    text = help_texts()
    return HELP_BLOCK.sub(lambda m: m.group(1) + text + m.group(2), readme)


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="argparse words its help differently in each Python version"
)
def test_the_help_in_the_readme_is_the_programs():
    readme = README.read_text(encoding="utf-8")

    assert HELP_BLOCK.search(readme)
    assert with_help(readme) == readme, "run: make docs"


def test_the_tree_in_the_readme_is_the_tree():
    tree = README.read_text(encoding="utf-8").split("<!-- tree -->\n```text\n")[1].split("```")[0]
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    modules = {
        p
        for p in tracked
        if p.endswith(".py") and p.split("/")[0] in PACKAGES and not p.endswith("__main__.py")
    }
    told, folders = set(), []
    for line in tree.splitlines():
        name = line.split()[0] if line.strip() else ""
        depth = (len(line) - len(line.lstrip())) // 2
        folders = [*folders[:depth], name]
        if name.endswith(".py") and name != "__main__.py":
            told.add("".join(folders))

    assert told - {"app.py"} == modules


def test_python_in_the_readme_runs(harbour: Path, tmp_path: Path):
    readme = README.read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert blocks
    for block in blocks:
        code = block.replace('".index"', repr(str(tmp_path / "index"))).replace(
            '"articles/"', repr(str(harbour))
        )
        exec(compile(code, "README.md", "exec"), {})


def test_the_wheel_works_without_the_checkout(tmp_path: Path):
    """Built, unpacked and run alone, with the dependencies of this environment and none of its tools."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=False)
    site = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", wheel, site], check=True)
    (site / "dependencies.pth").write_text(str(Path(pytest.__file__).parent.parent), encoding="utf-8")
    python = tmp_path / "venv" / "bin" / "python"
    (tmp_path / "a.txt").write_text("Crane falls\n\nA crane fell on Elm Quay.", encoding="utf-8")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [python, "-I", "-m", "qa", *arguments], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "1 added" in run("index", "a.txt")
    assert "A crane fell on Elm Quay." in run("ask", "What fell on Elm Quay?")
    where = subprocess.run(
        [python, "-I", "-c", "import qa, app; print(qa.__file__, app.__file__)"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert where.stdout.count(str(site)) == 2, where.stderr


if __name__ == "__main__":
    README.write_text(with_help(README.read_text(encoding="utf-8")), encoding="utf-8")
