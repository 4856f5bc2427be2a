"""What the environment may say, and the one sentence for what it may not."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.databases import database_settings
from config.environment import Environment, read_environment, secret_key


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "eighty", "integer"),
        ("PORT", "0", "greater than or equal to 1"),
        ("PORT", "65536", "less than or equal to 65535"),
        ("WORKERS", "0", "greater than or equal to 1"),
        ("THREADS", "1", "greater than or equal to 2"),
        ("HTTPS", "perhaps", "boolean"),
        ("LOG_LEVEL", "LOUD", "'DEBUG'"),
        ("DATABASE_URL", "mysql://u:geheim@h/d", "postgresql://"),
        ("SECRET_KEY", "geheim", "32 characters"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        read_environment()
    message = str(stopped.value)
    assert message.startswith(f"Wrong setting. {name}: ")
    assert says in message
    assert "\n" not in message
    assert "geheim" not in message, "a password was repeated"


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "DATA_DIR", "WORKERS"):
        monkeypatch.setenv(name, "")
    environment = read_environment()
    assert (environment.HOST, environment.PORT) == ("127.0.0.1", 8000)
    assert environment.data_dir.name == ".data"


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    environment = Environment(DATA_DIR=tmp_path / "new" / "data", SECRET_KEY="")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(secret_key, [environment] * 32))
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    path = environment.data_dir / "secret-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in environment.data_dir.iterdir()] == ["secret-key"]


def test_a_key_from_the_environment_makes_no_file(tmp_path: Path) -> None:
    environment = Environment(DATA_DIR=tmp_path / "data", SECRET_KEY="k" * 40)
    assert secret_key(environment) == "k" * 40
    assert not environment.data_dir.exists()


def test_a_damaged_key_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("")
    with pytest.raises(SystemExit, match="too short"):
        secret_key(Environment(DATA_DIR=tmp_path, SECRET_KEY=""))


def test_a_data_dir_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(SystemExit, match="set DATA_DIR"):
        secret_key(Environment(DATA_DIR=tmp_path / "data", SECRET_KEY=""))


def test_a_url_is_taken_apart() -> None:
    url = "postgresql://us%40er:p%2Fw%20d@db.example:6543/na%2Fme?sslmode=require&application_name=x"
    settings = database_settings(Environment(DATABASE_URL=url))["default"]
    assert (settings["USER"], settings["PASSWORD"], settings["NAME"]) == ("us@er", "p/w d", "na/me")
    assert (settings["HOST"], settings["PORT"]) == ("db.example", "6543")
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert settings["OPTIONS"]["application_name"] == "x"
    assert settings["CONN_MAX_AGE"] is None


def test_a_url_may_name_a_socket_folder() -> None:
    settings = database_settings(Environment(DATABASE_URL="postgresql:///name?host=/var/run/x"))["default"]
    assert (settings["HOST"], settings["NAME"], settings["USER"]) == ("/var/run/x", "name", "")


def test_the_public_alias_reads_only_and_not_for_long() -> None:
    url = "postgresql://u@h/d?options=-c%20geqo%3Doff"
    aliases = database_settings(Environment(DATABASE_URL=url))
    assert aliases["default"]["OPTIONS"]["options"] == "-c geqo=off"
    options = aliases["public"]["OPTIONS"]["options"]
    assert options == "-c geqo=off -c default_transaction_read_only=on -c statement_timeout=3000 -c jit=off"
    assert aliases["public"]["TEST"] == {"MIRROR": "default"}


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://u:geheim@h", "must name a database"),
        ("postgresql://u:geheim@h/d?nonsense=1", "cannot be read"),
        ("postgresql://u:geheim%zz@h/d", "cannot be read"),
        ("postgresql://u:geheim@h/d?geheim", "cannot be read"),
        ("postgresql://u:geheim/x@h/d", "cannot be read"),
        ("postgresql://u:1/geheim@h/d", "cannot be read"),
        ("postgresql://u:x@geheim@h/d", "cannot be read"),
        ("postgresql://u:geheim@h:geheim/d", "cannot be read"),
        ("postgresql://u:geheim@h:/d?=", "DATABASE_URL"),
    ],
)
def test_a_wrong_url_is_one_sentence(url: str, says: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        database_settings(Environment(DATABASE_URL=url))
    message = str(stopped.value)
    assert message.startswith("Wrong setting. DATABASE_URL: ")
    assert says in message
    assert "geheim" not in message
