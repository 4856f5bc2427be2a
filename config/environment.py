"""What an installation may set, typed, read once from the environment.

A wrong value stops the program with one sentence that names the variable and what would be right.
"""

import secrets
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.private_files import make_data_dir, unusable, write_private

BASE_DIR = Path(__file__).resolve().parent.parent
SHORTEST_KEY = 32
SECRETS = {"SECRET_KEY", "DATABASE_URL"}


class Environment(BaseSettings):
    """The variables, their types and defaults; the table in README.md says the same."""

    model_config = SettingsConfigDict(case_sensitive=True, extra="ignore", env_ignore_empty=True)

    HOST: str = Field(default="127.0.0.1", min_length=1, description="address to listen on")
    PORT: int = Field(default=8000, ge=1, le=65535, description="port to listen on")
    DATA_DIR: Path = Field(default=Path(".data"), description="folder of the embedded PostgreSQL, keys and passwords")
    DATABASE_URL: str = Field(default="", description="postgresql://… of any PostgreSQL 15 or newer; empty: embedded")
    SECRET_KEY: str = Field(default="", description="signs sessions and cursors; empty: made and kept in DATA_DIR")
    ALLOWED_HOSTS: str = Field(
        default="", description="host names answered to, comma-separated, besides the local ones"
    )
    HTTPS: bool = Field(default=False, description="true when the public reaches the server over https")
    WORKERS: int = Field(default=2, ge=1, le=64, description="server processes")
    THREADS: int = Field(
        default=16, ge=2, le=256, description="threads of each server process; half of them at most send exports"
    )
    LIMIT_PUBLIC: int = Field(
        default=300,
        ge=0,
        le=1_000_000,
        description="requests a minute that the API answers to one address without a token; 0: any number",
    )
    LIMIT_TOKEN: int = Field(
        default=3000,
        ge=0,
        le=1_000_000,
        description="requests a minute that the API answers to one token; 0: any number",
    )
    PROXIES: int = Field(
        default=0,
        ge=0,
        le=10,
        description="how many proxies of yours stand in front, each adding to X-Forwarded-For; 0: that is not read",
    )
    KEPT_ANSWERS_MB: int = Field(
        default=32,
        ge=0,
        le=4096,
        description="megabytes of each server process for answers that are asked for again while nothing changes",
    )
    ALLOW_SELF_REVIEW: bool = Field(
        default=False,
        description="true: an author may publish their own statements; each one published so says it",
    )
    LOG_LEVEL: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="how much is logged: DEBUG, INFO, WARNING or ERROR"
    )

    @field_validator("DATABASE_URL")
    @classmethod
    def _is_postgresql(cls, url: str) -> str:
        if url and not url.startswith(("postgresql://", "postgres://")):
            raise ValueError("it must start with postgresql://")
        return url

    @field_validator("SECRET_KEY")
    @classmethod
    def _is_long_enough(cls, key: str) -> str:
        if key and len(key) < SHORTEST_KEY:
            raise ValueError(f"it must have at least {SHORTEST_KEY} characters")
        return key

    @property
    def data_dir(self) -> Path:
        """The data folder as an absolute path; relative ones start at the project's root."""
        return (BASE_DIR / self.DATA_DIR.expanduser()).resolve()


def read_environment() -> Environment:
    """Read and check the environment; exit with one sentence a wrong variable."""
    try:
        return Environment()
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(part) for part in problem['loc'])}: {_reason(problem)}"
            for problem in error.errors(include_url=False)
        ]
        raise SystemExit("Wrong setting. " + "; ".join(problems)) from None


def _reason(problem: ErrorDetails) -> str:
    """What pydantic found, with the value unless that may be or hold a password."""
    reason = problem["msg"].removeprefix("Value error, ")
    shown = "" if SECRETS.intersection(problem["loc"]) else f" (it is {problem['input']!r})"
    return f"{reason[0].lower()}{reason[1:]}{shown}"


def secret_key(environment: Environment) -> str:
    """The key from the environment or, made on first use and kept in DATA_DIR with mode 0600, our own."""
    if environment.SECRET_KEY:
        return environment.SECRET_KEY
    path = environment.data_dir / "secret-key"
    try:
        if not path.exists():
            make_data_dir(environment.data_dir)
            write_private(path, secrets.token_urlsafe(48), replace=False)
        key = path.read_text("ascii")
    except OSError as error:
        raise SystemExit(
            unusable(environment.data_dir, error)
            or f"The key in {path} cannot be read or made ({error}): mend that, or set SECRET_KEY."
        ) from None
    except UnicodeDecodeError:
        raise SystemExit(
            f"The key in {path} is damaged: remove the file, and a new one is made (people have to log in again)."
        ) from None
    if len(key) < SHORTEST_KEY:
        raise SystemExit(
            f"The key in {path} is too short: remove the file, and a new one is made (people have to log in again)."
        )
    return key
