"""Which system answered: digests of everything that its answers depend on."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import indexes
import qa
from indexes.types import digest
from qa import Library

# What the environment decides of an answer.
VARIABLES = ("QA_READER", "QA_LLM", "QA_LLM_URL", "QA_CHROMA")


def settings_of(library: Library) -> str:
    """Digest of what a team sets: how passages are cut and embedded, how many are read, when to abstain."""
    turned = json.dumps(asdict(library.answerer.settings), sort_keys=True)
    return digest(turned, library.index.catalogue.recipe.fingerprint)


def key_of(library: Library) -> str:
    """Digest of all that decides an answer: articles, settings, weights, environment and the program itself.

    A kept answer is worth what a fresh one is while this stays the same.
    """
    editions = sorted(library.index.catalogue.editions().values())
    variables = [f"{name}={os.environ.get(name, '')}" for name in VARIABLES]
    return digest(
        *editions,
        settings_of(library),
        *variables,
        *_files(Path(qa.__file__).parent),
        *_files(Path(indexes.__file__).parent),
    )


def cache_folder() -> Path:
    """Where answers are kept between runs: $XDG_CACHE_HOME/verbatim-qa/answers."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "verbatim-qa" / "answers"


def _files(folder: Path) -> list[str]:
    """Digests of the code and the weights in a package's folder."""
    paths = sorted(
        p
        for suffix in ("*.py", "*.json", "*.onnx")
        for p in folder.rglob(suffix)
        if "training" not in p.parts
    )
    return [f"{p.relative_to(folder)} {digest(p.read_bytes().hex())}" for p in paths]
