"""Read the option `--dataset` of the command."""

from __future__ import annotations

from pathlib import Path

from .json_values import InvalidJsonError, Json, strict_json
from .resources.datasets.definition import DATASETS, definition, make_dataset
from .service import Service


def add_datasets(text: str, service: Service) -> None:
    """Make the datasets that an option describes, where their sandbox has none of that name.

    Raises:
        ValueError: the text has another form, or a dataset is not possible.
    """
    bodies = _from_file(text) if text.endswith(".json") else [parse_dataset(text)]
    for wanted in [definition(each) for each in bodies]:
        # A database file has those of the last start.
        if not any(
            (each.sandbox, each.document["name"]) == (wanted.sandbox, wanted.name)
            for each in service.store.all(DATASETS)
        ):
            make_dataset(wanted, service)


def parse_dataset(text: str) -> Json:
    """Return the dataset that `NAME FIELD=TYPE …` describes; `sandbox=NAME` among the fields is its sandbox.

    Raises:
        ValueError: the text has another form.
    """
    words = text.split()
    name = [word for word in words if "=" not in word]
    pairs = words[len(name) :]
    if not name or not pairs or not all("=" in each for each in pairs):
        raise ValueError(f"--dataset takes NAME and then FIELD=TYPE pairs, or a file that ends in .json, not {text!r}")
    fields = dict(each.split("=", 1) for each in pairs)
    sandbox = fields.pop("sandbox", "dev")
    required = [path for path, kind in fields.items() if kind.endswith("!")]
    types = {path: kind.removesuffix("!") for path, kind in fields.items()}
    return {"name": " ".join(name), "sandbox": sandbox, "fields": types, "required": required}


def _from_file(path: str) -> list[Json]:
    """Return the bodies of a file: one as for `POST /emulator/datasets`, or a list of them."""
    try:
        content = strict_json(Path(path).read_bytes())
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from None
    except InvalidJsonError as error:
        raise ValueError(f"{path} is no list of datasets: {error}") from None
    listed = content if isinstance(content, list) else [content]
    bodies = [each for each in listed if isinstance(each, dict)]
    if len(bodies) < len(listed):
        raise ValueError(f"{path} is no list of datasets: each must be a JSON object")
    return bodies
