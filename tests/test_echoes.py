"""What a text from outside may say: anything but a secret, whatever its spelling."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pulumi_flowservice.redaction import PROCESS, ProcessSecrets, Secrets, one_line

from campaigns.echoes import main
from tests.support.echoes import BORDERS, ENCODERS, STRINGS, echo, is_printed, letters, surroundings
from tests.support.harmless_texts import HARMLESS
from tests.support.sample_inputs import KEY_FILE, PEM

PASSWORD = "Xk9-vT2!mQ7z"
SQLSERVER = (
    "Data Source=tcp:db.example.com,1433;Initial Catalog=dev;User ID=loader;Password=Connection#2025;"
    "Encrypt=True;TrustServerCertificate=False;Connection Timeout=30"
)
JDBC = "jdbc:sqlserver://db.example.com:1433;databaseName=dev;user=loader;password=Winter#2024;encrypt=true"
AZURE = (
    "jdbc:sqlserver://db.example.com:1433;database=dev;user=loader@db;password=Winter#2024;encrypt=true;"
    "trustServerCertificate=false;hostNameInCertificate=*.database.windows.net;loginTimeout=30;"
)
SNOWFLAKE = (
    "jdbc:snowflake://a.example.com/?user=me@example.com&password=Winter%232024&db=dev&warehouse=LOAD&role=LOADER"
)
KEY = base64.b64encode(bytes(range(251)) * 3).decode()
TOKEN = (
    "eyJhbGciOiJSUzI1NiJ9."
    + base64.b64encode(b'{"id":"17000_abc","type":"access_token"}').decode()
    + ".c2lnLVNJRy0xMjM"
)
VISIBLE = {"server": "db.example.com", "database": "dev", "username": "loader", "port": 5432}

# What people choose, what programs make, and what is hard to tell from its surroundings.
passwords = st.one_of(
    st.text("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", min_size=1, max_size=20),
    st.from_regex(r"[!-/]{0,6}[a-zA-Z0-9][!-/]{0,6}", fullmatch=True),
    st.from_regex(r"[!-~]{1,7}", fullmatch=True),
    st.from_regex(r"[!-~]{8,30}", fullmatch=True),
    st.from_regex(r"[!-~]{8,30}", fullmatch=True).map(lambda text: text * 100).map(lambda text: text[:2000]),
    st.text(st.characters(categories=["L", "N", "P", "Sc", "Sm", "So"]), min_size=1, max_size=30),
    st.binary(min_size=9, max_size=64).map(lambda data: base64.b64encode(data).decode()),
)


@pytest.mark.long
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    passwords,
    st.lists(st.sampled_from(sorted(ENCODERS)), max_size=3),
    st.sampled_from(sorted(STRINGS)),
    st.data(),
)
def test_no_spelling_of_a_password_is_quoted(password: str, names: list[str], string: str, data: st.DataObject) -> None:
    """Encoded by up to three encoders, one after the other, each time within other text; a connection string has it."""
    around = data.draw(st.lists(st.sampled_from(surroundings(password)), min_size=4, max_size=4))

    assert not is_printed(echo(password, names, around, string))


@pytest.mark.long
@settings(max_examples=200, deadline=None)
@given(st.from_regex(r"[a-zA-Z0-9#/]{24,40}", fullmatch=True), st.sampled_from(sorted(ENCODERS)), st.integers(0, 12))
def test_no_eight_letters_of_a_password_are_quoted(password: str, name: str, start: int) -> None:
    """A piece is enough, wherever it was cut out."""
    piece = password[start : start + 12]
    assume(len(letters(piece)) >= 8)

    assert not is_printed(echo(piece, [name], [(" ", " ")] * 2), Secrets([password]))


@pytest.mark.long
def test_no_random_echo_is_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    """The command that counts them finds none."""
    assert main(["--count", "2000", "--seed", "7"]) == 0
    assert capsys.readouterr().out.startswith("0 of 2000")


@pytest.mark.parametrize(
    ("password", "text"),
    [
        ("p/ss=w&rd'2025", r"p\/ss=w&rd'2025"),
        ("p/ss=w&rd'2025", r"p/ss\u003dw\u0026rd\u00272025"),
        ("p/ss=w&rd'2025", "p%2fss%3dw%26rd%272025"),
        ("p/ss=w&rd'2025", "p/ss=w&amp;rd&#39;2025"),
        ("p/ss=w&rd'2025", "p/ss=w&amp;rd&amp;#39;2025"),
        ("p/ss=w&rd'2025", "PWD=p/ss=w&rd''2025"),
        ("p/ss=w&rd'2025", "P/SS=W&RD'2025"),
        ("p/ss=w&rd'2025", r"p\x2fss\075w\046rd\0472025"),
        ("p/ss=w&rd'2025", "p/ss=3Dw&rd'2025"),
        ("p/ss=w&rd'2025", "p/ss=w&\r\n rd'2025"),
        ("p/ss=w&rd'2025", "p/ss=<wbr>w&<wbr>rd'2025"),
        ("p/ss=w&rd'2025", "\uff50/\uff53\uff53=\uff57&\uff52\uff44'2025"),
        ("P\u00e4ssw\u00f6rter", "Pa\u0308sswo\u0308rter"),
        ("P\u00e4ssw\u00f6rter", r"P\u00e4ssw\u00f6rter"),
        ("P\u00e4ssw\u00f6rter", "P%C3%A4ssw%C3%B6rter"),
        ("P\u00e4ssw\u00f6rter", "P%E4ssw%F6rter"),
        ("P\u00e4ssw\u00f6rter", "P\u00c3\u00a4ssw\u00c3\u00b6rter"),
        ("P\u00e4sswort-\u20ac\u2026", "P\u00c3\u00a4sswort-\u00e2\u201a\u00ac\u00e2\u20ac\u00a6"),
        ("\u20ac\u2026", "got \u00e2\u201a\u00ac\u00e2\u20ac\u00a6."),
        ("P\u00e4ssw\u00f6rter", "P&auml;ssw&Ouml;rter"),
        ("P\u00e4ssw\u00f6rter", r"P\303\244ssw\xc3\xb6rter"),
        ("dA3/bc(E", "password=dA3=2Fbc=28E"),
        ("A<7m<nTl'],S", "\uff21\uff3c\uff1c7m\uff3c\uff1c\uff3c\xadnTl'],S"),
        ("b cd(e", "login b\r\n\t cd(e failed"),
        ("ab=c", "the login ab%3Dc failed"),
        ("ab=c", r"{\"password\":\"ab\\u003dc\"}"),
        ("a b", "a+b"),
        ("it's", "password='it''s'"),
        ("!$%&", "!$%25&amp;"),
        ("\u2603\U0001f600", r'"\u2603\ud83d\ude00"'),
    ],
)
def test_spellings(password: str, text: str) -> None:
    """The spellings that were really seen, and those of services that this provider speaks to."""
    assert Secrets([password]).quote(text) is None
    assert Secrets([{"auth": [password, 1]}]).quote(json.dumps({"message": text})) is None


PROCESS_SECRETS = ProcessSecrets()
PROCESS_SECRETS.learn("p8e-4hQx_7Vn2KfLmZ0sTgWc9RbYdA1uEoXi", TOKEN)


@pytest.mark.parametrize(
    "secrets",
    [
        [PASSWORD],
        [SQLSERVER],
        [JDBC],
        [AZURE],
        [SNOWFLAKE],
        ["Connection#2025"],
        ["Snowflake_2025", "Administrator1", "Password1!", "pulumi"],
        [PASSWORD, "prod"],
        ['database="prod"'],
        [SQLSERVER, "Connection#2025", 'database="prod"'],
        [PEM],
        [KEY_FILE],
        [base64.b64encode(KEY_FILE.encode()).decode(), KEY],
        [PASSWORD, SQLSERVER, PEM, "good-1", "a7$"],
    ],
    ids=lambda secrets: secrets[-1][:12],
)
def test_what_services_say_is_quoted(secrets: list[str]) -> None:
    """With ordinary secrets, also with those that contain words of these texts."""
    known = Secrets(secrets, visible=VISIBLE, process=PROCESS_SECRETS)

    assert [text for text in HARMLESS if known.quote(text) is None] == []


@pytest.mark.parametrize("secret", ["database", "Password", "connection"])
def test_a_secret_that_is_an_ordinary_word(secret: str) -> None:
    """Texts with the word are left out, and all others are quoted."""
    left_out = {text for text in HARMLESS if Secrets([secret]).quote(text) is None}

    assert left_out == {text for text in HARMLESS if letters(secret) in letters(text)}


@pytest.mark.parametrize(
    ("text", "is_quoted"),
    [
        ("Connection refused", True),
        ("the connections of 2025", True),
        ("Connection#2025", False),
        ("nection-2025 refused", False),
        ("ion#2025", True),
    ],
)
def test_a_secret_that_begins_with_an_ordinary_word(text: str, is_quoted: bool) -> None:
    """Eight letters within the word do not count; eight that reach out of it do."""
    assert (Secrets(["Connection#2025"]).quote(text) is not None) == is_quoted


def test_letters_of_visible_inputs() -> None:
    """Eight letters of a secret that a visible input has too may be shown, unless they are all of it."""
    shown = {"server": "warehouse-eu.example.com", "tags": ["analytics"]}
    text = "no route to warehouse-eu.example.com for analytics"

    assert Secrets(["warehouse-eu#7"]).quote(text) is None
    assert Secrets(["warehouse-eu#7"], visible=shown).quote(text) == text
    assert Secrets(["warehouse-eu#7"], visible=shown).quote("warehouse-eu7") is None
    assert Secrets(["Analytics"], visible=shown).quote(text) is None


@pytest.mark.parametrize(
    ("secret", "text", "is_quoted"),
    [
        ("dev", 'database "dev" does not exist', False),
        ("dev", "DEV!", False),
        ("dev", "the device of a developer, dev2", True),
        ("p-1", "p_1 and p1", True),
        ("p-1", "project p-1", False),
        ("-1", "x-1", False),
        ("-1", "x-12", True),
        ("***", "a***b", False),
        ("***", "a**b", True),
        (12345, "code 12345", False),
        ("!" * 30 + "x", "cut off: " + "!" * 20, False),
        ("", "anything", True),
        ("\u200b\u00ad", "any thing", True),
        ("I<3 you>", "I am", True),
        (None, "None", True),
        (True, "True", True),
    ],
)
def test_secrets_with_few_letters(secret: object, text: str, is_quoted: bool) -> None:
    """They are looked for with their signs, and as words of their own."""
    assert (Secrets([secret]).quote(text) is not None) == is_quoted


CONNECTION_STRINGS = [
    SQLSERVER.replace("Connection#2025", "Winter#2024"),
    JDBC,
    "Server=db.example.com;Database=dev;Port=1433;UID=loader;PWD=Winter#2024;",
    "Server = db.example.com ; Database = dev ; Port = 1433 ; UID = loader ; PWD = {Winter#2024}",
    "host=db.example.com port=1433 dbname=dev user=loader password='Winter#2024'",
    "postgresql://loader:Winter%232024@db.example.com:1433/dev?sslmode=require",
    "jdbc:postgresql://db.example.com:1433/dev?user=loader&password=Winter%232024",
    "jdbc:sqlserver://db.example.com:1433;database=dev;user=loader;loginTimeout=30;password={Winter#2024}",
    "jdbc:oracle:thin:loader/Winter#2024@//db.example.com:1433/dev",
    "DBCName=db.example.com;Port=1433;Database=dev;Uid=loader;Pwd=Winter#2024",
]


@pytest.mark.parametrize("secret", CONNECTION_STRINGS)
def test_parts_of_a_connection_string(secret: str) -> None:
    """Its keys may be in a text; host, port, database and user are replaced by these words; nothing else is quoted."""
    known = Secrets([secret])

    assert (
        known.quote("Cannot open DB.example.com:1433, Database dev: Login failed for User 'LOADER'")
        == "Cannot open host:port, Database database: Login failed for User 'user'"
    )
    assert known.quote("Password=Winter%25232024") is None
    assert known.quote(json.dumps(secret)) is None
    assert known.quote(base64.b64encode(secret.encode()).decode()) is None
    # A host in another spelling is not replaced, so it is not shown either.
    assert known.quote("&#100;b.example.com is down") is None


@pytest.mark.parametrize(
    "secret",
    [
        "pass=word;key=1",
        "a:b@c",
        "N:cb:U$@ym-i'[:l",
        "mysql:k9@vT2",
        "user/pass@host",
        "https://hooks.example.com/T0/s3cr3t",
        '{"a": "true"}',
        "Server=x",
    ],
)
def test_what_only_looks_like_a_connection_string(secret: str) -> None:
    """It is one secret, and nothing in it may be shown."""
    assert Secrets([secret]).quote(f"got {secret}.") is None


@pytest.mark.parametrize(
    ("secret", "pieces"),
    [
        ("jdbc:mysql://h/d?user=u&password=p#1;q$2&ssl=true", ["p#1", "q$2"]),
        ("jdbc:mysql://h/d?user=u;password=a=b&c#", ["a=b", "c#"]),
        ("jdbc:sqlserver://h;password={p;q}", ["{p;q}"]),
        ("jdbc:sqlserver://h;user=u;password=''", ["''"]),
        # A user may have an at sign, as in Azure and Snowflake, and a password may have any.
        ("jdbc:sqlserver://h:1433;user=u@h;password=p#1;encrypt=true", ["p#1"]),
        ("jdbc:sqlserver://h;password=P@ssw0rd;encrypt=true", ["P@ssw0rd"]),
        ("jdbc:sqlserver://h;user=u;password=p&q#;encrypt=true", ["p&q#"]),
        ("jdbc:sqlserver://h;user=u;password=Summer&25#;encrypt=true", ["Summer&25#", "xSummer&25#x"]),
        ("jdbc:postgresql://h:5432/d?user=u@h&password=Secret#2025", ["Secret#2025"]),
        ("jdbc:snowflake://h/?user=u@example.com&password=Secret#2025&db=d", ["Secret#2025"]),
        ("jdbc:teradata://h/DATABASE=d,USER=u,PASSWORD=p#1", ["p#1"]),
        ("postgresql://u:p@ss:w0rd@h:5432/d", ["p@ss:w0rd"]),
        ("jdbc:oracle:thin:u/p@s@//h:1521/d", ["p@s"]),
        ("jdbc:oracle:thin:u/D@Mc?c41qz@//h:1521/d", ["D@Mc?c41qz", "aD@Mc?c41qzb"]),
        # The separator should have been quoted, and a driver may name the piece behind it.
        ("Server=h;Database=d;Password=Summer;c#;Encrypt=True", ["Summer", "c#", "mer;c#"]),
        ("Server=h;Database=d;Password='it''s;x';AccountKey=1234", ["it's;x", "1234"]),
        ("https://u:p#1@h/hooks/s3cr3t", ["p#1", "hooks/s3cr3t"]),
        ("Server=h;Database=d;Password=12345;Timeout=30", ["12345"]),
    ],
)
def test_unusual_values_of_connection_strings(secret: str, pieces: list[str]) -> None:
    """Nothing falls between the values that are secret and those that have a name."""
    assert [piece for piece in pieces if Secrets([secret]).quote(f"got {piece}.") is not None] == []
    assert Secrets([secret]).quote("the timeout of 30 seconds is over") is not None


def test_values_that_may_be_secret_are_replaced() -> None:
    """Where nobody knows what is secret, a text stays and tells names instead of values."""
    known = Secrets(
        [PASSWORD], replace={"server": "db.example.com", "port": 5439, "username": "loader", "tags": ["eu"]}
    )

    assert known.quote('user "loader" at DB.EXAMPLE.COM:5439, loaders, eu') == (
        'user "username" at server:port, loaders, tags'
    )
    assert known.quote("user load%65r") is None
    assert known.quote("user load\r\n er") is None
    assert known.quote("at db=\r\n==\r\n.exam=\r\nple.com") is None
    assert known.quote("at xdb.example.comx") == "at xdb.example.comx"
    assert known.quote(f"loader:{PASSWORD}") is None


@pytest.mark.long
@given(
    passwords, st.lists(st.sampled_from(sorted(ENCODERS)), max_size=2), st.lists(st.sampled_from(BORDERS), min_size=3)
)
def test_no_spelling_of_a_value_that_may_be_secret_is_shown(
    value: str, names: list[str], around: list[tuple[str, str]]
) -> None:
    """Broken over lines, or encoded: its name stands in its place, or the text is left out."""
    assume(len(letters(value)) >= 8)

    shown = Secrets(replace={"server": value}).quote(echo(value, names, around).text)

    assert shown is None or letters(value) not in letters(shown)


def test_a_secret_is_found_although_a_part_of_it_would_be_replaced() -> None:
    """The name of the database in the middle of a password does not break it in two."""
    assert Secrets(["loader-dev-Pass99"], replace={"database": "dev"}).quote("got loader-dev-Pass99") is None


def test_credentials_of_the_process() -> None:
    """They are learned at any time, and hold for all calls."""
    process = ProcessSecrets()
    known = Secrets(process=process)
    text = f"bad form: client_secret={PASSWORD}"

    assert known.quote(text) == text
    process.learn(PASSWORD, None)
    assert known.quote(text) is None
    process.learn(PASSWORD, TOKEN)
    assert known.quote(f"Bearer {TOKEN[30:]}") is None
    assert Secrets().quote(text) == text and PROCESS is not process


@pytest.mark.parametrize(
    "secrets",
    [
        [PASSWORD],
        (each for each in (PASSWORD,)),
        {"a": [{"b": (PASSWORD, 1)}]},
        {"a": PASSWORD}.values(),
        [PASSWORD.encode()],
    ],
    ids=["list", "generator", "nested", "view", "bytes"],
)
def test_secrets_in_any_container(secrets: Iterable[object]) -> None:
    """None is overlooked."""
    assert Secrets(secrets).quote(f"got {PASSWORD}") is None


def test_nothing_is_shown_of_the_secrets_themselves() -> None:
    """Not by `repr`, nor as attributes."""
    process = ProcessSecrets()
    process.learn(PASSWORD)
    known = Secrets([PASSWORD], replace={"a": "hidden-value"}, process=process)
    known.quote("x")

    assert not any(word in f"{known} {known!r} {process!r}" for word in (PASSWORD, "hidden"))
    assert not hasattr(known, "__dict__")


def test_one_line() -> None:
    """No character of a text controls the terminal or hides another one."""
    assert one_line("a\x1b[31m\r\nb\u202ec\u200bd\u2028e\x85\ufeff\ud800\u00e9") == (
        "a\\x1b[31m\\r\\nb\\u202ec\\u200bd\\u2028e\\x85\\ufeff\\ud800\u00e9"
    )
    assert Secrets().quote(" a\x1b[31m\r\n\tb\u202e ") == "a\\x1b[31m b\\u202e"


@given(st.text(st.characters()), st.text(st.characters()) | st.text("\\u%x=&#;<>0d8\n"))
def test_any_text_is_quoted_in_one_line_or_left_out(secret: str, text: str) -> None:
    """Whatever is in it, also halves of surrogate pairs, nothing is raised."""
    shown = Secrets([secret], replace={"name": secret[:3]}).quote(text)

    assert shown is None or (shown.isprintable() and len(shown) <= 400)
