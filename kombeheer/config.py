"""Settings come from the environment only; a wrong one stops the start with a sentence.

Every setting is listed in docs/settings.md, which a house test checks.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "KOMBEHEER_"
ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
SECRET_LENGTH_MIN = 32
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


class SettingError(Exception):
    """A setting is unknown or unsafe; its text is the sentence to show."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment may set, each as `KOMBEHEER_` and the name in capitals."""

    database_url: str
    secret_key: str
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = 0

    @property
    def is_local(self) -> bool:
        """Tell whether the public address is this machine only."""
        return (urlsplit(self.public_url).hostname or "") in _LOCAL_HOSTS

    @property
    def is_https(self) -> bool:
        """Tell whether browsers reach us over an encrypted connection."""
        return urlsplit(self.public_url).scheme == "https"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Return the settings, with defaults for a machine that serves only itself.

        Raises:
            SettingError: an unknown `KOMBEHEER_` name, or an unsafe value.
        """
        given = os.environ if environment is None else environment
        known = {PREFIX + field.name.upper(): field.name for field in fields(cls)}
        ours = {name: value for name, value in given.items() if name.startswith(PREFIX)}
        unknown = sorted(
            name for name in ours if name not in known and not name.startswith(PREFIX + "TEST_")
        )
        if unknown:
            raise SettingError(
                f"{unknown[0]} is geen bekende instelling. Bekend zijn: {', '.join(sorted(known))}."
            )
        values = {known[name]: value.strip() for name, value in ours.items() if name in known}
        public_url = values.get("public_url", "http://127.0.0.1:8000").rstrip("/")
        proxies = values.get("trusted_proxies", "0")
        if not proxies.isdecimal() or int(proxies) > 5:
            raise SettingError(
                f"KOMBEHEER_TRUSTED_PROXIES is '{proxies}'. Geef een aantal van 0 tot en met 5."
            )
        settings = cls(
            database_url=_database_url(values.get("database_url", "")),
            secret_key=values.get("secret_key", ""),
            public_url=public_url,
            trusted_proxies=int(proxies),
        )
        settings._require_safe()
        return settings if settings.secret_key else settings._with_own_secret()

    def _require_safe(self) -> None:
        address = urlsplit(self.public_url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise SettingError(
                f"KOMBEHEER_PUBLIC_URL is '{self.public_url}'. Geef een adres als https://kom.example."
            )
        if address.scheme == "http" and not self.is_local:
            raise SettingError(
                f"KOMBEHEER_PUBLIC_URL is '{self.public_url}'. Buiten deze machine is alleen https "
                "veilig: wachtwoorden en sleutels gaan anders leesbaar over de lijn."
            )
        if not self.secret_key and not self.is_local:
            raise SettingError(
                "KOMBEHEER_SECRET_KEY ontbreekt. Zet daarin minstens 32 willekeurige tekens, "
                "bijvoorbeeld uit: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
            )
        if self.secret_key and len(self.secret_key) < SECRET_LENGTH_MIN:
            raise SettingError(
                f"KOMBEHEER_SECRET_KEY is {len(self.secret_key)} tekens lang. "
                f"Geef er minstens {SECRET_LENGTH_MIN}, willekeurig gekozen."
            )

    def _with_own_secret(self) -> Settings:
        """Keep a secret beside the local database, so that sessions survive a restart."""
        INSTANCE.mkdir(exist_ok=True)
        file = INSTANCE / "secret_key"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(48), encoding="ascii")
        return Settings(
            self.database_url, file.read_text("ascii"), self.public_url, self.trusted_proxies
        )


def _database_url(given: str) -> str:
    if not given:
        INSTANCE.mkdir(exist_ok=True)
        return f"sqlite:///{INSTANCE / 'kombeheer.sqlite'}"
    if given.startswith("postgresql://"):
        return given.replace("postgresql://", "postgresql+psycopg://", 1)
    if not given.startswith(("sqlite:///", "postgresql+psycopg://")):
        scheme = given.partition(":")[0]
        raise SettingError(
            f"KOMBEHEER_DATABASE_URL begint met '{scheme}:'. Geef een adres dat begint met "
            "sqlite:/// of postgresql://."
        )
    return given
