"""Which providers of models there are, and what each needs. Imports none of them: that takes seconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from urllib.parse import urlsplit

from skywright.brains.model.settings import Settings
from skywright.errors import NotFound, Unavailable, Usage

REQUESTS = "SKYWRIGHT_MODEL_REQUESTS"
"""Where models may be asked: `any` (if it is not set), `loopback`, or `none`."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody who serves models.

    Attributes:
        package: the import that has to be there.
        extra: of pydantic-ai-slim, which brings it.
        keys: environment variables of which one has to hold a key; empty: none is needed.
        url: the environment variable for its address; empty: it has one.
        default_url: where it is if nobody says.
    """

    package: str
    extra: str
    keys: tuple[str, ...] = ()
    url: str = ""
    default_url: str = ""


PROVIDERS: Mapping[str, Provider] = {
    "anthropic": Provider("anthropic", "anthropic", ("ANTHROPIC_API_KEY",)),
    "openai": Provider("openai", "openai", ("OPENAI_API_KEY",)),
    "azure": Provider("openai", "openai", ("AZURE_OPENAI_API_KEY",), "AZURE_OPENAI_ENDPOINT"),
    "google": Provider("google.genai", "google", ("GOOGLE_API_KEY", "GEMINI_API_KEY")),
    "bedrock": Provider("boto3", "bedrock"),
    "ollama": Provider("openai", "openai", (), "OLLAMA_BASE_URL", "http://127.0.0.1:11434/v1"),
    "openai-compatible": Provider("openai", "openai", (), "OPENAI_BASE_URL"),
}
"""Names and variables as pydantic-ai has them (https://ai.pydantic.dev/models/overview/), read 2026-11."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model, and all that is needed to connect to it.

    Attributes:
        url: empty: the provider's own.
        price: USD for a million tokens read and written; None: what pydantic's price list says.
    """

    provider: str
    model: str
    url: str = ""
    key: str | None = field(default=None, repr=False)
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    price: tuple[float, float] | None = None

    @property
    def name(self) -> str:
        return f"{self.provider}:{self.model}"


def wanted(name: str, settings: Settings, environment: Mapping[str, str]) -> Wanted:
    """The model of a name, after looking whether it can be had; nothing is sent.

    Raises:
        NotFound: There is no such provider.
        Usage: It needs something that is not set.
        Unavailable: Its package is not installed, or requests to it are forbidden.
    """
    provider_name, _, model = name.partition(":")
    provider = PROVIDERS.get(provider_name)
    if provider is None or not model:
        known = ", ".join(f"{one}:MODEL" for one in PROVIDERS)
        raise NotFound(f"there is no brain '{name}'; there is builtin, {known}")
    if not _installed(provider.package):
        raise Unavailable(
            f"'{name}' needs a package that is not there: pip install 'pydantic-ai-slim[{provider.extra}]'"
        )
    given = settings.providers.get(provider_name, {})
    key = _key(name, provider, given, environment)
    url = given.get("base_url") or environment.get(provider.url or "-") or provider.default_url
    if provider.url and not url:
        raise Usage(
            f"say where '{name}' is: set {provider.url}, or 'base_url' of '{provider_name}' in the settings"
        )
    _insist_allowed(name, url, environment)
    options = {option: value for option, value in given.items() if option not in ("base_url", "key_from")}
    price = settings.prices.get(name, settings.price)
    if price is None and _is_here(url):
        price = (0.0, 0.0)
    return Wanted(provider_name, model, url, key, options, price)


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def _key(
    name: str, provider: Provider, given: Mapping[str, str], environment: Mapping[str, str]
) -> str | None:
    named = given.get("key_from")
    if named:
        if not environment.get(named):
            raise Usage(f"'{name}' takes its key from {named}, which is not set")
        return environment[named]
    found = next((environment[key] for key in provider.keys if environment.get(key)), None)
    if provider.keys and found is None:
        raise Usage(f"'{name}' needs a key: set {' or '.join(provider.keys)}")
    return found or environment.get("OPENAI_API_KEY" if provider.extra == "openai" else "-")


def _insist_allowed(name: str, url: str, environment: Mapping[str, str]) -> None:
    where = environment.get(REQUESTS, "any")
    if where not in ("any", "loopback", "none"):
        raise Usage(f"{REQUESTS} is any, loopback or none, not '{where}'")
    if where == "none" or (where == "loopback" and not _is_here(url)):
        raise Unavailable(f"requests to '{name}' are forbidden here ({REQUESTS}={where})")


def _is_here(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
