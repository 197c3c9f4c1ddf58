"""What a browser calls itself, as people call it: 「Chrome，Windows」 for a line of some hundred signs."""

from app.core.words import Say, joined, say

#: sign in the header -> name; the first that is found, since most call themselves by several
BROWSERS = {
    "MicroMessenger": say("微信", "WeChat"), "DingTalk": say("钉钉", "DingTalk"), "Edg": Say("Edge", "Edge"),
    "OPR": Say("Opera", "Opera"), "Firefox": Say("Firefox", "Firefox"), "Chrome": Say("Chrome", "Chrome"),
    "Safari": Say("Safari", "Safari"),
}  # fmt: skip
SYSTEMS = {
    "HarmonyOS": say("鸿蒙", "HarmonyOS"), "Android": say("安卓", "Android"), "iPhone": Say("iPhone", "iPhone"),
    "iPad": Say("iPad", "iPad"), "Windows": Say("Windows", "Windows"), "Mac OS X": Say("Mac", "Mac"),
    "Linux": Say("Linux", "Linux"),
}  # fmt: skip


def device(agent: str) -> str:
    """Empty for one that tells nothing that is known."""
    found = [next((word for sign, word in known.items() if sign in agent), None) for known in (BROWSERS, SYSTEMS)]
    return str(joined([word for word in found if word is not None]))
