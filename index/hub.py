"""The Hugging Face hub, asked briefly: models come from there unless they are bundled, a folder, or in its cache."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from index.errors import ModelError

HUB_SECONDS = 5.0
"""How long to wait for the hub before saying that it cannot be reached."""


def check_hub(name: str) -> None:
    """Ask the hub about the model once, briefly, so that a slow network cannot hold the program up.

    Raises ModelError where the hub does not answer, or knows no such model.
    """
    from urllib.request import Request, urlopen  # what no search with the bundled model should wait for

    from huggingface_hub import constants
    from huggingface_hub.utils._headers import build_hf_headers

    try:
        if constants.HF_HUB_OFFLINE:
            raise OSError("HF_HUB_OFFLINE is set")
        address = f"{constants.ENDPOINT}/api/models/{quote(name)}"
        urlopen(Request(address, headers=build_hf_headers()), timeout=HUB_SECONDS).close()
    except OSError as problem:
        raise ModelError(
            f"there is no embedding model {name}: expected a folder, a model in the local cache, or one that "
            f"the Hugging Face hub gives ({problem}); check the name and the network, or leave out --model"
        ) from problem


def cached(name: str) -> Path | None:
    """The folder of a model in the hub's cache, with what was fetched of it; None where nothing was."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError):  # the second where it cannot be a name of the hub
        return None


def download(name: str, patterns: Sequence[str]) -> Path:
    """The folder of a model with those of its files that match the patterns, fetched from the hub where needed."""
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, allow_patterns=list(patterns)))
