"""Where somebody is signed in, told as people call it."""

import pytest

from app.core.words import speaking
from app.security.devices import device

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("agent", "zh", "en"),
    [
        (WINDOWS, "Chrome、Windows", "Chrome, Windows"),
        (f"{WINDOWS} Edg/140.0", "Edge、Windows", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 MicroMessenger/8.0", "微信、iPhone", "WeChat, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140 Mobile Safari/537", "Chrome、安卓", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18 Safari/605", "Safari、Mac", "Safari, Mac"),
        ("curl/8.5.0", "", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_a_device_is_called_by_its_name(agent: str, zh: str, en: str) -> None:
    for language, word in (("zh", zh), ("en", en)):
        with speaking(language):
            assert device(agent) == word
