"""Judge the options of a flow: error diagnostics, and the share of rows that may fail."""

from __future__ import annotations

from ...http.errors import CodedError
from ...json_values import Json


def check_options(options: Json | None) -> None:
    """Refuse options that the spec's `optionSpec` does not have.

    Raises:
        CodedError: 1312-400 (assumed).
    """
    for key, value in (options or {}).items():
        number = percent(value)
        is_known = (key == "errorDiagnosticsEnabled" and isinstance(value, bool)) or (
            key == "partialIngestionPercent" and number is not None and 0 < number <= 100
        )
        if not is_known:
            raise CodedError(
                "1312-400", f"The provided param value is not a valid input for property=options.{key[:80]}."
            )


def percent(value: object) -> float | int | None:
    """Return the share of rows that may fail, which is sent as a number or as text; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.replace(".", "", 1).isdecimal() and len(value) < 9:
        number = float(value)
        return int(number) if number.is_integer() else number
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def shown_options(options: Json) -> Json:
    """Return options as they are shown: a percentage that was sent as text reads back as a number."""
    number = percent(options.get("partialIngestionPercent"))
    return options if number is None else {**options, "partialIngestionPercent": number}
