"""What values of inputs may look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_flowservice.resources.values import host, port, port_from_wire

SECRET = "s3cr3t-canary"


@pytest.mark.parametrize(
    "value",
    [
        "redshift.example.com",
        "localhost",
        "127.0.0.1",
        "::1",
        "2001:db8::7",
        "cluster_1.example.com",
        "xn--mller.example",
    ],
)
def test_host_takes_host_names_and_addresses(value: str) -> None:
    """A host name or an IP address is taken as it is."""
    assert host(value) == value


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (f"jdbc:redshift://{SECRET}:5439/dev", "use `port` and `database`"),
        (f"https://{SECRET}", "write the host name only"),
        (f"{SECRET}.example.com/dev", "use `database`"),
        (f"{SECRET}.example.com:5439", "use `port`"),
        (f"{SECRET}.example.com?ssl=true", "use `database`"),
        (f"[::1]{SECRET}", "use `port`"),
        (f"{SECRET}@example.com", "use `username`"),
        (f"example.com;password={SECRET}", "not a valid host name"),
        (f"{SECRET} example.com", "white space"),
        (f" {SECRET}", "white space"),
        (f"{SECRET}\n", "white space"),
        (f"{SECRET}\0", "NUL"),
        ("", "empty"),
        (5439, "quotes"),
    ],
)
def test_host_says_what_to_write_instead(value: object, advice: str) -> None:
    """A refusal names the remedy and never the value, which may be a secret JDBC URL."""
    with pytest.raises(ValueError, match=r".") as refused:
        host(value)

    assert advice in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(("value", "kept"), [(5439, 5439), ("5439", 5439), (1, 1), (65535.0, 65535)])
def test_port_is_kept_as_an_integer(value: object, kept: int) -> None:
    """A number and its text are the same port."""
    assert port(value) == kept


@pytest.mark.parametrize(
    "value", [0, -1, 65536, "012", "", " 5440", "5440x", "٥٤٣٩", 5439.5, True, None, "1" * 5000, "+1"]
)
def test_port_refuses_everything_else(value: object) -> None:
    """What is not a whole number from 1 to 65535 is refused, and not echoed."""
    with pytest.raises(ValueError, match=r"^(is not a whole number|begins with a zero|is out of range: 1 to 65535)"):
        port(value)


@given(st.integers(1, 65535))
def test_a_port_reads_back_as_it_was_written(number: int) -> None:
    """On the API's wire a port is a text; read back it is the integer of the state."""
    assert port_from_wire(str(number)) == port(number) == number


@given(st.text() | st.none() | st.floats(allow_nan=False))
def test_a_port_that_somebody_broke_still_shows(value: object) -> None:
    """Whatever the API shows as a port is kept, so that it shows as drift instead of stopping the refresh."""
    assert port_from_wire(value) == value or port(str(value).lstrip("0")) == port_from_wire(value)
