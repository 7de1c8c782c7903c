"""The fixtures with telephones."""

from tests.telephony.fixtures import colleagues, live, platform, tell, ticker, trunk

__all__ = ["colleagues", "live", "platform", "tell", "ticker", "trunk"]
