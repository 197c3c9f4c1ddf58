"""Known vulnerabilities of what we install.

pip-audit ends well even when it could audit nothing: here that is a failure.
"""

import json
import subprocess
import sys

PINS = "requirements-dev.txt"  # holds requirements.txt, too
COMMAND = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", PINS,
           "--format", "json", "--progress-spinner", "off"]  # fmt: skip


def main() -> str | None:
    """None when every package was audited and none is known to be vulnerable; else what is wrong."""
    done = subprocess.run(COMMAND, capture_output=True, text=True)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        reason = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        return f"audit: nothing was audited, the advisory service could not be asked: {reason[:300]}"
    if skipped := [each for each in packages if "skip_reason" in each]:
        names = ", ".join(each["name"] for each in skipped[:5])
        count = f"{len(skipped)} of {len(packages)} packages were not audited ({names} …)"
        return f"audit: {count}: {skipped[0]['skip_reason']}"
    found = [f"{each['name']} {each['version']}: {flaw['id']}" for each in packages for flaw in each["vulns"]]
    if found or not packages or done.returncode:
        return "\n".join(["audit: known vulnerabilities", *found]) if found else "audit: nothing was audited"
    print(f"audit: {len(packages)} packages, no known vulnerability")
    return None


if __name__ == "__main__":
    sys.exit(main())
