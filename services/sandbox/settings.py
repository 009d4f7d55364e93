"""What the sandbox takes from the environment."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`REDRESS_MONGO`, `REDRESS_EXCHANGE_TOKEN` and, for mail, `REDRESS_SANDBOX_SMTP_PORT`."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", frozen=True)

    mongo: str
    exchange_token: SecretStr
    sandbox_smtp_port: int | None = None
